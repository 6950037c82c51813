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
    with pytest.raises(BadInput, match="sample rate nor its unit"):
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
        (TWELVE[:5], "grid of 5 × 5000"),
        (TWELVE[0], "shape is 5000"),
        (np.zeros((2, 12, 5000)), "shape is 2 × 12 × 5000"),
        (TWELVE[::-1], "not in the order"),
        (TWELVE[[0, 1, 2, *range(6, 12), 3, 4, 5]], "not in the order"),
        (np.full((12, 5000), "x"), "text, not numbers"),
        (TWELVE * 1j, "objects, not numbers"),
        (np.array(3.0), "a single number"),
        (np.zeros((0, 12)), "grid|shape"),
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
