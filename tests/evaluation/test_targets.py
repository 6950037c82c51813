"""Any target of a cohort is evaluated, and labels permuted among subjects give chance."""

import json
import shutil
from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from ptacl.checkpoint.reports import TargetReport, read_metrics
from ptacl.cli import main
from ptacl.errors import PtaclError
from ptacl.evaluation.targets import measure
from ptacl.io.cohort.targets import Target, TargetTable
from ptacl.regression.probes import fit_probe
from ptacl.reporting.model_card import card_text, read_config
from ptacl.reporting.targets import targets_table
from ptacl.store import Store, open_store, withdraw_from_store
from ptacl.store.target_files import write_targets
from ptacl.store.targets import TargetValues, target_values, targets_of

SUBJECTS, TRAIN = 900, 600


@pytest.fixture(scope="module")
def features() -> np.ndarray:
    return np.random.default_rng(0).normal(size=(SUBJECTS, 12))


def target_of(kind: str, features: np.ndarray) -> TargetValues:
    """A target that depends on the first feature alone."""
    rng = np.random.default_rng(1)
    signal = features[:, 0] + 0.5 * rng.normal(size=SUBJECTS)
    if kind == "event":
        happens, ends = rng.exponential(np.exp(-signal)), rng.exponential(1.0, SUBJECTS)
        target = Target("death", "Death", kind="event", time="death_years")
        return TargetValues(target, (happens < ends) * 1.0, np.minimum(happens, ends))
    if kind == "binary":
        return TargetValues(Target("af5y", "AF", kind="binary"), (signal > 1) * 1.0)
    return TargetValues(Target("lamax_ml", "LA", "mL"), signal)


def measured(asked: TargetValues, features: np.ndarray):
    def part(rows: slice) -> TargetValues:
        times = None if asked.times is None else asked.times[rows]
        return replace(asked, values=asked.values[rows], times=times)

    probe = fit_probe(features[:TRAIN], part(slice(TRAIN)))
    return measure(part(slice(TRAIN, None)), probe(features[TRAIN:]))


@pytest.mark.parametrize(
    ("kind", "metric", "least"),
    [("continuous", "R²", 0.7), ("binary", "AUROC", 0.9), ("event", "C-index", 0.65)],
)
def test_a_probe_finds_what_the_features_hold(kind, metric, least, features) -> None:
    figure = measured(target_of(kind, features), features)
    assert figure.metric == metric
    assert least < figure.low < figure.value < figure.high
    assert figure.n == SUBJECTS - TRAIN


@pytest.mark.parametrize("kind", ["binary", "event"])
def test_labels_permuted_among_subjects_give_chance(kind, features) -> None:
    asked, figures = target_of(kind, features), []
    for seed in range(12):
        order = np.random.default_rng(seed).permutation(SUBJECTS)
        times = None if asked.times is None else asked.times[order]
        permuted = replace(asked, values=asked.values[order], times=times)
        figures.append(measured(permuted, features))
    # One interval of twenty misses: no single permutation decides.
    assert sum(figure.low < 0.5 < figure.high for figure in figures) >= 9
    assert np.mean([figure.value for figure in figures]) == pytest.approx(0.5, abs=0.03)


@pytest.fixture(scope="module")
def store(tiny_store: Store, tmp_path_factory: pytest.TempPathFactory) -> Store:
    """The tiny cohort with an outcome that its hearts have, and the same of other subjects."""
    folder = tmp_path_factory.mktemp("targets") / "cohort"
    shutil.copytree(tiny_store.path, folder)
    volume = tiny_store.table["lvedv_ml"]
    large = (volume > volume.median()).astype(float)
    frame = pd.DataFrame({
        "subject_id": tiny_store.table["subject_id"],
        "large": large,
        "sham": large.sample(frac=1, random_state=0).to_numpy(),
        "years": 1.0 + volume.rank(ascending=False) / 10,
    })  # fmt: skip
    targets = (
        Target("large", "Large ventricle", kind="event", time="years"),
        Target("sham", "Large ventricle of another subject", kind="binary"),
    )
    write_targets(folder, TargetTable(targets, frame))
    return open_store(folder)


def test_the_command_measures_and_records_targets(
    store: Store, tiny_checkpoint: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    asked = ["large", "sham", "lvedv_ml"]
    flags = [part for key in asked for part in ("--target", key)]
    arguments = ["evaluate", str(store.path), "--checkpoint", str(tiny_checkpoint), *flags]
    assert main([*arguments, "--record", "--json"]) == 0
    values = json.loads(capsys.readouterr().out)["targets"]
    assert list(values["targets"]) == asked
    methods = values["targets"]["large"]["methods"]
    assert {"demographics only", "random encoder", tiny_checkpoint.name} <= set(methods)
    # Volumes depend on sex and size: the outcome is foretold by them, that of others is not.
    assert methods["demographics only"]["metric"] == "C-index"
    assert methods["demographics only"]["low"] > 0.5
    sham = values["targets"]["sham"]["methods"]["demographics only"]
    assert sham["metric"] == "AUROC" and sham["low"] < 0.5 < sham["high"]
    assert values["targets"]["lvedv_ml"]["methods"]["demographics only"]["metric"] == "R²"

    recorded = read_metrics(tiny_checkpoint)
    assert recorded.targets is not None and recorded.targets.subjects == values["subjects"]


def test_simulated_targets_are_no_figures_of_the_card(tiny_checkpoint: Path) -> None:
    metrics, config = read_metrics(tiny_checkpoint), read_config(tiny_checkpoint)
    simulated = replace(metrics, targets=TargetReport(store="c", synthetic=True))
    real = replace(metrics, targets=TargetReport(store="c"))
    assert "Targets of the cohort" not in card_text(config, simulated)
    assert "Targets of the cohort" in card_text(config, real)
    assert "no evidence" in targets_table(TargetReport(synthetic=True))


def test_a_target_is_read_as_the_kind_that_is_asked(store: Store) -> None:
    assert target_values(store, "large").times is not None
    binary = target_values(store, "large:binary")
    assert binary.times is None and binary.target.kind == "binary"
    assert [target.key for target in targets_of(store)][:3] == ["large", "sham", "lvedv_ml"]
    for asked, says in (
        ("lamax_ml", "no target 'lamax_ml'. Known: large, sham"),
        ("lvedv_ml:binary", "other values than 0 and 1"),
        ("sham:event", "needs the column `time`"),
        ("sham:ordinal", "no kind 'ordinal'"),
    ):
        with pytest.raises(PtaclError, match=says):
            target_values(store, asked)


def test_who_withdraws_leaves_the_targets(store: Store, tmp_path: Path) -> None:
    folder = tmp_path / "cohort"
    shutil.copytree(store.path, folder)
    gone = store.table["subject_id"].iloc[4]
    withdraw_from_store(folder, [gone])
    assert gone not in set(pd.read_parquet(folder / "targets.parquet")["subject_id"])
    assert len(target_values(open_store(folder), "sham").values) == len(store) - 1
