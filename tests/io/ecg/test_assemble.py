"""From what a reader hands over to an ECG."""

import numpy as np
import pytest

from ptacl.errors import BadInput
from ptacl.io.ecg.assemble import to_ecg
from ptacl.io.ecg.recording import Channel, Recording
from ptacl.io.ecg.units import step_unit
from ptacl.types import LEADS, LIMB

RATE_HZ = 500.0


def _twelve(samples: int = 3000, seed: int = 0) -> dict[str, np.ndarray]:
    spikes = (np.arange(samples) % 500 < 20).astype(float)
    noise = np.random.default_rng(seed).normal(scale=0.01, size=(8, samples))
    one, two, *chest = np.outer(np.linspace(0.5, 1.5, 8), spikes) + noise
    limb = {lead: a * one + b * two for lead, (a, b) in LIMB.items()}
    return limb | {f"V{number + 1}": row for number, row in enumerate(chest)}


TWELVE = _twelve()


def _recording(
    more: dict[str, np.ndarray] | None = None, unit: str | None = "mV", **fields
) -> Recording:
    named = TWELVE | (more or {})
    channels = tuple(Channel(name, samples, unit) for name, samples in named.items())
    return Recording(channels, fields.pop("rate_hz", RATE_HZ), **fields)


def test_leads_that_are_missing_are_told_before_rate_and_unit_are_asked_for() -> None:
    few = Recording((Channel("I", TWELVE["I"], None), Channel("EEG 1", TWELVE["I"], None)), None)
    with pytest.raises(BadInput, match="holds 1 of the 12 standard leads"):
        to_ecg(few, "a.edf", "edf")
    with pytest.raises(BadInput, match=r"none that is known\); missing: I, II, V1"):
        to_ecg(Recording((), None), "a.edf", "edf")


def test_a_negative_beside_its_lead_is_a_second_view_of_it() -> None:
    ecg = to_ecg(_recording({"-aVR": -TWELVE["aVR"]}), "a.csv", "csv")
    np.testing.assert_array_equal(ecg.signal_mv, np.float32([TWELVE[lead] for lead in LEADS]))
    assert ecg.caveats == ()


def test_numbers_of_steps_keep_the_size_that_the_file_gives_them() -> None:
    stored = {lead: np.rint(samples * 1000 / 4.88) for lead, samples in TWELVE.items()}
    recording = _recording(stored, unit=step_unit(4.88, "uV"))
    ecg = to_ecg(recording, "a.csv", "csv")
    np.testing.assert_allclose(ecg.signal_mv[0], TWELVE["I"], atol=3e-3)
    with pytest.raises(BadInput, match="Leave out --unit"):
        to_ecg(recording, "a.csv", "csv", unit="mV")


def test_what_a_reader_says_comes_before_what_is_found() -> None:
    spoiled = TWELVE["V4"].copy()
    spoiled[:100] = -163.84
    ecg = to_ecg(_recording({"V4": spoiled}), "a.xml", "muse")
    assert np.isnan(ecg.signal_mv[LEADS.index("V4"), :100]).all()
    assert np.isnan(ecg.signal_mv).sum() == 100
    assert [caveat.code for caveat in ecg.caveats] == ["no_signal_values", "gaps"]


@pytest.mark.parametrize("rate_hz", [0.0, np.nan, np.inf, 1e9])
def test_a_median_beat_at_no_rate_is_left_out(rate_hz: float) -> None:
    beat = tuple(Channel(lead, samples[:600], "mV") for lead, samples in TWELVE.items())
    whole = to_ecg(_recording(median=beat, median_rate_hz=RATE_HZ), "a.xml", "muse")
    assert whole.median_mv is not None
    found = to_ecg(_recording(median=beat, median_rate_hz=rate_hz), "a.xml", "muse")
    assert found.median_mv is None or found.median_rate_hz == RATE_HZ  # 0 says nothing


def test_infinities_of_a_median_beat_are_missing() -> None:
    spoiled = TWELVE | {"V4": np.full(600, 1e300)}
    beat = tuple(Channel(lead, samples[:600], "mV") for lead, samples in spoiled.items())
    ecg = to_ecg(_recording(median=beat), "a.xml", "muse")
    assert ecg.median_mv is not None
    assert not np.isinf(ecg.median_mv).any()
