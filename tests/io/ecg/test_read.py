"""The door for ECGs: what is read, what is refused, and with which words."""

import io
import subprocess
import sys
import tracemalloc
import zipfile
from pathlib import Path

import numpy as np
import pytest
from pydicom.data import get_testdata_file

from ptacl.errors import BadInput, PtaclError
from ptacl.io import read_ecg, read_ecg_files
from ptacl.types import LEADS, Ecg
from tests.made.files import csv_bytes

RATE_HZ = 500.0


def simple_leads(samples: int = 5000, seed: int = 0) -> np.ndarray:
    """Eight independent leads in mV: a spike a second, a little noise."""
    spikes = (np.arange(samples) % 500 < 20).astype(float)
    noise = np.random.default_rng(seed).normal(scale=0.01, size=(8, samples))
    return np.outer(np.linspace(0.5, 1.5, 8), spikes) + noise


def npy(array: np.ndarray) -> bytes:
    stream = io.BytesIO()
    np.save(stream, array, allow_pickle=array.dtype == object)
    return stream.getvalue()


def zipped(files: dict[str, bytes]) -> bytes:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in files.items():
            archive.writestr(name, content)
    return stream.getvalue()


def dicom_bytes() -> bytes:
    return Path(str(get_testdata_file("waveform_ecg.dcm", download=False))).read_bytes()


def real_ecgs(shared_data: Path) -> list[dict[str, bytes]]:
    """Some real recordings with the files that they need."""
    headers = [
        *sorted((shared_data / "ecg/wfdb_ptbxl").glob("*.hea"))[::20],
        *sorted((shared_data / "ecg/wfdb_cinc2021").glob("*.hea")),
    ]
    groups = [[h, *(h.with_suffix(s) for s in (".dat", ".mat"))] for h in headers]
    files = [{p.name: p.read_bytes() for p in group if p.is_file()} for group in groups]
    return [*files, {"waveform_ecg.dcm": dicom_bytes()}]


def test_every_real_recording_is_read(shared_data: Path) -> None:
    for files in real_ecgs(shared_data):
        ecg = read_ecg_files(files)
        assert ecg.signal_mv.shape[0] == len(LEADS)
        assert ecg.signal_mv.dtype == np.float32
        assert ecg.duration_s >= 10
        assert 0.3 < np.median(np.nanmax(ecg.signal_mv, 1) - np.nanmin(ecg.signal_mv, 1)) < 10


def _result(files: dict[str, bytes]) -> Ecg | PtaclError:
    """The contract: a valid record or an error with words, never another exception."""
    try:
        ecg = read_ecg_files(files)
    except PtaclError as error:
        assert str(error).endswith(".")
        return error
    assert ecg.signal_mv.shape[0] == 12
    assert 100 <= ecg.sample_rate_hz <= 2000
    assert ecg.duration_s >= 5
    return ecg


@pytest.mark.parametrize("part", [0.0, 0.001, 0.01, 0.1, 0.5, 0.9, 0.999])
def test_a_truncated_file_is_refused(shared_data: Path, part: float) -> None:
    for files in real_ecgs(shared_data):
        for name, content in files.items():
            result = _result(files | {name: content[: int(part * len(content))]})
            # The last line of a header may lose its comment and say all the same.
            assert isinstance(result, BadInput) or (name.endswith(".hea") and part > 0.8)


@pytest.mark.parametrize("seed", range(10))
def test_flipped_bytes_give_a_record_or_an_error(shared_data: Path, seed: int) -> None:
    random = np.random.default_rng(seed)
    for files in real_ecgs(shared_data)[-8:]:
        for name, content in files.items():
            damaged = np.frombuffer(content, np.uint8).copy()
            reach = min(len(damaged), 4000 if seed % 2 else len(damaged))
            places = random.integers(0, reach, size=1 + seed)
            damaged[places] = random.integers(0, 256, size=1 + seed)
            _result(files | {name: damaged.tobytes()})


def test_the_content_decides_not_the_extension(tmp_path: Path) -> None:
    (tmp_path / "ecg.csv").write_bytes(dicom_bytes())
    assert read_ecg(tmp_path / "ecg.csv").source_format == "dicom"
    (tmp_path / "ecg.dcm").write_bytes(npy(simple_leads()))
    assert read_ecg(tmp_path / "ecg.dcm", sample_rate_hz=500.0, unit="mV").source_format == "npy"


@pytest.mark.parametrize(
    "root", ["RestingECG", "CardiologyXML", "restingecgdata", "x:AnnotatedECG xmlns:x='urn:x'"]
)
def test_xml_is_known_by_its_root_and_cut_xml_is_named(root: str) -> None:
    for content in (f"<?xml version='1.0'?><!-- x -->\n<{root}>", f"<{root}><a>"):
        for encoding in ("utf-8", "utf-8-sig", "utf-16"):
            with pytest.raises(BadInput, match="XML that is cut short"):
                read_ecg_files({"ecg.csv": content.encode(encoding)})


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"", "an empty file"),
        (bytes(5000), "a file of zeros"),
        (b"<!DOCTYPE html><html><body>log in</body></html>", "a web page"),
        (b"%PDF-1.7\n%\xe2\xe3", "a PDF document"),
        (b"\xff\xd8\xff\xe0\x00\x10JFIF", "a JPEG image"),
        (b"\x89PNG\r\n\x1a\n", "a PNG image"),
        (b"\x80\x04\x95\x00", "a Python pickle"),
        (b"<?xml version='1.0'?><ECGStudy>", "an XML file of no known kind"),
        ("<ECGStudy>".encode("utf-16"), "an XML file of no known kind"),
        (b"dear colleague, thank you for sending", "a text file"),
        (b"\x01\x02\x03\x04" * 99, "binary data"),
    ],
)
def test_foreign_content_is_named_whatever_its_extension(content: bytes, words: str) -> None:
    with pytest.raises(BadInput, match=words) as caught:
        read_ecg_files({"ecg.dcm": content})
    assert "WFDB" in str(caught.value)  # what to give instead


def _read(signal: np.ndarray, rate_hz: float = RATE_HZ, unit: str = "mV") -> Ecg:
    return read_ecg_files({"ecg.npy": npy(signal)}, sample_rate_hz=rate_hz, unit=unit)


def test_what_no_ecg_can_be_is_refused_with_the_reason() -> None:
    good = simple_leads()
    assert _read(good).duration_s == 10
    with pytest.raises(BadInput, match="4 s of signal"):
        _read(good[:, :2000])
    with pytest.raises(BadInput, match="50 Hz is outside 100 to 2000"):
        _read(good, rate_hz=50.0)
    with pytest.raises(BadInput, match="every lead is constant"):
        _read(np.zeros((8, 5000)))
    with pytest.raises(BadInput, match="missing"):
        _read(np.full((8, 5000), np.nan))
    with pytest.raises(BadInput, match=r"microvolts read as millivolts.*--unit uV"):
        _read(good * 1000)
    with pytest.raises(BadInput, match=r"millivolts read as microvolts.*--unit mV"):
        _read(good, unit="uV")
    with pytest.raises(BadInput, match="'ohm' is no unit"):
        _read(good, unit="ohm")
    with pytest.raises(BadInput, match="the stated unit is no unit"):
        _read(good, unit="Zebedee")


@pytest.mark.parametrize("rate_hz", [100.0, 240.0, 1000.0, 2000.0])
@pytest.mark.parametrize("duration_s", [5, 12, 60, 300])
def test_every_rate_and_length_of_the_range_is_read(rate_hz: float, duration_s: int) -> None:
    ecg = _read(simple_leads(round(rate_hz * duration_s)), rate_hz=rate_hz)
    assert (ecg.duration_s, ecg.sample_rate_hz) == (duration_s, rate_hz)


def test_units_all_mean_the_same_signal() -> None:
    millivolts = _read(simple_leads()).signal_mv
    for unit, factor in (("uV", 1000), ("µV", 1000), ("mv", 1), ("V", 0.001)):
        np.testing.assert_allclose(
            _read(simple_leads() * factor, unit=unit).signal_mv, millivolts, rtol=1e-6
        )


def test_infinite_samples_count_as_missing() -> None:
    signal = simple_leads()
    signal[3, 7] = np.inf
    assert _read(signal).missing["V2"] == "gaps"


def test_a_zip_or_its_files_or_the_folder_give_the_same_ecg(shared_data: Path) -> None:
    folder = shared_data / "ecg/wfdb_cinc2021"
    files = {n: (folder / n).read_bytes() for n in ("HR06000.hea", "HR06000.mat")}
    expected = read_ecg(folder / "HR06000.hea").signal_mv
    inner = {f"export/{name}": content for name, content in files.items()}
    for ecg in (
        read_ecg(folder / "HR06000"),
        read_ecg(folder / "HR06000.mat"),
        read_ecg_files(files),
        read_ecg_files({"a.zip": zipped(inner | {"__MACOSX/._x": b"x", "readme.txt": b"hi"})}),
    ):
        np.testing.assert_array_equal(ecg.signal_mv, expected)


def test_several_ecgs_at_once_are_refused() -> None:
    two = {"a.npy": npy(simple_leads()), "b.npy": npy(simple_leads())}
    with pytest.raises(BadInput, match="there are 2 ECGs"):
        read_ecg_files(two)
    with pytest.raises(BadInput, match="there are 2 ECGs"):
        read_ecg_files({"a.zip": zipped({f"export/{name}": two[name] for name in two})})
    with pytest.raises(BadInput, match="no file"):
        read_ecg_files({})


@pytest.mark.parametrize("name", ["../ecg.npy", "/etc/ecg.npy", "a/../../x.npy", "C:/x.npy"])
def test_a_zip_with_unsafe_names_is_refused(name: str) -> None:
    with pytest.raises(BadInput, match="leads out of the zip"):
        read_ecg_files({"a.zip": zipped({name: npy(simple_leads())})})


def test_a_zip_bomb_is_refused_before_it_unfolds(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("ptacl.io.ecg.read.MOST_ECG_BYTES", 10**6)
    with pytest.raises(BadInput, match="holds 2 MB, more than 1 MB"):
        read_ecg_files({"a.zip": zipped({"zeros.dat": bytes(2 * 10**6)})})


def test_a_damaged_zip_is_refused() -> None:
    content = zipped({"a.npy": npy(simple_leads())})
    for part in (0.1, 0.5, 0.99):
        with pytest.raises(BadInput, match="zip is damaged"):
            read_ecg_files({"a.zip": content[: int(part * len(content))]})


def test_missing_files_and_folders_are_named(tmp_path: Path) -> None:
    with pytest.raises(BadInput, match="no such file"):
        read_ecg(tmp_path / "none.hea")
    with pytest.raises(BadInput, match="is a folder"):
        read_ecg(tmp_path)


def test_nothing_is_left_in_the_temporary_folder(
    shared_data: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    read_ecg(shared_data / "ecg/wfdb_cinc2021/HR06000.hea")
    header = (shared_data / "ecg/wfdb_cinc2021/HR06000.hea").read_bytes()
    with pytest.raises(BadInput):
        read_ecg_files({"HR06000.hea": header.replace(b"16x1", b"99x1"), "HR06000.mat": b"x" * 200})
    assert list(tmp_path.iterdir()) == []


def test_a_zip_that_lies_about_its_size_unpacks_no_further() -> None:
    content = bytearray(zipped({"zeros.dat": bytes(20 * 10**6)}))
    size = content.index(b"PK\x01\x02") + 24  # in the directory at its end
    content[size : size + 4] = (1000).to_bytes(4, "little")
    tracemalloc.start()
    with pytest.raises(BadInput, match="zip is damaged"):
        read_ecg_files({"a.zip": bytes(content)})
    _, most = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert most < 2 * 10**6


@pytest.mark.parametrize("method", [zipfile.ZIP_BZIP2, zipfile.ZIP_LZMA])
def test_a_zip_whose_blocks_unfold_without_limit_is_refused(method: int) -> None:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", method) as archive:
        archive.writestr("a.npy", npy(simple_leads()))
    with pytest.raises(BadInput, match="compression method is not supported"):
        read_ecg_files({"a.zip": stream.getvalue()})


def test_a_file_larger_than_an_ecg_is_refused_before_it_is_read(tmp_path: Path) -> None:
    with (tmp_path / "a.npy").open("wb") as stream:
        stream.truncate(70 * 1024**2)  # an ECG takes a dozen times as much memory
    with pytest.raises(BadInput, match="73 MB, too large for an ECG"):
        read_ecg(tmp_path / "a.npy")


def test_an_ecg_that_cannot_be_reached_is_named(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def locked(path: Path) -> None:
        raise PermissionError(13, "Permission denied", str(path))

    monkeypatch.setattr(Path, "is_file", locked)
    with pytest.raises(BadInput, match=r"^a\.xml: it cannot be opened\. Check its permissions"):
        read_ecg(tmp_path / "a.xml")


def test_a_machine_without_memory_is_no_damage_of_the_ecg(monkeypatch: pytest.MonkeyPatch) -> None:
    def memory_is_full(*_: object) -> None:
        raise MemoryError

    monkeypatch.setattr("ptacl.io.ecg.text.delimited_text.find_table", memory_is_full)
    with pytest.raises(MemoryError):
        read_ecg_files({"ecg.csv": csv_bytes()})


def test_neither_pandas_nor_the_packages_of_rare_formats_are_loaded_before_they_are_needed() -> (
    None
):
    said = "import sys, ptacl.io; print([m for m in ('pandas', 'wfdb') if m in sys.modules])"
    done = subprocess.run([sys.executable, "-c", said], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
