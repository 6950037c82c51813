"""Real stacks: expert labels of ACDC give the published volumes; positions of a Siemens study."""

import os
import zipfile
from pathlib import Path

import nibabel
import numpy as np
import pytest

from ptacl.errors import BadInput
from ptacl.io.cine.read import read_cine_slices, read_usable_slices
from ptacl.segmentation.inspection import inspect_labels
from ptacl.segmentation.records import CineInspection
from ptacl.signal.heart_labels import Labels
from tests.real_files import SHARED
from tests.segmentation.made_hearts import EXPERT

ACDC = SHARED / "cmr/nifti_acdc_patient005"
SIEMENS = SHARED / "cmr/dicom_siemens_stack/study.zip"
acdc = pytest.mark.skipif(not ACDC.is_dir(), reason=f"no real files at {ACDC}")
siemens = pytest.mark.skipif(not SIEMENS.is_file(), reason=f"no real files at {SIEMENS}")


def _expert_labels() -> list[Labels]:
    """Labels of each slice; the reader turns the images of ACDC by half a turn."""
    phases = [
        np.asarray(nibabel.load(ACDC / f"patient005_frame{number}_gt.nii.gz").dataobj)
        for number in ("01", "13")
    ]
    return [
        np.stack([phase[::-1, ::-1, position].T for phase in phases]).astype(np.uint8)
        for position in range(phases[0].shape[2])
    ]


def _inspect(chosen: slice = slice(None)) -> CineInspection:
    slices = read_usable_slices(ACDC).slices
    return inspect_labels(slices[chosen], _expert_labels()[chosen], EXPERT, name="ACDC 005")


@acdc
def test_expert_labels_give_the_published_volumes() -> None:
    found = _inspect().measurement.phenotypes
    assert found["lvedv_ml"].value == pytest.approx(290.8, abs=0.05)
    assert found["lvesv_ml"].value == pytest.approx(224.1, abs=0.05)
    assert found["lvef_pct"].value == pytest.approx(22.9, abs=0.05)
    assert found["lvedv_ml"].low < 290.8 < found["lvedv_ml"].high


@acdc
def test_the_middle_slice_alone_agrees_within_its_interval() -> None:
    found = _inspect(slice(5, 6)).measurement.phenotypes
    assert found["lvedv_ml"].method == "area-length"
    for key, published in (("lvedv_ml", 290.8), ("lvesv_ml", 224.1), ("lvef_pct", 22.9)):
        assert found[key].low < published < found[key].high


@acdc
@pytest.mark.parametrize("chosen", [slice(0, 3), slice(3, 6), slice(7, 10)])
def test_a_third_of_the_real_stack_gives_no_volume(chosen: slice) -> None:
    inspection = _inspect(chosen)
    assert not inspection.measurement.phenotypes
    assert any(flag.severity == "withhold" for flag in inspection.flags)


@siemens
def test_the_slices_of_the_siemens_study_are_17_7_mm_apart_from_base_to_apex() -> None:
    read = read_usable_slices(SIEMENS)
    assert len(read.slices) == 6 and not read.unreadable
    offsets = [cine.slice_offset_mm for cine in read.slices]
    np.testing.assert_allclose(offsets, 17.7 * np.arange(6), atol=0.05)
    origins = [cine.affine_lps[:3, 3] for cine in read.slices if cine.affine_lps is not None]
    steps = np.linalg.norm(np.diff(origins, axis=0), axis=1)
    np.testing.assert_allclose(steps, 17.7, atol=0.05)


@pytest.fixture
def study(tmp_path: Path) -> Path:
    """Return the unpacked study, a folder for each series."""
    with zipfile.ZipFile(SIEMENS) as archive:
        archive.extractall(tmp_path / "study")
    return tmp_path / "study"


@siemens
def test_a_slice_of_cut_files_is_left_out_and_named(study: Path) -> None:
    for path in (study / "Se2").iterdir():
        os.truncate(path, path.stat().st_size - 1000)
    read = read_usable_slices(study)
    assert [entry.code for entry in read.unreadable] == ["file.compression"]
    offsets = [cine.slice_offset_mm or 0.0 for cine in read.slices]
    np.testing.assert_allclose(np.diff(offsets), [17.7, 35.4, 17.7, 17.7], atol=0.1)
    assert [cine.slice_position for cine in read.slices] == [0, 1, 3, 4, 5]
    with pytest.raises(BadInput):
        read_cine_slices(study)


@siemens
def test_a_slice_of_damaged_headers_is_left_out_and_named(study: Path) -> None:
    for path in (study / "Se2").iterdir():
        os.truncate(path, 1000)
    read = read_usable_slices(study)
    assert len(read.slices) == 5
    assert [entry.code for entry in read.unreadable] == ["file.damaged"]
    assert "25 files are damaged" in read.unreadable[0].reason
    with pytest.raises(BadInput):
        read_cine_slices(study)


@siemens
def test_the_four_chamber_series_is_refused_by_name(study: Path) -> None:
    with pytest.raises(BadInput) as error:
        read_usable_slices(study / "Se6")
    assert error.value.code == "cine.not_short_axis"


@pytest.mark.skipif(not (SHARED / "cmr/rejects").is_dir(), reason="no real files")
def test_perfusion_images_are_refused_by_name() -> None:
    with pytest.raises(BadInput) as error:
        read_usable_slices(SHARED / "cmr/rejects")
    assert error.value.code == "cine.not_short_axis"
