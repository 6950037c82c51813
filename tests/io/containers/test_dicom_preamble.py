"""DICOM without preamble, prefix or meta group is read where it evidently is DICOM."""

import io
from pathlib import Path

import numpy as np
import pydicom
import pytest
from pydicom.dataset import Dataset
from pydicom.uid import UID, ExplicitVRBigEndian, ExplicitVRLittleEndian, ImplicitVRLittleEndian

from ptacl.errors import BadInput
from ptacl.io import read_cine, read_ecg_files
from ptacl.io.containers.dicom_preamble import is_dicom, with_preamble
from tests.io.made_cines import cine

SYNTAXES = {
    "explicit": ExplicitVRLittleEndian,
    "implicit": ImplicitVRLittleEndian,
    "big-endian": ExplicitVRBigEndian,
}


def _bare(content: bytes, syntax: UID) -> bytes:
    """The dataset alone, as it travels over a network."""
    dataset = pydicom.dcmread(io.BytesIO(content))
    if syntax == ExplicitVRBigEndian and "PixelData" in dataset:
        dataset.PixelData = np.frombuffer(dataset.PixelData, "<u2").byteswap().tobytes()
    stream = io.BytesIO()
    whole = Dataset()
    whole.update({element.tag: element for element in dataset})
    big = syntax == ExplicitVRBigEndian
    whole.save_as(stream, implicit_vr=syntax == ImplicitVRLittleEndian, little_endian=not big)
    return stream.getvalue()


def _forms(content: bytes, syntax: UID) -> dict[str, bytes]:
    bare = _bare(content, syntax)
    forms = {
        "dataset alone": bare,
        "prefix alone": b"DICM" + bare,
        "no meta group": bytes(128) + b"DICM" + bare,
    }
    if syntax == ExplicitVRLittleEndian:
        forms["no preamble"] = content[132:]
        forms["prefix and meta group"] = content[128:]
    return forms


@pytest.mark.parametrize("syntax", SYNTAXES.values(), ids=SYNTAXES.keys())
@pytest.mark.parametrize(
    "form",
    ["dataset alone", "prefix alone", "no meta group", "no preamble", "prefix and meta group"],
)
def test_a_cine_in_any_form_is_the_same_cine(tmp_path: Path, syntax: UID, form: str) -> None:
    folder = cine(tmp_path / "s", slices=3)
    plain = read_cine(folder)
    for path in folder.iterdir():
        forms = _forms(path.read_bytes(), syntax)
        if form not in forms:
            pytest.skip("the meta group is always explicit little endian")
        path.write_bytes(forms[form])
        if not form.startswith("prefix"):  # which pydicom does not look for at the beginning
            assert pydicom.dcmread(path, force=True).SeriesDescription == "CINE_segmented_SAX"
    read = read_cine(folder)
    np.testing.assert_array_equal(read.frames, plain.frames)
    np.testing.assert_array_equal(read.frame_times_ms, plain.frame_times_ms)
    assert (read.slice_count, read.caveats) == (3, ())


@pytest.mark.parametrize("syntax", ["explicit", "implicit"])
def test_an_ecg_without_preamble_is_the_same_ecg(syntax: str) -> None:
    path = Path(str(pydicom.data.get_testdata_file("waveform_ecg.dcm", download=False)))
    content = path.read_bytes()
    plain = read_ecg_files({"ecg.dcm": content})
    bare = _bare(content, SYNTAXES[syntax])
    read = read_ecg_files({"ecg.dcm": bare})
    np.testing.assert_array_equal(read.signal_mv, plain.signal_mv)
    assert read.measurements == plain.measurements


@pytest.mark.parametrize(
    "content",
    [
        b"",
        bytes(300),
        b"\x08\x00\x05\x00CS\n\x00ISO_IR 100",  # it ends before any class
        b"\x08\x00\x16\x00UI\x06\x001.2.3\x00" + bytes(300),  # no class of DICOM
        b"\x02\x00\x00\x00UL\x04\x00\xc0\x00\x00\x00" + bytes(300),
        b"\x08\x00\x18\x00UI\x1a\x001.2.840.10008.5.1.4.1.1.4\x00" + bytes(300),
        b"\b\0a,b,c\n1,2,3\n" * 40,
        np.arange(4096, dtype="<i2").tobytes(),
    ],
)
def test_what_is_not_evidently_dicom_is_not_taken_for_it(content: bytes) -> None:
    assert not is_dicom(content)
    assert with_preamble(content) == content


def test_random_bytes_are_no_dicom() -> None:
    random = np.random.default_rng(4)
    for _ in range(2000):
        content = random.integers(0, 256, 400).astype(np.uint8)
        content[:4] = (8, 0, random.integers(0, 30), 0)
        assert not is_dicom(content.tobytes())


def test_damaged_files_without_preamble_give_a_cine_or_an_error(tmp_path: Path) -> None:
    folder = cine(tmp_path / "s")
    for path in folder.iterdir():
        path.write_bytes(path.read_bytes()[132:])
    whole = path.read_bytes()
    random = np.random.default_rng(6)
    for _ in range(60):
        damaged = np.frombuffer(whole, np.uint8).copy()
        damaged[random.integers(0, 700, 3)] = random.integers(0, 256, 3)
        path.write_bytes(damaged.tobytes())
        try:
            assert len(read_cine(folder).frames) == 16
        except BadInput as error:
            assert str(error).endswith(".")
