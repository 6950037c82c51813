"""One left and one right ventricle, no holes."""

import numpy as np

from ptacl.heart_labels import LV, MYOCARDIUM, RV
from ptacl.segmentation.components import keep_one_heart


def heart() -> np.ndarray:
    """Two frames with a ring around a cavity and a right ventricle beside it."""
    labels = np.zeros((2, 20, 20), np.uint8)
    labels[:, 4:14, 8:18] = MYOCARDIUM
    labels[:, 6:12, 10:16] = LV
    labels[:, 5:12, 3:8] = RV
    return labels


def test_a_clean_heart_is_unchanged() -> None:
    (cleaned,) = keep_one_heart([heart()])
    assert np.array_equal(cleaned, heart())


def test_specks_are_removed_and_holes_filled() -> None:
    spoiled = heart()
    spoiled[0, 0, 0], spoiled[1, 19, 19], spoiled[0, 18, 1] = LV, RV, MYOCARDIUM
    spoiled[1, 8, 12] = 0
    (cleaned,) = keep_one_heart([spoiled])
    assert np.array_equal(cleaned, heart())
    assert spoiled[0, 0, 0] == LV, "the given labels are not changed"


def test_a_second_piece_of_the_cavity_becomes_muscle() -> None:
    spoiled = heart()
    spoiled[0, 13, 9] = LV
    (cleaned,) = keep_one_heart([spoiled])
    assert cleaned[0, 13, 9] == MYOCARDIUM


def test_a_piece_in_one_slice_is_kept_if_its_neighbour_connects_it() -> None:
    below = np.zeros_like(heart())
    below[:, 8:10, 12:14] = LV
    _, cleaned = keep_one_heart([heart(), below])
    assert (cleaned == LV).sum() == 8


def test_slices_of_other_sizes_are_cleaned_one_by_one() -> None:
    small = np.zeros((2, 9, 9), np.uint8)
    small[:, 3:6, 3:6] = LV
    first, second = keep_one_heart([heart(), small])
    assert np.array_equal(first, heart()) and np.array_equal(second, small)


def test_empty_labels_stay_empty() -> None:
    (cleaned,) = keep_one_heart([np.zeros((2, 5, 5), np.uint8)])
    assert not cleaned.any()
