"""WFDB records."""

from pathlib import Path

import numpy as np
import pytest

from ptacl.errors import BadInput
from ptacl.io import read_ecg, read_ecg_files
from ptacl.types import LEADS


def _files(shared_data: Path, name: str = "wfdb_ptbxl/00001_hr") -> dict[str, bytes]:
    stem = shared_data / "ecg" / name
    paths = (stem.with_suffix(suffix) for suffix in (".hea", ".dat", ".mat"))
    return {path.name: path.read_bytes() for path in paths if path.is_file()}


def _edited(files: dict[str, bytes], old: bytes, new: bytes) -> dict[str, bytes]:
    return {n: c.replace(old, new) if n.endswith(".hea") else c for n, c in files.items()}


def test_samples_are_what_the_format_says(shared_data: Path) -> None:
    ecg = read_ecg_files(_files(shared_data))
    stored = np.fromfile(shared_data / "ecg/wfdb_ptbxl/00001_hr.dat", "<i2").reshape(-1, 12)
    np.testing.assert_allclose(ecg.signal_mv, stored.T / 1000, atol=1e-6)
    assert (ecg.sample_rate_hz, ecg.source_format, ecg.missing) == (500, "wfdb", {})


def test_the_matlab_variant_and_lower_case_units_are_read(shared_data: Path) -> None:
    path = shared_data / "ecg/wfdb_cinc2021/HR06000.mat"
    stored = np.frombuffer(path.read_bytes()[24:], "<i2").reshape(-1, 12)
    np.testing.assert_allclose(read_ecg(path).signal_mv, stored.T / 1000, atol=1e-6)


def test_flat_leads_are_recorded_not_refused(shared_data: Path) -> None:
    ecg = read_ecg(shared_data / "ecg/wfdb_cinc2021/JS20004.hea")
    assert ecg.missing == {"V2": "flat", "V4": "flat", "V6": "flat"}


def test_microvolts_in_the_header_count(shared_data: Path) -> None:
    files = _files(shared_data)
    ecg = read_ecg_files(_edited(files, b"1000.0(0)/mV", b"1.0(0)/uV"))
    np.testing.assert_allclose(ecg.signal_mv, read_ecg_files(files).signal_mv, atol=1e-6)


def test_a_wrong_unit_is_told_from_the_amplitude(shared_data: Path) -> None:
    files = _edited(_files(shared_data), b"1000.0(0)/mV", b"1.0(0)/mV")
    with pytest.raises(BadInput, match="microvolts taken for millivolts"):
        read_ecg_files(files)
    assert np.abs(read_ecg_files(files, unit="uV").signal_mv).max() < 10


def test_samples_marked_as_missing_become_gaps(shared_data: Path) -> None:
    files = _files(shared_data)
    stored = np.frombuffer(files["00001_hr.dat"], "<i2").reshape(-1, 12).copy()
    stored[:10, 6] = -32768
    ecg = read_ecg_files(files | {"00001_hr.dat": stored.tobytes()})
    assert ecg.missing == {"V1": "gaps"}
    assert np.isnan(ecg.signal_mv[6]).sum() == 10


def test_foreign_channels_are_ignored_and_limb_leads_derived(shared_data: Path) -> None:
    files = _files(shared_data)
    for lead, other in ((b"III", b"vx"), (b"AVR", b"vy"), (b"AVL", b"vz"), (b"AVF", b"RESP")):
        files = _edited(files, b" 0 " + lead + b"\n", b" 0 " + other + b"\n")
    ecg = read_ecg_files(files)
    assert ecg.missing == dict.fromkeys(LEADS[2:6], "derived")
    np.testing.assert_allclose(
        ecg.signal_mv, read_ecg_files(_files(shared_data)).signal_mv, atol=2e-3
    )


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        (b"500 5000", b"500 2000000000", "cut short"),
        (b"00001_hr 12", b"00001_hr 15", "announces 15 signals and describes 12"),
        (b"00001_hr 12", b"00001_hr/3 12", "several segments"),
        (b"00001_hr.dat", b"../../passwd", "names a signal file elsewhere"),
        (b"00001_hr.dat", b"/etc/passwd", "names a signal file elsewhere"),
        (b"00001_hr.dat", b"other.dat", "other.dat is not here"),
        (b"500 5000", b"5 5000", "5 Hz lies outside"),
        (b"0 V6", b"0 V7", "missing: V6"),
        (b"/mV", b"/NU", "'NU' is no unit"),
    ],
)
def test_headers_that_lie_are_refused(
    shared_data: Path, old: bytes, new: bytes, words: str
) -> None:
    with pytest.raises(BadInput, match=words):
        read_ecg_files(_edited(_files(shared_data), old, new))


def test_a_header_without_its_signals_says_so(shared_data: Path, tmp_path: Path) -> None:
    files = _files(shared_data)
    (tmp_path / "a.hea").write_bytes(files["00001_hr.hea"])
    with pytest.raises(BadInput, match=r"00001_hr\.dat is not here. Give both files"):
        read_ecg(tmp_path / "a.hea")
