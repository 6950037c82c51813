"""What holds for every reader: a real file reads right whatever it is called, a damaged or hostile
one gives a record or a named error, soon and in little memory."""

import io
import resource
import time
import zipfile
from collections.abc import Iterator, Mapping
from pathlib import Path

import numpy as np
import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from jaxtyping import TypeCheckError
from pydicom.data import get_testdata_file

from ptacl.errors import BadInput, PtaclError
from ptacl.io import read_cine, read_ecg_files
from ptacl.types import Cine, Ecg
from tests.full_text import full_text
from tests.io.damage import cut_short, flipped, holds_numbers
from tests.io.vendor_writers import (
    SECRETS,
    VENDOR_FILES,
    as_json,
    eli,
    fhir_observation,
    ishne,
    kardia,
    mfer,
    schiller,
    steps,
    tlv,
)
from tests.made.files import csv_bytes, npz_bytes, zip_bytes
from tests.real_files import SHARED

LIMIT_S = 2.0
LIMIT_BYTES = 500 * 1024**2
CUTS, FLIPS = 50, 200
Files = dict[str, bytes]


def _real_ecgs() -> list[Path]:
    """Every real ECG; of the 140 records of PTB-XL, which are alike, every 20th."""
    ecg = SHARED / "ecg"
    patterns = (
        "muse_xml/*.xml",
        "cardiosoft_xml/*.xml",
        "philips_sierra_xml/*.xml",
        "hl7_aecg/*.xml",
        "scp/*.scp",
    )
    found = sorted((ecg / "wfdb_ptbxl").glob("*.hea"))[::20] + sorted(
        (ecg / "wfdb_cinc2021").glob("*.hea")
    )
    found += [path for pattern in patterns for path in sorted(ecg.glob(pattern))]
    return [*found, Path(str(get_testdata_file("waveform_ecg.dcm")))]


def _files(path: Path) -> Files:
    """A recording with what belongs to it, the file that is looked at first."""
    if path.suffix != ".hea":
        return {path.name: path.read_bytes()}
    beside = [path.with_suffix(end) for end in (".dat", ".mat")]
    return {one.name: one.read_bytes() for one in (path, *beside) if one.is_file()}


REAL_ECGS = _real_ecgs()
REAL_CINES = sorted(
    path
    for pattern in ("dicom_*/*.dcm", "nifti_*/*.nii.gz", "rejects/*.dcm")
    for path in (SHARED / "cmr").glob(pattern)
)
SAMPLES = (
    *(REAL_ECGS[at] for at in range(0, len(REAL_ECGS), 3)),
    Path("table.csv"),
    Path("arrays.npz"),
    *map(Path, VENDOR_FILES),
)
"""Of each kind one or two: a third of the real ones, and those that are made."""


def _sample(path: Path) -> Files:
    made = {"table.csv": csv_bytes, "arrays.npz": npz_bytes} | VENDOR_FILES
    return {path.name: made[path.name]()} if path.name in made else _files(path)


def held_to_the_contract(files: Mapping[str, bytes]) -> Ecg | PtaclError:
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    began = time.process_time()
    found = read_or_refuse(files)
    assert time.process_time() - began < LIMIT_S
    grown = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before
    assert grown * 1024 < LIMIT_BYTES
    return found


def read_or_refuse(files: Mapping[str, bytes]) -> Ecg | PtaclError:
    try:
        ecg = read_ecg_files(files)
    except PtaclError as error:
        # The door calls whatever a parser raises damage; a broken promise of ours is none.
        assert not isinstance(error.__cause__, TypeCheckError | AssertionError | NameError)
        assert str(error).endswith(".")
        return error
    assert ecg.signal_mv.shape[0] == 12
    assert ecg.duration_s >= 5
    assert holds_numbers(ecg)
    return ecg


def damaged(files: Files, cuts: int, flips: int) -> Iterator[Files]:
    """The recording with one of its files cut or changed, the others whole."""
    for name, content in files.items():
        for harmed in (*cut_short(content, cuts), *flipped(content, flips)):
            yield {**files, name: harmed}


def same(first: Ecg, second: Ecg) -> bool:
    return np.array_equal(first.signal_mv, second.signal_mv, equal_nan=True) and (
        first.sample_rate_hz,
        first.source_format,
        first.measurements,
    ) == (second.sample_rate_hz, second.source_format, second.measurements)


@pytest.mark.parametrize("path", REAL_ECGS, ids=lambda path: path.name)
def test_a_real_file_reads_the_same_by_any_name_and_in_a_zip(path: Path) -> None:
    files = _files(path)
    ecg = read_ecg_files(files)
    assert np.isfinite(ecg.signal_mv).any(axis=1).all()
    if len(files) == 1:
        assert same(ecg, read_ecg_files({"holiday.jpg": files[path.name]}))
    assert same(ecg, read_ecg_files({"all.zip": zip_bytes(files)}))


@pytest.mark.parametrize("path", REAL_ECGS, ids=lambda path: path.name)
def test_nothing_of_a_record_is_text_from_the_file(path: Path) -> None:
    ecg = read_ecg_files(_files(path))
    assert all(isinstance(value, float) for value in ecg.measurements.values())
    assert set(ecg.missing.values()) <= {"derived", "flat", "gaps"}


@pytest.mark.parametrize("name", VENDOR_FILES)
def test_a_made_file_of_a_vendor_reads_the_same_by_any_name_and_in_a_zip(name: str) -> None:
    content = VENDOR_FILES[name]()
    ecg = read_ecg_files({name: content})
    assert same(ecg, read_ecg_files({"holiday.jpg": content}))
    assert same(ecg, read_ecg_files({"all.zip": zip_bytes({name: content})}))


@pytest.mark.parametrize("name", VENDOR_FILES)
def test_no_name_and_no_id_of_a_made_file_enters_the_record(name: str) -> None:
    content = VENDOR_FILES[name]()
    assert SECRETS[0].encode() in content
    shown = full_text(read_ecg_files({name: content}))
    assert not any(secret in shown for secret in SECRETS)


def test_every_format_but_those_with_real_files_has_a_made_one() -> None:
    made = {read_ecg_files({name: make()}).source_format for name, make in VENDOR_FILES.items()}
    assert made == {"eli", "schiller", "ishne", "mfer", "fhir", "json"}


@settings(
    max_examples=180,
    deadline=None,
    derandomize=True,
    phases=[Phase.explicit, Phase.generate],  # a smaller example is not worth minutes
    suppress_health_check=list(HealthCheck),
)
@given(data=st.data())
def test_a_damaged_file_gives_a_record_or_a_named_error(data: st.DataObject) -> None:
    files = _sample(data.draw(st.sampled_from(SAMPLES), label="file"))
    name = data.draw(st.sampled_from(sorted(files)), label="harmed")
    content = bytearray(files[name])
    for _ in range(data.draw(st.integers(1, 6), label="changes")):
        content[data.draw(st.integers(0, len(content) - 1))] = data.draw(st.integers(0, 255))
    kept = (
        data.draw(st.integers(0, len(content)), label="kept") if data.draw(st.booleans()) else None
    )
    held_to_the_contract({**files, name: bytes(content[:kept])})


@pytest.mark.fuzz
@pytest.mark.parametrize("path", REAL_ECGS, ids=lambda path: path.name)
def test_every_real_ecg_cut_and_changed(path: Path) -> None:
    for files in damaged(_files(path), CUTS, FLIPS):
        held_to_the_contract(files)


@pytest.mark.fuzz
@pytest.mark.parametrize("name", VENDOR_FILES)
def test_every_made_ecg_cut_and_changed(name: str) -> None:
    for files in damaged({name: VENDOR_FILES[name]()}, CUTS, FLIPS):
        held_to_the_contract(files)


@pytest.mark.fuzz
@pytest.mark.parametrize("path", REAL_CINES, ids=lambda path: path.name)
def test_every_real_cine_cut_and_changed(path: Path, tmp_path: Path) -> None:
    content = path.read_bytes()
    for harmed in (*cut_short(content, CUTS), *flipped(content, FLIPS)):
        place = tmp_path / path.name
        place.write_bytes(harmed)
        began = time.process_time()
        try:
            assert isinstance(read_cine(place), Cine)
        except PtaclError as error:
            assert not isinstance(error.__cause__, TypeCheckError | AssertionError | NameError)
        assert time.process_time() - began < LIMIT_S


def _bomb() -> bytes:
    stream = io.BytesIO()
    with (
        zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive,
        archive.open("ecg.hea", "w") as entry,
    ):
        for _ in range(300):
            entry.write(bytes(1024**2))
    return stream.getvalue()


def _laughs() -> bytes:
    levels = "".join(f'<!ENTITY l{n} "{f"&l{n - 1};" * 10}">' for n in range(1, 10))
    return (
        f'<!DOCTYPE RestingECG [<!ENTITY l0 "ha">{levels}]><RestingECG>&l9;</RestingECG>'.encode()
    )


def _outside() -> bytes:
    return b'<!DOCTYPE r [<!ENTITY x SYSTEM "file:///etc/hostname">]><RestingECG>&x;</RestingECG>'


def _claim(content: bytes, said: bytes, claimed: bytes) -> bytes:
    assert said in content
    return content.replace(said, claimed, 1)


def _two_gigabytes_of_numpy() -> bytes:
    stream = io.BytesIO()
    np.lib.format.write_array_header_1_0(
        stream, {"descr": "<f8", "fortran_order": False, "shape": (12, 22_000_000)}
    )
    return stream.getvalue() + bytes(64)


HOSTILE = {
    "a zip bomb": lambda: {"a.zip": _bomb()},
    "a zip that leads out": lambda: {"a.zip": zip_bytes({"../../etc/ecg.hea": b"x"})},
    "a thousand million laughs": lambda: {"a.xml": _laughs()},
    "an entity from outside": lambda: {"a.xml": _outside()},
    "an array of 2 GB": lambda: {"a.npy": _two_gigabytes_of_numpy()},
    "a WFDB record of 2 GB": lambda: {
        "a.hea": b"a 12 500 90000000\n" + b"a.dat 16 1000 16 0 0 0 0 I\n" * 12,
        "a.dat": bytes(2000),
    },
    "an EDF of 2 GB": lambda: {
        "a.edf": b"0".ljust(8) + b" " * 160 + b"01.01.2001.01.01" + b"3328".ljust(8) + b" " * 44
        + b"99999999" + b"1".ljust(8) + b"12".ljust(4) + b" " * 3072 + bytes(100)
    },
    "an ELI of 2 billion samples": lambda: {"a.xml": eli(DURATION=2 * 10**9)},
    "a Schiller of 2 billion samples": lambda: {
        "a.xml": schiller().replace(b"<samplecount>5000<", b"<samplecount>2000000000<")
    },
    "an ISHNE of 2 billion samples": lambda: {"a.ecg": ishne(claimed=2 * 10**9)},
    "an MFER of 2 billion sequences": lambda: {
        "a.mwf": mfer(extra=tlv(0x06, (2 * 10**9).to_bytes(4, "little")))
    },
    "an MFER of a million definitions": lambda: {"a.mwf": mfer()[:300] + b"\x16\x00" * 10**6},
    "a Kardia block of 4 GB": lambda: {
        "a.atc": kardia([])[:12] + b"ecg \xff\xff\xff\xff" + bytes(99)
    },
    "a FHIR of a million brackets": lambda: {
        "a.json": as_json(fhir_observation()).replace(b'"final"', b"[" * 10**6)
    },
    "20 MB of JSON": lambda: {
        "a.json": as_json({"II": steps(200)["II"].tolist()}) + b" " * 20_000_000
    },
    "zeros": lambda: {"a.scp": bytes(100_000)},
    "nothing": lambda: {"a.dcm": b""},
}  # fmt: skip


@pytest.mark.parametrize("kind", HOSTILE)
def test_a_hostile_file_is_refused_by_name(kind: str) -> None:
    files = HOSTILE[kind]()
    found = held_to_the_contract(files)
    assert isinstance(found, BadInput)
    assert found.where in {*files, "ecg.hea"}


def test_a_dicom_that_claims_2_gb_is_refused_by_name() -> None:
    content = Path(str(get_testdata_file("waveform_ecg.dcm"))).read_bytes()
    # (003A,0010) number of samples, UL: 10,000 as the file says, 100 million as it claims
    said = b"\x3a\x00\x10\x00UL\x04\x00" + (10_000).to_bytes(4, "little")
    claimed = said[:8] + (100_000_000).to_bytes(4, "little")
    found = held_to_the_contract({"a.dcm": _claim(content, said, claimed)})
    assert isinstance(found, BadInput)
    assert "cut short" in str(found)
