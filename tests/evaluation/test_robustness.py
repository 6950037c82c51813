"""The robustness table: the same readings as an upload, under every corruption."""

from pathlib import Path

import numpy as np
import pytest

from ptacl.checkpoint.files import Checkpoint
from ptacl.checkpoint.reports import Metrics, read_metrics, write_metrics
from ptacl.checkpoint.reports.robustness import RobustnessReport
from ptacl.cli import main
from ptacl.data.augment.operations import OPERATIONS
from ptacl.encoders.two_tower import TwoTowerConfig
from ptacl.errors import PtaclError
from ptacl.evaluation.robustness import KEYS, measure_robustness
from ptacl.gallery import open_gallery
from ptacl.inference.model import Model, load
from ptacl.metrics.regression import r2
from ptacl.reporting.model_card import card_text
from ptacl.signal.recipe import Recipe
from ptacl.store import Store
from ptacl.types import Ecg
from tests.made.cohorts import simulated_store

DEMO = Path(__file__).parents[2] / "checkpoints" / "demo"
CHOSEN = [operation for operation in OPERATIONS if operation.key in ("gain", "columns")]
ROWS = np.arange(20)


@pytest.fixture(scope="module")
def demo() -> Model:
    return load(DEMO, open_gallery(DEMO / "gallery"))


@pytest.fixture(scope="module")
def cohort(tmp_path_factory: pytest.TempPathFactory) -> Store:
    return simulated_store(tmp_path_factory.mktemp("robust") / "store", 20)


@pytest.fixture(scope="module")
def report(demo: Model, cohort: Store) -> RobustnessReport:
    return measure_robustness(demo, cohort, ROWS, operations=CHOSEN, magnitudes=(0.0, 10.0))


def test_ecgs_as_they_are_and_at_magnitude_nought_are_read_like_an_upload(
    report: RobustnessReport, demo: Model, cohort: Store
) -> None:
    plain, *rest = report.corruptions
    nought = rest[0]
    assert (nought.phenotypes, nought.flagged, nought.withheld) == (
        plain.phenotypes, plain.flagged, plain.withheld,
    )  # fmt: skip
    read = []
    for row in ROWS:
        ecg = cohort.prepared_ecg(int(row))
        upload = Ecg(ecg.signal_mv[:, : ecg.valid_samples], 500.0, "store")
        read.append(demo.inspect(upload))
    assert plain.withheld and plain.flagged
    assert plain.withheld.value == np.mean([not each.predictions for each in read])
    assert plain.flagged.value == np.mean([not each.familiarity.familiar for each in read])
    if all(each.predictions for each in read):
        values = [{p.key: p.value for p in each.predictions}["lvm_g"] for each in read]
        truth = cohort.table["lvm_g"].to_numpy(dtype=np.float64)
        assert plain.phenotypes["lvm_g"].r2.value == pytest.approx(r2(truth, np.array(values)))


def test_columns_of_paper_are_read_from_the_lead_throughout_at_a_cost(
    report: RobustnessReport,
) -> None:
    plain, _, gain, _, columns = report.corruptions
    assert [(each.title, each.value, each.unit) for each in (gain, columns)] == [
        ("gain", 20.0, "%"), ("columns of paper", 2.5, "s"),
    ]  # fmt: skip
    assert columns.hides == ("leads", "timing")
    assert columns.phenotypes["lvm_g"].r2.value < plain.phenotypes["lvm_g"].r2.value - 0.3
    assert columns.withheld and columns.withheld.value < 0.2
    assert columns.phenotypes["lvm_g"].coverage_90_shown is not None
    assert gain.phenotypes["lvm_g"].r2.value > columns.phenotypes["lvm_g"].r2.value
    assert set(gain.phenotypes) == set(KEYS)


def test_the_table_is_stored_and_stands_on_the_card(
    report: RobustnessReport, tmp_path: Path
) -> None:
    write_metrics(tmp_path, Metrics(robustness=report))
    metrics = read_metrics(tmp_path)
    assert metrics.robustness == report
    text = card_text(Checkpoint("mine", True, TwoTowerConfig(), Recipe()), metrics)
    assert "## Robustness" in text
    assert "| columns of paper | 2.5 s | leads, timing | " in text


def test_few_subjects_are_refused(demo: Model, cohort: Store) -> None:
    with pytest.raises(PtaclError, match="needs 20"):
        measure_robustness(demo, cohort, ROWS[:5])


def test_the_command_needs_a_store_and_one_model(capsys: pytest.CaptureFixture[str]) -> None:
    asked = ["evaluate", "store", "--checkpoint", str(DEMO), "--robustness", "--finetune"]
    assert main(asked) == 2
    assert "--robustness measures one model on a STORE" in capsys.readouterr().err
