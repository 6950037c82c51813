"""NumPy arrays."""

import io

import numpy as np
import pytest

from ptacl.errors import BadInput
from ptacl.io import read_ecg_files
from ptacl.types import INDEPENDENT_LEADS, LEADS, Ecg


def _twelve() -> np.ndarray:
    spikes = (np.arange(5000) % 500 < 20).astype(float)
    noise = np.random.default_rng(2).normal(scale=0.01, size=(8, 5000))
    one, two, *chest = np.outer(np.linspace(0.5, 1.5, 8), spikes) + noise
    return np.stack([one, two, two - one, -(one + two) / 2, one - two / 2, two - one / 2, *chest])


TWELVE = _twelve()


def _npy(array: np.ndarray) -> bytes:
    stream = io.BytesIO()
    np.save(stream, array)
    return stream.getvalue()


def _npz(**arrays) -> bytes:
    stream = io.BytesIO()
    np.savez_compressed(stream, **arrays)
    return stream.getvalue()


def _read(content: bytes, rate_hz: float | None = 500.0, unit: str | None = "mV") -> Ecg:
    return read_ecg_files({"ecg": content}, sample_rate_hz=rate_hz, unit=unit)


@pytest.mark.parametrize("kind", ["<f8", ">f4", "<f2"])
def test_both_orientations_and_all_floats_are_read(kind: str) -> None:
    for array in (TWELVE, TWELVE.T, TWELVE[None], np.asfortranarray(TWELVE)):
        ecg = _read(_npy(array.astype(kind)))
        np.testing.assert_allclose(ecg.signal_mv, TWELVE, atol=2e-3)
        assert ecg.source_format == "npy"


def test_integers_in_microvolts_are_read() -> None:
    ecg = _read(_npy((TWELVE * 1000).round().astype(np.int16)), unit="uV")
    np.testing.assert_allclose(ecg.signal_mv, TWELVE, atol=6e-4)


def test_rate_and_unit_must_be_given() -> None:
    with pytest.raises(BadInput, match="sample rate and unit are missing"):
        _read(_npy(TWELVE), None, None)


def test_npz_may_say_rate_unit_and_leads() -> None:
    order = [7, 0, 3, 1, 2, 4, 5, 6]
    eight = TWELVE[[0, 1, *range(6, 12)]]
    names = np.array([INDEPENDENT_LEADS[i] for i in order])
    content = _npz(ecg=eight[order] * 1000, fs=500, unit="uV", leads=names)
    ecg = _read(content, None, None)
    np.testing.assert_allclose(ecg.signal_mv, TWELVE, atol=1e-5)
    assert ecg.source_format == "npz"


def test_npz_may_say_so_in_bytes_and_beside_other_arrays() -> None:
    content = _npz(
        signal=TWELVE * 1000, unit=np.bytes_("uV"), fs=np.array([[500]]), peaks=np.arange(9),
        leads=np.array([lead.encode() for lead in LEADS]), template=TWELVE[:, :700],
    )  # fmt: skip
    np.testing.assert_allclose(_read(content, None, None).signal_mv, TWELVE, atol=1e-5)


def test_npz_may_hold_one_array_a_lead() -> None:
    content = _npz(**dict(zip(LEADS, TWELVE, strict=True)), sample_rate_hz=250.0)
    ecg = _read(content, None)
    np.testing.assert_allclose(ecg.signal_mv, TWELVE, atol=1e-6)
    assert ecg.sample_rate_hz == 250


@pytest.mark.parametrize(
    ("array", "words"),
    [
        (TWELVE[:5], "array of 5 × 5000"),
        (TWELVE[0], "shape is 5000"),
        (np.zeros((2, 12, 5000)), "shape is 2 × 12 × 5000"),
        (TWELVE[::-1], "not in the order"),
        (TWELVE[[0, 1, 2, *range(6, 12), 3, 4, 5]], "not in the order"),
        (np.full((12, 5000), "x"), "text, not numbers"),
        (TWELVE * 1j, "objects, not numbers"),
        (np.array(3.0), "a single number"),
        (np.zeros((0, 12)), "array of|shape"),
    ],
)
def test_other_arrays_are_refused(array: np.ndarray, words: str) -> None:
    with pytest.raises(BadInput, match=words):
        _read(_npy(array))


def test_pickled_objects_are_never_loaded() -> None:
    stream = io.BytesIO()
    np.save(stream, np.array([{"a": 1}], dtype=object), allow_pickle=True)
    with pytest.raises(BadInput, match="array of objects"):
        _read(stream.getvalue())


def test_a_header_that_claims_gigabytes_is_refused_before_they_are_allocated() -> None:
    content = _npy(TWELVE).replace(b"(12, 5000), }        ", b"(12, 500000000000), }")
    with pytest.raises(BadInput, match="cut short: its header claims 48,000,000,000,000 bytes"):
        _read(content)


STEPS = np.rint(TWELVE * 200).astype(np.int16)


@pytest.mark.parametrize(
    "told",
    [{"adc_gain": 200.0, "unit": "mV"}, {"uv_per_lsb": 5.0}, {"resolution_uv": 5},
     {"units_per_mv": 200}, {"adc_gain": np.full(12, 200.0), "units": np.array(["mV"] * 12)}],
)  # fmt: skip
def test_steps_are_scaled_by_the_gain_beside_them(told: dict) -> None:
    ecg = _read(_npz(d_signal=STEPS, fs=500, leads=np.array(LEADS), **told), None, None)
    np.testing.assert_allclose(ecg.signal_mv, STEPS / 200, atol=1e-6)
    assert [caveat.code for caveat in ecg.caveats] == ["steps_scaled"]


@pytest.mark.parametrize(
    "told", [{"adc_gain": 200.0}, {"scale": 0.005}, {"bits": 12, "unit": "uV"}]
)
def test_steps_of_unknown_size_are_refused(told: dict) -> None:
    content = _npz(d_signal=STEPS, fs=500, leads=np.array(LEADS), **told)
    with pytest.raises(BadInput, match="converter counts"):
        _read(content, None, None)
    volts = _npz(p_signal=TWELVE, fs=500, leads=np.array(LEADS), **told)
    np.testing.assert_allclose(_read(volts, None, "mV").signal_mv, TWELVE, atol=1e-6)


def test_the_lowest_integer_is_no_signal() -> None:
    stored = np.rint(TWELVE * 1000).astype(np.int16)
    stored[9, 50:90] = -32768
    for content in (_npy(stored), _npz(ecg=stored, leads=np.array(LEADS))):
        ecg = _read(content, unit="uV")
        assert np.isnan(ecg.signal_mv[9, 50:90]).all()
        assert np.isnan(ecg.signal_mv).sum() == 40
    stored[1, 50:90] = -32768  # the order is asked of what is left
    assert np.isnan(_read(_npy(stored), unit="uV").signal_mv).sum() == 80


def test_an_assumed_order_is_said_and_a_named_one_is_not() -> None:
    eight = TWELVE[[0, 1, *range(6, 12)]]
    for array in (TWELVE, eight, eight.T):
        [caveat] = _read(_npy(array)).caveats
        assert (caveat.code, caveat.severity) == ("lead_order_assumed", "check")
    assert [c.code for c in _read(_npz(ecg=TWELVE)).caveats] == ["lead_order_assumed"]
    assert _read(_npz(ecg=TWELVE, leads=np.array(LEADS))).caveats == ()


@pytest.mark.parametrize("value", [1e300, -1e300, 3.5e38, np.inf, 1e39])
def test_what_overflows_32_bits_is_missing_and_no_infinity(value: float) -> None:
    spoiled = TWELVE.copy()
    spoiled[9, 7] = value
    ecg = _read(_npy(spoiled))
    assert not np.isinf(ecg.signal_mv).any()
    assert np.argwhere(np.isnan(ecg.signal_mv)).tolist() == [[9, 7]]
    spoiled[9] = value
    ecg = _read(_npy(spoiled))
    assert np.isnan(ecg.signal_mv[9]).all()
    np.testing.assert_allclose(np.delete(ecg.signal_mv, 9, 0), np.delete(TWELVE, 9, 0), atol=1e-6)


def test_one_absurd_lead_does_not_cost_the_others() -> None:
    spoiled = TWELVE.copy()
    spoiled[9] = 30 * np.random.default_rng(0).normal(size=5000)
    ecg = _read(_npy(spoiled))
    np.testing.assert_allclose(ecg.signal_mv, spoiled, atol=1e-4)


def test_arrays_of_a_print_are_put_at_their_times() -> None:
    arrays = {
        lead: TWELVE[row, row // 3 * 1250 : row // 3 * 1250 + 1250] * (1 + row // 3)
        for row, lead in enumerate(LEADS)
    }
    ecg = _read(_npz(**arrays, II_long=np.arange(9)), 500.0)
    assert ecg.duration_s == 10
    assert "columns_of_a_print" in [caveat.code for caveat in ecg.caveats]
    for row, lead in enumerate(LEADS):
        start = row // 3 * 1250
        np.testing.assert_allclose(
            ecg.signal_mv[row, start : start + 1250], arrays[lead], atol=1e-6
        )
        assert np.isfinite(ecg.signal_mv[row]).sum() == 1250
