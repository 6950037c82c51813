"""Predictions held against diagnoses."""

import json
from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from ptacl.checkpoint.reports import LabelledReport
from ptacl.checkpoint.reports.figures import EmptyGroup, MeanInterval
from ptacl.cli import main
from ptacl.evaluation.labelled import labelled_report
from ptacl.evaluation.labelled_predictions import read_labelled
from ptacl.inference.model import load
from ptacl.io import read_ecg
from ptacl.io.cohort.ptbxl_labels import LabelledEcg
from ptacl.io.writers.wfdb_nifti import write_ecg
from ptacl.reporting.labelled import labelled_table
from ptacl.synthetic import simulate_subject
from ptacl.types import Person


def some_records() -> pd.DataFrame:
    """40 normal, 12 hypertrophied, 3 infarcted records; mass and ejection fraction tell them."""
    rng = np.random.default_rng(0)
    codes = [{"NORM", "SR"}] * 40 + [{"LVH"}] * 12 + [{"ASMI", "SR"}] * 3
    mass = rng.normal(90, 10, 55) + 15 * np.array(["LVH" in one for one in codes])
    fraction = rng.normal(60, 3, 55) - 20 * np.array(["ASMI" in one for one in codes])
    mass[0] = np.nan  # its quality forbade a prediction
    return pd.DataFrame({
        "codes": [frozenset(one) for one in codes],
        "sex": ["female", "male"] * 27 + ["female"],
        "age_years": 50.0,
        "familiar": [False, False] + [True] * 48 + [False] * 5,
        "sokolow_lyon_mv": mass / 40,
        "lvm_g": mass,
        "lvef_pct": fraction,
    })  # fmt: skip


def share(figure: MeanInterval | EmptyGroup) -> float:
    assert isinstance(figure, MeanInterval)
    return figure.value


@pytest.fixture(scope="module")
def report() -> LabelledReport:
    return labelled_report(some_records())


def test_the_auroc_is_the_share_of_pairs_in_the_right_order(report: LabelledReport) -> None:
    records = some_records()
    mass = records["lvm_g"].to_numpy()
    ill, normal = mass[40:52], mass[1:40]
    slow = np.mean([one > other for one in ill for other in normal])
    found = report.auroc["lvh"].signs["lvm_g"]
    assert found.value == pytest.approx(slow)
    assert found.low < found.value < found.high
    assert (found.n, found.n_normal) == (12, 39)
    assert report.auroc["lvh"].signs["age_years"].value == 0.5
    # The lower the ejection fraction, the more likely the infarction.
    assert report.auroc["infarction"].signs["lvef_pct"].value == 1.0


def test_a_prediction_is_the_mean_of_the_two_readings_that_are_rated_beside_it(
    tiny_checkpoint: Path, tmp_path: Path
) -> None:
    model = load(tiny_checkpoint)
    labelled = []
    for line, index in enumerate(range(5), start=2):
        path = tmp_path / f"{index}.hea"
        write_ecg(simulate_subject(3, index).ecg, path)
        labelled.append(LabelledEcg(line, path, frozenset({"NORM"}), "male", 60.0))
    records, problems = read_labelled(model, labelled)
    assert not problems
    mean = (records["lvm_g_encoder"] + records["lvm_g_measured"]) / 2
    apart = (records["lvm_g"] - mean).dropna().to_numpy()
    assert len(apart) >= 3  # a model of two epochs may withhold what lies far from all it knows
    np.testing.assert_allclose(apart, apart[0], atol=1e-3)
    assert records["lvm_g_encoder"].std() > 0 and records["lvm_g_measured"].std() > 0


def test_a_diagnosis_that_no_record_has_is_not_rated(report: LabelledReport) -> None:
    assert report.auroc["clbbb"].signs == {}


def test_flags_are_counted_and_volumes_are_those_of_the_normal_by_sex(
    report: LabelledReport,
) -> None:
    records = some_records()
    assert share(report.flagged["normal"]) == pytest.approx(2 / 40)
    assert share(report.flagged["abnormal"]) == pytest.approx(5 / 15)
    women = records[:40][records["sex"][:40] == "female"]["lvm_g"]
    found = report.normal_predictions["female"]["lvm_g"]
    assert (found.mean, found.sd) == pytest.approx((women.mean(), women.std()))
    assert (found.n, found.reference_mean) == (19, 70.0)


def test_the_table_names_the_transfer_of_a_simulation(report: LabelledReport) -> None:
    whole = replace(report, model="mine", synthetic=True, table="records.csv", left_out=2)
    text = labelled_table(whole)
    assert "simulated" in text
    assert "2 could not be read" in text
    assert "| Left ventricular hypertrophy | predicted LV mass | 0." in text
    assert "| LVM (g) | male | 20 |" in text


def test_of_a_known_sex_predictions_are_also_given_in_sd_of_its_healthy_people(
    tiny_checkpoint: Path, tmp_path: Path
) -> None:
    model = load(tiny_checkpoint)
    ecg = simulate_subject(3, 0).ecg
    write_ecg(ecg, tmp_path / "r.hea")
    codes = frozenset({"NORM"})
    labelled = [LabelledEcg(2, tmp_path / "r.hea", codes, sex, 50.0) for sex in ("female", None)]
    records, _ = read_labelled(model, labelled)
    known, unknown = records.to_dict("records")
    told = model.inspect(read_ecg(tmp_path / "r.hea"), Person("female")).predictions
    mass = next(entry.value for entry in told if entry.key == "lvm_g")
    assert known["lvm_g_for_sex"] == pytest.approx((mass - 70) / 13)
    assert known["lvm_g"] == unknown["lvm_g"] != pytest.approx(mass)
    assert np.isnan(unknown["lvm_g_for_sex"])


def test_the_command_reads_what_it_can_and_tells_the_rest(
    tiny_checkpoint: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    lines = ["file,scp_codes,sex"]
    for number in range(6):
        write_ecg(simulate_subject(3, number).ecg, tmp_path / f"r{number}.hea")
        lines.append(f"r{number},\"{{'{'LVH' if number > 3 else 'NORM'}': 100}}\",{number % 2}")
    lines.append("absent,\"{'NORM': 100}\",0")
    (tmp_path / "records.csv").write_text("\n".join(lines))
    labels = ["--ecg-labels", str(tmp_path / "records.csv"), "--checkpoint", str(tiny_checkpoint)]
    capsys.readouterr()
    status = main(["evaluate", *labels, "--record", "--json"])
    out, err = capsys.readouterr()
    found = json.loads(out)["labelled_ecgs"]
    assert status == 3
    assert "line 8" in err
    assert (found["records"], found["left_out"], found["synthetic"]) == (6, 1, True)
    assert found["auroc"]["lvh"]["signs"]["cornell_mv"]["n"] == 2
    assert found["auroc"]["lvh"]["signs"]["lvm_g_for_sex"]["n"] == 2
    assert "records.csv read by tiny" in (tiny_checkpoint / "README.md").read_text()
    assert main(["evaluate", "--checkpoint", str(tiny_checkpoint)]) == 2
    assert "--ecg-labels" in capsys.readouterr().err
