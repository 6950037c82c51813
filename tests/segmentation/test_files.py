"""Files of an inspection: masks at the place of the cine, curves, strict JSON."""

import json
from dataclasses import replace
from pathlib import Path

import nibabel
import numpy as np
import pandas as pd
import pytest

from ptacl.errors import PtaclError
from ptacl.io.cine.read import read_usable_slices
from ptacl.io.writers.dicom import write_dicom_zip
from ptacl.segmentation.files import check_folder, write_inspection
from ptacl.segmentation.inspection import inspect_labels
from ptacl.segmentation.records import CineInspection
from ptacl.signal.heart_labels import Labels
from ptacl.types import Cine
from tests.segmentation.made_hearts import EXPERT, Bullet, moved, stack_of


def _inspect(cines: list[Cine], labels: list[Labels]) -> CineInspection:
    return inspect_labels(cines, labels, EXPERT, name="made")


def _masks(folder: Path) -> nibabel.Nifti1Image:
    return nibabel.load(folder / "masks.nii.gz")


def test_masks_hold_the_labels_with_spacing_and_time(tmp_path: Path) -> None:
    cines, labels = stack_of(Bullet())
    write_inspection(_inspect(cines, labels), tmp_path / "out")
    image = _masks(tmp_path / "out")
    assert image.get_data_dtype() == np.uint8
    assert image.shape == (96, 96, len(cines), 25)
    np.testing.assert_allclose(image.header.get_zooms(), (1.5, 1.5, 10.0, 36.0))
    assert image.header.get_xyzt_units() == ("mm", "msec")
    voxels = np.asarray(image.dataobj)
    for index, own in enumerate(labels):
        np.testing.assert_array_equal(voxels[:, :, index].transpose(2, 1, 0), own)


def test_a_slice_that_is_missing_is_an_empty_plane(tmp_path: Path) -> None:
    cines, labels = stack_of(Bullet())
    keep = [index for index in range(len(cines)) if index != 4]
    inspection = _inspect([cines[i] for i in keep], [labels[i] for i in keep])
    write_inspection(inspection, tmp_path / "out")
    voxels = np.asarray(_masks(tmp_path / "out").dataobj)
    assert voxels.shape[2] == len(cines)
    assert not voxels[:, :, 4].any() and voxels[:, :, 5].any()


def test_slices_off_a_common_grid_are_written_one_by_one(tmp_path: Path) -> None:
    cines, labels = stack_of(Bullet())
    offsets = [10.0 * index + (4.0 if index == 2 else 0.0) for index in range(len(cines))]
    paths = write_inspection(_inspect(moved(cines, offsets), labels), tmp_path / "out")
    masks = [path.name for path in paths if path.name.startswith("masks")]
    assert masks == [f"masks_slice{index}.nii.gz" for index in range(len(cines))]
    first = nibabel.load(tmp_path / "out" / masks[0])
    assert first.shape == (96, 96, 1, 25)


def test_masks_of_a_dicom_stack_are_at_its_place_in_the_patient(tmp_path: Path) -> None:
    cines, labels = stack_of(Bullet())
    write_dicom_zip(cines, tmp_path / "stack.zip", step_mm=10.0)
    read = list(read_usable_slices(tmp_path / "stack.zip").slices)
    np.testing.assert_allclose([c.slice_offset_mm for c in read], 10.0 * np.arange(len(read)))
    write_inspection(_inspect(read, labels), tmp_path / "out")
    image = _masks(tmp_path / "out")
    np.testing.assert_allclose(nibabel.affines.voxel_sizes(image.affine), (1.5, 1.5, 10.0))
    for index, cine in enumerate(read):
        assert cine.affine_lps is not None
        for column, row in ((0, 0), (95, 10)):
            lps = cine.affine_lps @ [column, row, 0, 1]
            ras = image.affine @ [column, row, index, 1]
            np.testing.assert_allclose(ras[:3], lps[:3] * [-1, -1, 1], atol=1e-4)


def test_masks_of_a_nifti_cine_lie_on_its_voxels(tmp_path: Path, shared_data: Path) -> None:
    folder = shared_data / "cmr/nifti_acdc_patient005"
    slices = read_usable_slices(folder).slices
    threshold = [float(np.percentile(cine.frames, 97)) for cine in slices]
    labels = [
        (3 * (cine.frames > limit)).astype(np.uint8)
        for cine, limit in zip(slices, threshold, strict=True)
    ]
    write_inspection(_inspect(list(slices), labels), tmp_path / "out")
    image, source = _masks(tmp_path / "out"), nibabel.load(folder / "patient005_frame01.nii.gz")
    voxels = np.argwhere(np.asarray(image.dataobj)[..., 0] == 3)
    world = nibabel.affines.apply_affine(image.affine, voxels)
    places = np.rint(nibabel.affines.apply_affine(np.linalg.inv(source.affine), world)).astype(int)
    values = np.asarray(source.dataobj)[tuple(places.T)]
    assert (values > np.array(threshold)[voxels[:, 2]]).all()
    np.testing.assert_allclose(image.header.get_zooms()[:3], (1.40625, 1.40625, 10.0))


def test_curves_are_tables_with_a_row_for_each_frame(tmp_path: Path) -> None:
    cines, labels = stack_of(Bullet())
    inspection = _inspect(cines, labels)
    write_inspection(inspection, tmp_path / "out")
    areas = pd.read_csv(tmp_path / "out" / "areas.csv")
    volumes = pd.read_csv(tmp_path / "out" / "volumes.csv")
    assert len(areas) == len(cines) * 25 and len(volumes) == 25
    assert inspection.measurement.lv is not None
    np.testing.assert_allclose(volumes["lv_ml"], inspection.measurement.lv.ml, atol=0.006)
    assert (volumes["lv_low_ml"] < volumes["lv_ml"]).all()
    middle = areas[areas["slice"] == 5]
    np.testing.assert_allclose(
        middle["lv_area_mm2"], inspection.slice_measurements[5].lv_area_mm2, atol=0.006
    )


@pytest.mark.parametrize("chosen", [slice(None), slice(5, 6), slice(0, 3)])
def test_the_record_is_strict_json(tmp_path: Path, chosen: slice) -> None:
    cines, labels = stack_of(Bullet())
    unknown = [replace(c, rr_ms=float("nan"), frame_times_ms=c.frame_times_ms * np.nan)
               for c in cines]  # fmt: skip
    inspection = _inspect(unknown[chosen], labels[chosen])
    write_inspection(inspection, tmp_path / "out")

    def refuse(name: str) -> float:
        raise AssertionError(name)

    text = (tmp_path / "out" / "measurement.json").read_text()
    found = json.loads(text, parse_constant=refuse)
    assert [entry["key"] for entry in found["phenotypes"]] == list(
        inspection.measurement.phenotypes
    )
    assert found["frame_times_ms"] == [None] * 25
    assert len(found["slices"]) == len(inspection.slices)
    assert found["segmenter"]["name"] == "expert"
    assert "Research use only" in found["notice"]


def test_other_files_in_the_folder_are_not_touched(tmp_path: Path) -> None:
    cines, labels = stack_of(Bullet())
    inspection = _inspect(cines, labels)
    write_inspection(inspection, tmp_path / "out")
    write_inspection(inspection, tmp_path / "out")  # its own results are replaced
    (tmp_path / "out" / "notes.txt").write_text("mine")
    with pytest.raises(PtaclError) as error:
        write_inspection(inspection, tmp_path / "out")
    assert error.value.code == "output.exists"
    assert (tmp_path / "out" / "masks.nii.gz").is_file()
    with pytest.raises(PtaclError):
        check_folder(tmp_path / "out" / "notes.txt")
