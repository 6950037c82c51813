import math
from dataclasses import replace

import numpy as np
import pytest

from ptacl.inference.table import columns, failed_row, inspection_row, table
from ptacl.phenotypes import PHENOTYPES
from ptacl.types import (
    LEADS,
    Ecg,
    EcgIntervals,
    EcgQuality,
    Familiarity,
    Inspection,
    LeadQuality,
    ModelInfo,
    Neighbour,
    Prediction,
    PreparedEcg,
)

MODEL = ModelInfo("toy", "9", True)


def prediction(key: str, value: float, low: float, high: float) -> Prediction:
    entry = next(p for p in PHENOTYPES if p.key == key)
    spans = {"female": entry.interval("female"), "male": entry.interval("male")}
    return Prediction(key, entry.name, entry.unit, value, low, high, spans)


@pytest.fixture
def inspection() -> Inspection:
    states = {"V3": ("check", "noisy"), "V6": ("bad", "flat")}
    leads = tuple(LeadQuality(lead, *states.get(lead, ("good", ""))) for lead in LEADS)
    ecg = Ecg(
        np.zeros((12, 2500), np.float32), 250.0, "toy",
        {"heart_rate_bpm": 61.0, "p_axis_deg": 44.0, "qtc_ms": math.nan}, {"V6": "flat"},
    )  # fmt: skip
    names = EcgIntervals.__dataclass_fields__
    intervals = EcgIntervals(**{**dict.fromkeys(names, 50.0), "pr_ms": math.nan, "qt_ms": 401.26})
    return Inspection(
        ecg=ecg,
        prepared=PreparedEcg(
            np.zeros((12, 5000), np.float32), 5000, np.arange(3), EcgQuality(leads, True, "Look.")
        ),
        intervals=intervals,
        familiarity=Familiarity(False, 0.5, 0.4, 97.0),
        predictions=(prediction("lvef_pct", 40, 30, 47.0), prediction("lvedv_ml", 180, 160, 200)),
        neighbours=(Neighbour("S1", 0.91), Neighbour("S2", 0.9)),
        map_xy=None,
        embedding=np.zeros(4, np.float32),
        features=np.zeros(8, np.float32),
        model=MODEL,
    )


def test_a_row_says_what_was_found_ours_and_the_devices(inspection):
    row = table([{"file": "a/b.xml", **inspection_row(inspection)}]).iloc[0]
    assert (row.file, row.status, row.format, row.sample_rate_hz) == ("a/b.xml", "read", "toy", 250)
    assert (row.duration_s, row.qt_ms, row.device_heart_rate_bpm) == (10.0, 401.3, 61.0)
    assert row.device_p_axis_deg == 44
    assert np.isnan(row.pr_ms) and np.isnan(row.device_qtc_ms)
    assert row.usable and row.quality == "Look."
    assert (row.leads_to_check, row.bad_leads) == ("V3 noisy", "V6 flat")
    assert row.completed_leads == "V6 flat"
    assert not row.familiar and row.familiarity_percentile == 97
    assert (row.nearest, row.nearest_similarity) == ("S1", 0.91)
    assert row.neighbours == "S1 (0.91); S2 (0.90)"


def test_values_out_of_range_are_marked_for_each_sex(inspection):
    row = table([inspection_row(inspection)]).iloc[0]
    assert (row.lvef_pct, row.lvef_pct_low, row.lvef_pct_high) == (40, 30, 47)
    # Women 51.2–70.8 %, men 48.2–67.8 %; the interval 30–47 reaches neither.
    assert (row.lvef_pct_for_women, row.lvef_pct_for_men) == ("below", "below")
    # Women 82.8–165.2 mL: the interval begins at 160.
    assert (row.lvedv_ml_for_women, row.lvedv_ml_for_men) == ("possibly above", "within")


def test_a_known_sex_leaves_the_marks_of_the_other_out(inspection):
    rows = [inspection_row(inspection)]
    women = table(rows, "female").columns
    assert "lvef_pct_for_women" in women and "lvef_pct_for_men" not in women
    assert len(table(rows).columns) == len(women) + len(PHENOTYPES)


def test_a_withheld_prediction_is_empty_and_the_row_still_says_why(inspection):
    quality = EcgQuality(inspection.prepared.quality.per_lead, False, "Too noisy.")
    withheld = replace(
        inspection,
        prepared=replace(inspection.prepared, quality=quality),
        predictions=(),
        neighbours=(),
    )
    row = table([inspection_row(withheld)]).iloc[0]
    assert row.status == "read" and not row.usable and row.quality == "Too noisy."
    assert np.isnan(row.lvef_pct) and row.isna().nearest


def test_a_failed_file_says_why_and_every_row_which_model_spoke(inspection):
    frame = table(
        [inspection_row(inspection), failed_row("It is a JPEG.", "ecg.unknown_format", MODEL)]
    )
    assert list(frame.status) == ["read", "failed"]
    assert frame.reason[1] == "It is a JPEG." and frame.reason.isna()[0]
    assert frame.code[1] == "ecg.unknown_format" and frame.code.isna()[0]
    assert frame.synthetic.all() and set(frame.model) == {"toy, PTACL 9"}
    assert frame.notice.str.contains("not a medical device").all()


def test_all_phenotypes_have_their_columns_and_no_key_is_there_twice():
    keys = [column.key for column in columns()]
    assert len(keys) == len(set(keys))
    for entry in PHENOTYPES:
        own = [key for key in keys if key.startswith(entry.key)]
        assert own == [
            entry.key, f"{entry.key}_low", f"{entry.key}_high",
            f"{entry.key}_for_women", f"{entry.key}_for_men",
        ]  # fmt: skip
    assert all(name in keys for name in EcgIntervals.__dataclass_fields__)


def test_an_empty_table_has_its_columns_and_types():
    frame = table([])
    assert list(frame.columns) == [column.key for column in columns()]
    assert frame.qt_ms.dtype == "float64"


def test_a_file_name_that_is_no_text_can_be_written():
    frame = table([{"file": "caf\udce9.csv"}])
    assert frame.to_csv().encode() and frame.file[0] == "caf?.csv"
