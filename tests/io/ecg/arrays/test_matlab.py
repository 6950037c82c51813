"""MATLAB files, written by SciPy; and the claims of damaged ones."""

import io
import struct
import time
import tracemalloc
import zlib
from pathlib import Path

import numpy as np
import pytest
import scipy.io
import scipy.sparse

from ptacl.errors import BadInput, PtaclError
from ptacl.io import read_ecg, read_ecg_files
from ptacl.types import INDEPENDENT_LEADS, LEADS, Ecg
from tests.full_text import full_text


def _twelve() -> np.ndarray:
    spikes = (np.arange(3000) % 500 < 20).astype(float)
    noise = np.random.default_rng(2).normal(scale=0.01, size=(8, 3000))
    one, two, *chest = np.outer(np.linspace(0.5, 1.5, 8), spikes) + noise
    return np.stack([one, two, two - one, -(one + two) / 2, one - two / 2, two - one / 2, *chest])


TWELVE = _twelve()


def _mat(level: str = "5", compressed: bool = True, **variables) -> bytes:
    stream = io.BytesIO()
    scipy.io.savemat(stream, variables, format=level, do_compression=compressed)
    return stream.getvalue()


def _read(content: bytes, rate_hz: float | None = None, unit: str | None = None) -> Ecg:
    return read_ecg_files({"ecg": content}, sample_rate_hz=rate_hz, unit=unit)


@pytest.mark.parametrize("compressed", [False, True])
@pytest.mark.parametrize("name", ["val", "ecg", "signal", "my_own_name"])
def test_a_matrix_with_its_rate_and_unit_is_read(name: str, compressed: bool) -> None:
    for array in (TWELVE, TWELVE.T):
        ecg = _read(_mat(compressed=compressed, **{name: array * 1000}, fs=500, unit="uV"))
        np.testing.assert_allclose(ecg.signal_mv, TWELVE, atol=1e-5)
        assert (ecg.sample_rate_hz, ecg.source_format) == (500, "mat")


def test_both_levels_and_all_kinds_of_numbers_are_read() -> None:
    microvolts = (TWELVE * 1000).round()
    for level in ("4", "5"):
        for kind in ("i2", "i4", "f4", "f8"):
            ecg = _read(_mat(level, False, val=microvolts.astype(kind)), 500.0, "uV")
            np.testing.assert_allclose(ecg.signal_mv, microvolts / 1000, atol=1e-5)


def test_what_the_file_does_not_say_is_asked_for() -> None:
    with pytest.raises(BadInput, match="sample rate and unit are missing"):
        _read(_mat(val=TWELVE))


def test_leads_may_be_named_in_a_cell_or_lie_in_vectors_of_their_own() -> None:
    order = [7, 0, 3, 1, 2, 4, 5, 6]
    eight = TWELVE[[0, 1, *range(6, 12)]]
    names = np.array([INDEPENDENT_LEADS[i] for i in order], dtype=object)
    ecg = _read(_mat(ecg=eight[order], leads=names, fs=500.0, units="mV"))
    np.testing.assert_allclose(ecg.signal_mv, TWELVE, atol=1e-6)
    ecg = _read(_mat(**dict(zip(LEADS, TWELVE, strict=True)), Fs=250.0), unit="mV")
    np.testing.assert_allclose(ecg.signal_mv, TWELVE, atol=1e-6)
    assert ecg.sample_rate_hz == 250


def test_a_structure_is_opened() -> None:
    inner = {"sex": "Male", "age": 74.0, "data": TWELVE, "name": "Zebedee Quux"}
    ecg = _read(_mat(ECG=inner), 500.0, "mV")
    np.testing.assert_allclose(ecg.signal_mv, TWELVE, atol=1e-6)
    assert "Zebedee" not in full_text(ecg)


def test_other_variables_do_no_harm() -> None:
    content = _mat(
        val=TWELVE, fs=500, unit="mV", empty=np.zeros((0, 0)), text="", age=np.array([[74.0]]),
        sparse=scipy.sparse.eye(50).tocsc(), cell=np.array([1.0, "a", np.eye(2)], dtype=object),
        peaks=np.arange(9.0), z=1j, logical=np.array([True, False]),
    )  # fmt: skip
    np.testing.assert_allclose(_read(content).signal_mv, TWELVE, atol=1e-6)


def test_version_7_3_is_refused_with_what_to_do() -> None:
    head = b"MATLAB 7.3 MAT-file, Platform: GLNXA64".ljust(512) + b"\x89HDF\r\n\x1a\n"
    with pytest.raises(BadInput, match=r"version 7\.3\. Save it in MATLAB with the option -v7"):
        _read(head + bytes(5000))


def test_a_mat_beside_its_header_stays_wfdb(shared_data: Path, tmp_path: Path) -> None:
    path = shared_data / "ecg/wfdb_cinc2021/HR06000.mat"
    assert read_ecg(path).source_format == "wfdb"
    alone = tmp_path / "HR06000.mat"
    alone.write_bytes(path.read_bytes())
    with pytest.raises(BadInput, match="sample rate and unit are missing"):
        read_ecg(alone)
    ecg = read_ecg(alone, sample_rate_hz=500.0, unit="uV")
    assert ecg.source_format == "mat"
    np.testing.assert_allclose(ecg.signal_mv, read_ecg(path).signal_mv, atol=1e-6)


def test_files_without_signals_are_refused() -> None:
    for variables, words in (
        ({"fs": 500}, "0 arrays of signals"),
        ({"a": TWELVE, "b": TWELVE}, "2 arrays of signals"),
        ({"val": TWELVE[:3]}, "array of 3 × 3000"),
        ({"I": TWELVE[0], "II": TWELVE[1]}, "holds 2 of the 12"),
        ({"s": scipy.sparse.eye(50).tocsc()}, "no array of numbers"),
    ):
        with pytest.raises(BadInput, match=words):
            _read(_mat(**variables), 500.0, "mV")


def _matrix(sides: tuple[int, ...], kind: int = 6, data: bytes = b"") -> bytes:
    def element(number: int, body: bytes) -> bytes:
        return struct.pack("<II", number, len(body)) + body + bytes(-len(body) % 8)

    body = element(6, struct.pack("<II", kind, 0)) + element(
        5, struct.pack(f"<{len(sides)}i", *sides)
    )
    return element(14, body + element(1, b"val") + (element(9, data) if kind == 6 else b""))


HEADER = _mat(val=TWELVE)[:128]


@pytest.mark.parametrize(
    "element",
    [
        _matrix((50_000, 50_000)),
        _matrix((2**31 - 1, 2**31 - 1)),
        _matrix((100_000, 100_000), kind=1),
        _matrix((100_000, 100_000), kind=2),
        struct.pack("<II", 14, 2**31) + bytes(64),
        struct.pack("<II", 14, 8 * 50_000) + struct.pack("<HH4x", 1, 40_000) * 50_000,
        struct.pack("<II", 15, 2**31) + bytes(64),
        struct.pack("<II", 15, 8) + bytes(8),
    ],
)
def test_claims_are_checked_before_memory_is_asked_for(element: bytes) -> None:
    tracemalloc.start()
    began = time.perf_counter()
    with pytest.raises(BadInput, match="damaged or too large"):
        _read(HEADER + element, 500.0, "mV")
    assert tracemalloc.get_traced_memory()[1] < 20e6
    assert time.perf_counter() - began < 2
    tracemalloc.stop()


def test_a_deflate_bomb_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("ptacl.io.containers.mat_file.MOST_INFLATED_BYTES", 10**6)
    bomb = zlib.compress(_matrix((2, 10**6), data=bytes(16 * 10**6)))
    with pytest.raises(BadInput, match="damaged or too large"):
        _read(HEADER + struct.pack("<II", 15, len(bomb)) + bomb, 500.0, "mV")
    many = zlib.compress(struct.pack("<II", 14, 0) * 120_000)
    with pytest.raises(BadInput, match="damaged or too large"):
        _read(HEADER + struct.pack("<II", 15, len(many)) + many, 500.0, "mV")


def test_damaged_files_give_an_ecg_or_an_error() -> None:
    inner = {"ecg": TWELVE, "leads": np.array(LEADS, dtype=object), "fs": 500, "unit": "mV"}
    whole = [
        _mat("5", False, ecg=inner),
        _mat("5", True, **inner),
        _mat("4", False, val=TWELVE, fs=500.0),
    ]
    random = np.random.default_rng(7)
    for turn in range(240):
        content = bytearray(whole[turn % 3])
        reach = len(content) if turn % 2 else 1500
        if turn % 5 == 0:
            content = content[: int(random.integers(len(content)))]
        for _ in range(turn % 5):
            content[int(random.integers(reach))] = int(random.integers(256))
        try:
            assert _read(bytes(content), None, "mV").duration_s >= 1
        except PtaclError as error:
            assert str(error).endswith(".")
