"""Mortara ELI XML."""

import numpy as np
import pytest

from ptacl.errors import BadInput, PtaclError
from ptacl.io import read_ecg_files
from ptacl.types import LEADS, Ecg
from tests.io.damage import cut_short, flipped, outcome
from tests.io.vendor_writers import eli, eli_channel, eli_cycle, steps
from tests.made.files import beating


def _read(content: bytes, **given) -> Ecg:
    return read_ecg_files({"ecg.xml": content}, **given)


@pytest.mark.parametrize("per_mv", [200, 400, 1000])
def test_every_lead_is_read_at_the_scale_of_its_channel(per_mv: int) -> None:
    ecg = _read(eli(per_mv=per_mv))
    expected = np.array([steps(per_mv)[lead] for lead in LEADS]) / per_mv
    np.testing.assert_allclose(ecg.signal_mv, expected, atol=1e-6)
    assert (ecg.source_format, ecg.sample_rate_hz, ecg.missing) == ("eli", 500, {})


def test_the_median_beat_has_a_scale_and_a_rate_of_its_own() -> None:
    beats = {lead: samples[:600] for lead, samples in steps(200).items()}
    ecg = _read(eli(cycle=eli_cycle(beats, 1000, 200), per_mv=400))
    assert ecg.median_mv is not None
    np.testing.assert_allclose(ecg.median_mv, np.array(list(beats.values())) / 200, atol=1e-6)
    assert (ecg.median_rate_hz, ecg.sample_rate_hz) == (1000, 500)
    np.testing.assert_allclose(ecg.signal_mv, beating(), atol=0.00126)


def test_what_the_device_printed_is_kept() -> None:
    cycle = eli_cycle({lead: samples[:600] for lead, samples in steps(200).items()})
    assert _read(eli(cycle=cycle)).measurements == {
        "heart_rate_bpm": 67, "pr_ms": 163, "qrs_ms": 93, "qt_ms": 412, "qtc_ms": 431,
        "p_axis_deg": 57, "qrs_axis_deg": -35, "t_axis_deg": 40,
    }  # fmt: skip


def test_a_damaged_median_beat_costs_nothing() -> None:
    cycle = eli_cycle({lead: samples[:600] for lead, samples in steps(200).items()})
    ecg = _read(eli(cycle=cycle.replace('DURATION="600"', 'DURATION="9000"')))
    assert ecg.median_mv is None
    assert ecg.measurements["qt_ms"] == 412


def test_eight_channels_give_twelve_leads() -> None:
    eight = {lead: s for lead, s in steps(400).items() if lead not in LEADS[2:6]}
    ecg = _read(eli(eight))
    assert set(ecg.missing.values()) == {"derived"}
    kept = [lead not in LEADS[2:6] for lead in LEADS]
    np.testing.assert_allclose(ecg.signal_mv[kept], beating()[kept], atol=0.00126)


def test_the_lowest_number_is_no_signal() -> None:
    leads = {lead: s.copy() for lead, s in steps(400).items()}
    leads["V4"][100:200] = -32768
    ecg = _read(eli(leads))
    assert np.isnan(ecg.signal_mv[LEADS.index("V4"), 100:200]).all()
    assert ecg.missing == {"V4": "gaps"}


@pytest.mark.parametrize("encoding", ["utf-16", "utf-8-sig"])
def test_it_is_known_in_other_encodings(encoding: str) -> None:
    text = eli().decode().replace('encoding="UTF-8"', f'encoding="{encoding[:6]}"')
    assert _read(text.encode(encoding)).source_format == "eli"


def test_a_minute_at_a_thousand_hertz_is_read() -> None:
    leads = {lead: np.tile(s, 12) for lead, s in steps(400).items()}
    assert _read(eli(leads, rate_hz=1000)).duration_s == 60


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (eli(DURATION=10**9), "cut short: a lead holds 5,000 samples of 1,000,000,000"),
        (eli(UNITS_PER_MV=None), "units per millivolt"),
        (eli(UNITS_PER_MV=0), "units per millivolt"),
        (eli(BITS=24), "3 bytes"),
        (eli(FORMAT="FLOAT"), "no public description names"),
        (eli(ENCODING="HEX"), "no public description names"),
        (eli(DATA="***"), "no base64"),
        (eli(source="STRESS"), "exercise test"),
        (eli({lead: s for lead, s in steps(400).items() if lead != "V3"}), "missing: V3"),
        (eli({}), "holds no channel"),
        (eli(SAMPLE_FREQ=None), "its sample rate is missing"),
    ],
)
def test_what_is_wrong_is_named(content: bytes, words: str) -> None:
    with pytest.raises(BadInput, match=words):
        _read(content)


@pytest.mark.parametrize(("attribute", "value"), [("SAMPLE_FREQ", 250), ("OFFSET", 100)])
def test_channels_that_contradict_each_other_are_refused(attribute: str, value: int) -> None:
    other = eli_channel("CHANNEL", "X", steps(400)["I"], 500, 400, **{attribute: value})
    with pytest.raises(BadInput, match="its leads differ in their"):
        _read(eli().replace(b"</ECG>", other.encode() + b"</ECG>"))


def test_damage_gives_a_record_or_an_error() -> None:
    content = eli()
    assert all(isinstance(outcome(part), PtaclError) for part in cut_short(content, 30))
    for damaged in flipped(content, 60):
        outcome(damaged)
