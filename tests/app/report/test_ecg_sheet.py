"""The sheet as the browser lays it out: its own script, run on data made here."""

import json
from itertools import pairwise

import numpy as np
import pytest

from app.components.assets import link_modules
from app.components.ecg_paper import describe, sent_samples

SAMPLE_RATE_HZ = 500.0
LAY_OUT = """([leads, samples, spikes, settings, startS]) => {
  const trace = new Float32Array(leads * samples);
  trace.shape = [leads, samples];
  for (const [index, value] of spikes) {
    for (let lead = 0; lead < leads; lead += 1) trace[lead * samples + index] = value;
  }
  return layOut([trace], 500, settings, startS);
}"""


@pytest.fixture(scope="module")
def blank(browser):
    page = browser.new_page()
    for module in ("ecg_paper/settings.js", "ecg_paper/layout.js"):
        page.add_script_tag(content=link_modules(module).replace("export ", ""))
    yield page
    page.close()


@pytest.fixture
def lay_out(blank):
    """`layOut` of a quiet ECG, or of one with a spike of some mV at some samples of every lead."""

    def laid(words: str = "", seconds: float = 10.0, start_s: float = 0.0, spikes=()):
        settings = blank.evaluate(f"parsePaper({json.dumps(words)})")
        samples = int(seconds * SAMPLE_RATE_HZ)
        return blank.evaluate(LAY_OUT, [12, samples, list(spikes), settings, start_s])

    return laid


pytestmark = pytest.mark.browser


def test_three_by_four_shows_the_clinics_columns_over_a_rhythm_strip_of_lead_two(lay_out):
    panels = lay_out()["panels"]
    assert [panel["name"] for panel in panels[:4]] == ["I", "aVR", "V1", "V4"]
    assert [panel["name"] for panel in panels[8:]] == ["III", "aVF", "V3", "V6", "II"]
    spans = [panel["lastSample"] - panel["firstSample"] for panel in panels]
    assert spans == [1250] * 12 + [5000]


@pytest.mark.parametrize(("words", "rows", "samples"), [("6x2", 6, 2500), ("12x1", 12, 5000)])
@pytest.mark.parametrize("order", ["standard", "cabrera"])
def test_other_formats_show_every_lead_once(lay_out, words, rows, samples, order):
    sheet = lay_out(f"{words},{order}")
    assert len(sheet["rows"]) == rows
    assert sorted(panel["lead"] for panel in sheet["panels"]) == list(range(12))
    assert {p["lastSample"] - p["firstSample"] for p in sheet["panels"]} == {samples}


def test_cabrera_goes_round_by_the_angle_and_turns_avr(lay_out):
    panels = lay_out("12x1,cabrera")["panels"]
    assert [p["name"] for p in panels[:7]] == ["aVL", "I", "−aVR", "II", "aVF", "III", "V1"]
    assert [p["sign"] for p in panels] == [1, 1, -1] + [1] * 9
    three = [p["name"] for p in lay_out("cabrera")["panels"]]
    assert three == [
        *("aVL", "II", "V1", "V4"), *("I", "aVF", "V2", "V5"), *("−aVR", "III", "V3", "V6"), "II",
    ]  # fmt: skip


@pytest.mark.parametrize("speed", [12.5, 25, 50])
def test_a_beat_stands_straight_above_itself_in_the_rhythm_strip(lay_out, speed):
    sheet = lay_out(f"{speed:g}")
    *columns, rhythm = sheet["panels"]
    assert rhythm["widthMm"] == 10 * speed
    for panel in columns:
        beat = panel["firstSample"] + 100
        above = panel["xMm"] + 100 / SAMPLE_RATE_HZ * speed
        below = rhythm["xMm"] + beat / SAMPLE_RATE_HZ * speed
        assert above == pytest.approx(below)
    # The pulse of 200 ms and its two feet of 1 mm have room before the first lead.
    assert sheet["calibrationMm"] >= 0.2 * speed + 2


def test_a_short_recording_leaves_the_rest_blank(lay_out):
    sheet = lay_out(seconds=4.0)
    spans = [(panel["firstSample"], panel["lastSample"]) for panel in sheet["panels"][:4]]
    assert spans == [(0, 1250), (1250, 2000), (2000, 2000), (2000, 2000)]
    assert sheet["widthMm"] == lay_out()["widthMm"]


def test_a_long_recording_is_shown_from_where_one_asks(lay_out):
    rhythm = lay_out(seconds=60.0, start_s=20.0)["panels"][-1]
    assert (rhythm["firstSample"], rhythm["lastSample"]) == (10_000, 15_000)


@pytest.mark.parametrize("gain", [5, 10, 20])
def test_tall_waves_and_the_calibration_pulse_stay_inside_their_row(lay_out, gain):
    for row in lay_out(f"12x1,{gain}", spikes=[(1000, 2.2), (1100, -1.4)])["rows"]:
        assert row["topMm"] <= row["baselineMm"] - 2.2 * gain
        assert row["bottomMm"] >= row["baselineMm"] + 1.4 * gain
    for row in lay_out(f"{gain}")["rows"]:
        assert row["topMm"] <= row["baselineMm"] - gain


def test_baselines_lie_on_heavy_lines_and_rows_do_not_overlap(lay_out):
    rows = lay_out()["rows"]
    assert all(row["baselineMm"] % 5 == 0 for row in rows)
    assert all(a["bottomMm"] <= b["topMm"] for a, b in pairwise(rows))


def test_a_recording_of_nothing_but_gaps_still_has_its_rows(lay_out):
    assert len(lay_out(seconds=0.002, spikes=[(0, float("nan"))])["rows"]) == 4


def test_what_is_no_word_of_a_choice_is_passed_over(blank):
    assert blank.evaluate("paperWords(parsePaper('6x2,sideways,50,<b>,cabrera'))") == (
        "6x2,cabrera,50"
    )


def test_of_a_day_the_browser_is_given_two_minutes_about_what_was_read():
    assert sent_samples(43_200_000, 500.0, 0.0) == (0, 60_000)
    assert sent_samples(43_200_000, 500.0, 86_395.0) == (43_140_000, 43_200_000)
    assert sent_samples(5000, 500.0, 0.0) == (0, 5000)


def test_the_recording_is_told_in_words():
    quiet = np.zeros((12, 5000), np.float32)
    peaks = np.array([200, 600, 1000], np.int32)
    words = describe(quiet, SAMPLE_RATE_HZ, peaks, {"V3": "flat"}, heart_rate_bpm=75.2)
    assert words == "12-lead ECG, 10.0 s; 3 beats, 75 per minute; lead V3: flat"
    words = describe(quiet, SAMPLE_RATE_HZ, peaks, {}, heart_rate_bpm=float("nan"))
    assert words == "12-lead ECG, 10.0 s"


def test_pacemaker_spikes_are_said_to_those_who_hear_the_page():
    peaks = np.array([500, 1000])
    said = describe(np.zeros((12, 5000), np.float32), 500.0, peaks, {}, 12)
    assert "12 pacemaker spikes" in said
    assert "pacemaker" not in describe(np.zeros((12, 5000), np.float32), 500.0, peaks, {})
