"""Inspections: labels are checked, corrections are noted, unreadable slices are named."""

import numpy as np
import pytest

from ptacl.errors import PtaclError
from ptacl.segmentation.inspection import inspect_cine, inspect_labels, remeasure
from ptacl.segmentation.records import UnreadableSlice
from ptacl.signal.heart_labels import LV
from tests.segmentation.made_hearts import Bullet, IntensityLabeller, stack_of


def test_a_cine_is_labelled_and_measured() -> None:
    cines, labels = stack_of(Bullet())
    shares: list[float] = []
    inspection = inspect_cine(cines, IntensityLabeller(), name="made", progress=shares.append)
    assert shares[-1] == 1.0
    assert all((a == b).all() for a, b in zip(inspection.labels, labels, strict=True))
    assert inspection.segmenter == IntensityLabeller.info
    assert inspection.measurement.lvedv_ml is not None


def test_corrected_frames_are_noted_and_measured_again() -> None:
    cines, labels = stack_of(Bullet())
    before = inspect_cine(cines, IntensityLabeller(), name="made")
    labels[5][2, 10:14, 10:14] = LV
    after = remeasure(before, labels)
    assert after.corrected == ((5, 2),)
    added = 16 * 1.5 * 1.5
    change = after.slice_measurements[5].lv_area_mm2 - before.slice_measurements[5].lv_area_mm2
    np.testing.assert_allclose(change[[1, 2, 3]], [0, added, 0])
    again = remeasure(after, before.labels)
    assert again.corrected == ((5, 2),)  # a person has looked at this frame
    assert remeasure(before, before.labels).corrected == ()


def test_unreadable_slices_become_flags() -> None:
    cines, _ = stack_of(Bullet())
    inspection = inspect_cine(
        [*cines[:4], *cines[5:]],
        IntensityLabeller(),
        name="made",
        unreadable=[UnreadableSlice("its frames are blank", "cine.blank", 4)],
    )
    texts = [flag.text for flag in inspection.flags if flag.code == "slice_unreadable"]
    assert texts == ["It was left out: its frames are blank."]
    assert inspection.measurement.coverage.gaps == ((3, 5),)


def test_labels_of_another_grid_or_with_other_values_are_refused() -> None:
    cines, labels = stack_of(Bullet())
    inspection = inspect_cine(cines, IntensityLabeller(), name="made")
    with pytest.raises(PtaclError) as error:
        remeasure(inspection, [own[:, 1:] for own in labels])
    assert error.value.code == "labels.wrong_shape"
    labels[0][0, 0, 0] = 7
    with pytest.raises(PtaclError) as error:
        remeasure(inspection, labels)
    assert error.value.code == "labels.unknown_value"
    with pytest.raises(PtaclError):
        inspect_cine([], IntensityLabeller(), name="made")


def test_a_correction_gives_what_a_new_inspection_gives() -> None:
    cines, labels = stack_of(Bullet())
    before = inspect_cine(cines, IntensityLabeller(), name="made")
    labels[6][3, 20:30, 20:30] = LV
    labels[1][:] = 0  # another slice is the basal one now
    after = remeasure(before, labels)
    fresh = inspect_labels(cines, labels, IntensityLabeller.info, name="made")
    assert after.flags == fresh.flags
    assert after.measurement.phenotypes == fresh.measurement.phenotypes
    for one, other in zip(after.slice_measurements, fresh.slice_measurements, strict=True):
        np.testing.assert_array_equal(one.lv_area_mm2, other.lv_area_mm2)
        assert one.flags == other.flags
