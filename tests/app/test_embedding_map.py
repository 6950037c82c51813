import numpy as np
import pytest
from components.embedding_map import Colouring, Selection, quantised

SQUARE = np.array([[0.0, 0], [1, 0], [1, 1], [0, 1]])
ECG = np.array([[0.5, 0.5], [2, 2], [0.9, 0.1], [3, 3]])
CMR = np.array([[2.0, 0], [0.1, 0.9], [5, 5], [4, 4]])
LAYERS = {"ECG": ECG, "CMR": CMR}


def test_a_subject_is_selected_by_its_ecg_or_by_its_heart():
    assert list(Selection(SQUARE, frozenset()).subjects(LAYERS)) == [True, True, True, False]


def test_what_was_put_away_in_the_legend_is_not_selected():
    assert list(Selection(SQUARE, frozenset({"CMR"})).subjects(LAYERS)) == [
        True,
        False,
        True,
        False,
    ]
    assert not Selection(SQUARE, frozenset({"ECG", "CMR"})).subjects(LAYERS).any()
    sexes = Colouring("Sex", np.array([0.0, 1, 1, 0]), ("men", "women"))
    chosen = Selection(SQUARE, frozenset({"women"})).subjects(LAYERS, sexes)
    assert list(chosen) == [True, False, False, False]


def test_places_are_kept_to_a_sixty_thousandth_of_the_map():
    bounds = (-3.0, 2.0, 7.0, 12.0)
    xy = np.random.default_rng(0).uniform([-3, 2], [7, 12], (1000, 2))
    back = np.array(bounds[:2]) + quantised(xy, bounds) / 65535 * 10
    assert np.abs(back - xy).max() <= 10 / 65535 / 2 + 1e-9


def test_few_extremes_do_not_fill_the_colour_scale():
    values = np.array([np.nan, *range(100), 1e6])
    low, high = Colouring("x", values).range()
    assert low == pytest.approx(2) and high == pytest.approx(98)
    assert Colouring("x", np.array([np.nan])).range() == (0.0, 1.0)
