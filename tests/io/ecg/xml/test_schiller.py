"""Schiller XML."""

import numpy as np
import pytest

from ptacl.errors import BadInput, PtaclError
from ptacl.io import read_ecg_files
from ptacl.types import LEADS, Ecg
from tests.io.damage import cut_short, flipped, outcome
from tests.io.vendor_writers import schiller, schiller_event, schiller_waves, steps
from tests.made.files import beating


def _read(content: bytes, **given) -> Ecg:
    return read_ecg_files({"ecg.xml": content}, **given)


def test_every_lead_is_read_at_the_resolution_that_is_said() -> None:
    ecg = _read(schiller())
    expected = np.array([steps(200)[lead] for lead in LEADS]) * 0.005
    np.testing.assert_allclose(ecg.signal_mv, expected, atol=1e-6)
    assert (ecg.source_format, ecg.sample_rate_hz, ecg.caveats) == ("schiller", 500, ())


def test_a_resolution_in_millivolts_is_the_same() -> None:
    ecg = _read(schiller(schiller_event(schiller_waves(step=0.005, unit="mV"))))
    np.testing.assert_allclose(ecg.signal_mv, _read(schiller()).signal_mv, atol=1e-6)


def test_what_the_device_printed_is_kept_and_a_dash_is_nothing() -> None:
    assert _read(schiller()).measurements == {
        "heart_rate_bpm": 67, "pr_ms": 160, "qrs_ms": 92, "qt_ms": 398, "qtc_ms": 420,
        "p_axis_deg": 55, "qrs_axis_deg": 12,
    }  # fmt: skip


def test_the_mean_beat_is_kept_apart() -> None:
    beats = {lead: samples[:400] for lead, samples in steps(1000).items()}
    waves = schiller_waves(beats, "ECG_AVERAGES", 1) + schiller_waves()
    ecg = _read(schiller(schiller_event(waves)))
    assert ecg.median_mv is not None
    np.testing.assert_allclose(ecg.median_mv, np.array(list(beats.values())) / 1000, atol=1e-6)
    assert ecg.signal_mv.shape == (12, 5000)


def test_a_strip_of_one_lead_does_not_win() -> None:
    strip = schiller_waves({"II": np.tile(steps(200)["II"], 3)})
    ecg = _read(schiller(schiller_event(strip + schiller_waves())))
    assert ecg.signal_mv.shape == (12, 5000)


def test_of_several_recordings_the_first_is_read_and_said() -> None:
    later = {lead: samples // 2 for lead, samples in steps(200).items()}
    ecg = _read(schiller(schiller_event(), schiller_event(schiller_waves(later))))
    np.testing.assert_allclose(ecg.signal_mv, beating(), atol=0.0026)
    assert [caveat.code for caveat in ecg.caveats] == ["several_recordings"]
    assert "2 recordings" in ecg.caveats[0].text


def test_an_exponent_that_nobody_describes_asks_for_the_rate() -> None:
    content = schiller(schiller_event(schiller_waves(exponent=3)))
    with pytest.raises(BadInput, match="its sample rate is missing"):
        _read(content)
    assert _read(content, sample_rate_hz=500).duration_s == 10


def test_a_resolution_without_a_unit_asks_for_it() -> None:
    content = schiller(schiller_event(schiller_waves(unit="")))
    with pytest.raises(BadInput, match="its unit is missing"):
        _read(content)
    np.testing.assert_allclose(_read(content, unit="uV").signal_mv, beating(), atol=0.0026)


def test_the_lowest_number_is_no_signal() -> None:
    leads = {lead: s.copy() for lead, s in steps(200).items()}
    leads["V1"][:50] = -32768
    assert np.isnan(_read(schiller(schiller_event(schiller_waves(leads)))).signal_mv[6, :50]).all()


@pytest.mark.parametrize(
    ("event", "words"),
    [
        ("", "holds no rhythm"),
        (schiller_event(schiller_waves(kind="ECG_AVERAGES")), "holds no rhythm"),
        (schiller_event(schiller_waves(step="")), "resolution"),
        (schiller_event(schiller_waves(stored_as="HUFFMAN")), "no public description names"),
        (schiller_event(schiller_waves().replace(">5000<", ">900000<")), "900,000"),
        (schiller_event(schiller_waves().replace(",", ",x", 1)), "text among its samples"),
        (
            schiller_event(schiller_waves({k: v for k, v in steps(200).items() if k != "V2"})),
            "missing: V2",
        ),
    ],
)
def test_what_is_wrong_is_named(event: str, words: str) -> None:
    with pytest.raises(BadInput, match=words):
        _read(schiller(event))


def test_an_exercise_test_is_refused() -> None:
    with pytest.raises(BadInput, match="exercise test"):
        _read(schiller(kind="ECG_EXERCISE"))


def test_damage_gives_a_record_or_an_error() -> None:
    content = schiller()
    assert all(isinstance(outcome(part), PtaclError) for part in cut_short(content, 30))
    for damaged in flipped(content, 60):
        outcome(damaged)
