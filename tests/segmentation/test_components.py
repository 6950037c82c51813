"""One left and one right ventricle, no holes."""

import numpy as np

from ptacl.segmentation.components import keep_one_heart
from ptacl.signal.heart_labels import LV, MYOCARDIUM, RV


def cleaned_of(*slices: np.ndarray) -> tuple[np.ndarray, ...]:
    return keep_one_heart(slices, [(1.5, 1.5)] * len(slices))


def heart() -> np.ndarray:
    """Two frames with a ring around a cavity and a right ventricle beside it."""
    labels = np.zeros((2, 20, 20), np.uint8)
    labels[:, 4:14, 8:18] = MYOCARDIUM
    labels[:, 6:12, 10:16] = LV
    labels[:, 5:12, 3:8] = RV
    return labels


def test_a_clean_heart_is_unchanged() -> None:
    (cleaned,) = cleaned_of(heart())
    assert np.array_equal(cleaned, heart())


def test_specks_are_removed_and_holes_filled() -> None:
    spoiled = heart()
    spoiled[0, 0, 0], spoiled[1, 19, 19], spoiled[0, 18, 1] = LV, RV, MYOCARDIUM
    spoiled[1, 8, 12] = 0
    (cleaned,) = cleaned_of(spoiled)
    assert np.array_equal(cleaned, heart())
    assert spoiled[0, 0, 0] == LV, "the given labels are not changed"


def test_a_second_piece_of_the_cavity_becomes_muscle() -> None:
    spoiled = heart()
    spoiled[0, 13, 9] = LV
    (cleaned,) = cleaned_of(spoiled)
    assert cleaned[0, 13, 9] == MYOCARDIUM


def test_a_piece_in_one_slice_is_kept_if_its_neighbour_connects_it() -> None:
    below = np.zeros_like(heart())
    below[:, 8:10, 12:14] = LV
    _, cleaned = cleaned_of(heart(), below)
    assert (cleaned == LV).sum() == 8


def test_slices_of_other_sizes_are_cleaned_one_by_one() -> None:
    small = np.zeros((2, 9, 9), np.uint8)
    small[:, 3:6, 3:6] = LV
    first, second = cleaned_of(heart(), small)
    assert np.array_equal(first, heart()) and np.array_equal(second, small)


def test_empty_labels_stay_empty() -> None:
    (cleaned,) = cleaned_of(np.zeros((2, 5, 5), np.uint8))
    assert not cleaned.any()


def test_a_papillary_muscle_that_leans_on_the_wall_belongs_to_the_cavity() -> None:
    spoiled = heart()
    spoiled[0, 8:10, 10:13] = MYOCARDIUM
    (cleaned,) = cleaned_of(spoiled)
    assert (cleaned[0, 8:10, 11:13] == LV).all()
    assert (cleaned == LV).sum() <= (heart() == LV).sum()


def test_the_wall_of_a_crescent_is_not_filled_beyond_the_muscle() -> None:
    spoiled = heart()
    spoiled[0, 8:10, 10:13] = 0
    (cleaned,) = cleaned_of(spoiled)
    assert (cleaned[0, 8:10, 10:13] == 0).all()
