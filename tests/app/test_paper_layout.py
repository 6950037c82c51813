from itertools import pairwise

import numpy as np
import pytest
from components.ecg_paper import describe, excerpt, heart_rate_bpm
from components.paper_layout import lay_out, lead_rows

SAMPLE_RATE_HZ = 500.0


def quiet(seconds: float = 10.0) -> np.ndarray:
    return np.zeros((12, int(seconds * SAMPLE_RATE_HZ)), np.float32)


def test_three_by_four_shows_the_clinics_columns_over_a_rhythm_strip_of_lead_two() -> None:
    sheet = lay_out(quiet(), SAMPLE_RATE_HZ)
    names = [panel.name for panel in sheet.panels]
    assert names[:4] == ["I", "aVR", "V1", "V4"]
    assert names[8:] == ["III", "aVF", "V3", "V6", "II"]
    assert [p.last_sample - p.first_sample for p in sheet.panels] == [1250] * 12 + [5000]


@pytest.mark.parametrize(("layout", "rows", "samples"), [("6x2", 6, 2500), ("12x1", 12, 5000)])
def test_other_formats_show_every_lead_once(layout: str, rows: int, samples: int) -> None:
    sheet = lay_out(quiet(), SAMPLE_RATE_HZ, layout=layout)
    assert len(sheet.rows) == rows
    assert sorted(panel.lead for panel in sheet.panels) == list(range(12))
    assert {panel.last_sample - panel.first_sample for panel in sheet.panels} == {samples}


def test_a_beat_stands_straight_above_itself_in_the_rhythm_strip() -> None:
    sheet = lay_out(quiet(), SAMPLE_RATE_HZ, speed_mm_s=25.0)
    *columns, rhythm = sheet.panels
    for panel in columns:
        beat = panel.first_sample + 100
        above = panel.x_mm + 100 / SAMPLE_RATE_HZ * 25.0
        below = rhythm.x_mm + (beat - rhythm.first_sample) / SAMPLE_RATE_HZ * 25.0
        assert above == pytest.approx(below)


def test_ten_seconds_take_250_mm_at_25_mm_a_second() -> None:
    (panel, *_) = lay_out(quiet(), SAMPLE_RATE_HZ, layout="12x1").panels
    assert panel.width_mm == 250.0


def test_a_short_recording_leaves_the_rest_blank() -> None:
    sheet = lay_out(quiet(4.0), SAMPLE_RATE_HZ)
    spans = [(panel.first_sample, panel.last_sample) for panel in sheet.panels[:4]]
    assert spans == [(0, 1250), (1250, 2000), (2000, 2000), (2000, 2000)]
    assert sheet.width_mm == lay_out(quiet(10.0), SAMPLE_RATE_HZ).width_mm


def test_a_long_recording_is_shown_from_where_one_asks() -> None:
    rhythm = lay_out(quiet(60.0), SAMPLE_RATE_HZ, start_s=20.0).panels[-1]
    assert (rhythm.first_sample, rhythm.last_sample) == (10_000, 15_000)
    assert excerpt(60.0, 20.0) == "20–30 s of 60 s"
    assert excerpt(10.0, 0.0) == ""


def test_tall_waves_and_the_calibration_pulse_stay_inside_their_row() -> None:
    signal = quiet()
    signal[:, 1000] = 2.2
    signal[:, 1100] = -1.4
    for row in lay_out(signal, SAMPLE_RATE_HZ, layout="12x1").rows:
        assert row.top_mm <= row.baseline_mm - 22.0
        assert row.bottom_mm >= row.baseline_mm + 14.0
    for row in lay_out(quiet(), SAMPLE_RATE_HZ, gain_mm_mv=20.0).rows:
        assert row.top_mm <= row.baseline_mm - 20.0


def test_baselines_lie_on_heavy_lines_and_rows_do_not_overlap() -> None:
    rows = lay_out(quiet(), SAMPLE_RATE_HZ).rows
    assert all(row.baseline_mm % 5 == 0 for row in rows)
    assert all(a.bottom_mm <= b.top_mm for a, b in pairwise(rows))


def test_a_lead_of_nan_alone_still_has_its_row() -> None:
    signal = quiet()
    signal[:] = np.nan
    assert len(lay_out(signal, SAMPLE_RATE_HZ).rows) == 4


def test_lead_rows_read_down_the_columns() -> None:
    assert lead_rows("6x2")[1] == (1, 7)


def test_the_sheet_is_told_in_words() -> None:
    peaks = np.array([200, 600, 1000], np.int32)
    words = describe(quiet(), SAMPLE_RATE_HZ, peaks, {"V3": "flat"})
    assert words == "12-lead ECG, 10.0 s; 3 beats marked, 75 per minute; lead V3: flat."
    assert heart_rate_bpm([7], SAMPLE_RATE_HZ) is None
