"""Areas of labels."""

from dataclasses import replace

import numpy as np

from ptacl.segmentation.areas import area_table, measure_slice, structure_area_mm2
from ptacl.signal.heart_labels import LV, MYOCARDIUM, RV
from ptacl.types import Cine


def _labels(seed: int, frames: int = 5) -> np.ndarray:
    return np.random.default_rng(seed).integers(0, 4, (frames, 24, 18)).astype(np.uint8)


def _cine(labels: np.ndarray, position: int) -> Cine:
    times = np.arange(len(labels)) * 800 / len(labels)
    return Cine(labels, (1.2, 1.7), times, 800.0, "made", position, 3, slice_offset_mm=9.0)


def test_the_area_is_the_number_of_pixels_times_their_size() -> None:
    labels = _labels(0)
    for structure in (RV, MYOCARDIUM, LV):
        slow = [
            sum(1.2 * 1.7 for pixel in frame.ravel().tolist() if pixel == structure)
            for frame in labels
        ]
        np.testing.assert_allclose(structure_area_mm2(labels, structure, (1.2, 1.7)), slow)


def test_a_slice_keeps_its_position_and_offset() -> None:
    measured = measure_slice(_cine(_labels(1), 2), _labels(1))
    assert (measured.position, measured.offset_mm) == (2, 9.0)
    assert measured.lv_area_mm2.shape == (5,)


def test_slices_with_other_frames_are_compared_at_the_same_phase() -> None:
    fine, coarse = _labels(2, 20), _labels(3, 10)
    own = (fine, coarse, fine)
    cines = [_cine(labels, position) for position, labels in enumerate(own)]
    measured = [measure_slice(cine, labels) for cine, labels in zip(cines, own, strict=True)]
    table = area_table(cines, measured)
    assert table.lv.shape == (3, 10)
    np.testing.assert_allclose(table.lv[1], measured[1].lv_area_mm2)
    np.testing.assert_allclose(table.lv[0], measured[0].lv_area_mm2[::2])


def test_one_unknown_offset_makes_all_distances_unknown() -> None:
    labels = _labels(4)
    cines = [_cine(labels, 0), _cine(labels, 1)]
    measured = [measure_slice(cine, labels) for cine in cines]
    assert area_table(cines, measured).offsets_mm is not None
    measured[1] = replace(measured[1], offset_mm=None)
    assert area_table(cines, measured).offsets_mm is None
