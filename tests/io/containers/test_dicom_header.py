"""The walk over a DICOM header says what pydicom says."""

import io
import warnings
from pathlib import Path

import numpy as np
import pydicom
import pytest
from pydicom.data import get_testdata_file
from pydicom.dataset import Dataset
from pydicom.sequence import Sequence
from pydicom.uid import ImplicitVRLittleEndian

from ptacl.io.cine.dicom.series import _ELEMENTS
from ptacl.io.containers.dicom_header import dataset_values, leading_values
from tests.io.made_cines import image, series

BUNDLED = ("MR_small.dcm", "MR_small_implicit.dcm", "MR_small_RLE.dcm", "MR_small_jp2klossless.dcm")


def _by_pydicom(content: bytes) -> dict[str, tuple[str, ...]]:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        dataset = pydicom.dcmread(io.BytesIO(content), stop_before_pixels=True)
        return dict(dataset_values(dataset, _ELEMENTS.values()))


@pytest.mark.parametrize("name", BUNDLED)
def test_the_walk_agrees_with_pydicom(name: str) -> None:
    content = Path(str(get_testdata_file(name, download=False))).read_bytes()
    assert leading_values(content, _ELEMENTS) == _by_pydicom(content)


def test_the_walk_agrees_on_real_scanners(shared_data: Path) -> None:
    files = sorted((shared_data / "cmr").rglob("*.dcm"))
    assert len(files) == 12
    for path in files:
        content = path.read_bytes()
        found = leading_values(content[:8192], _ELEMENTS)
        assert found == _by_pydicom(content)
        assert found is not None
        assert found["Rows"] == ("256",)


@pytest.mark.parametrize("implicit", [False, True])
@pytest.mark.parametrize("undefined", [False, True])
def test_nested_sequences_are_walked_over(implicit: bool, undefined: bool) -> None:
    inner, middle, dataset = Dataset(), Dataset(), image(2, 3)
    inner.TriggerTime, inner.CodeMeaning = 777, "deep"
    middle.ReferencedImageSequence = Sequence([inner, inner])
    dataset.ReferencedImageSequence = Sequence([middle, inner, middle])
    dataset["ReferencedImageSequence"].is_undefined_length = undefined
    for item in dataset.ReferencedImageSequence:
        item.is_undefined_length_sequence_item = undefined
    if implicit:
        dataset.file_meta.TransferSyntaxUID = ImplicitVRLittleEndian
    stream = io.BytesIO()
    dataset.save_as(stream, enforce_file_format=True)
    content = stream.getvalue()
    assert leading_values(content, _ELEMENTS) == _by_pydicom(content)


@pytest.mark.parametrize("name", ["MR_small_bigendian.dcm", "image_dfl.dcm"])
def test_other_syntaxes_are_left_to_pydicom(name: str) -> None:
    content = Path(str(get_testdata_file(name, download=False))).read_bytes()
    assert leading_values(content, _ELEMENTS) is None


def test_a_head_that_is_too_short_is_left_to_pydicom(tmp_path: Path) -> None:
    content = next(series(tmp_path / "s", slices=1).iterdir()).read_bytes()
    whole = leading_values(content, _ELEMENTS)
    last = content.index(b"\xe0\x7f\x10\x00OW")  # the pixels follow all that is wanted
    for size in range(132, last):
        assert leading_values(content[:size], _ELEMENTS) is None
    assert leading_values(content[: last + 4], _ELEMENTS) == whole


def test_damaged_heads_never_raise(tmp_path: Path) -> None:
    content = next(series(tmp_path / "s", slices=1).iterdir()).read_bytes()
    random = np.random.default_rng(5)
    for _ in range(500):
        damaged = np.frombuffer(content, np.uint8).copy()
        damaged[random.integers(132, 900, 3)] = random.integers(0, 256, 3)
        found = leading_values(damaged.tobytes(), _ELEMENTS)
        assert found is None or all(isinstance(part, tuple) for part in found.values())
