import numpy as np
import pytest

from app.components.embedding_map import quantised
from app.components.map_records import NOTHING_DRAWN, Colouring, Note, Selection

SQUARE = np.array([[0, 0], [1, 0], [1, 1], [0, 1]], dtype=np.float32)
ECG = np.array([[0.5, 0.5], [2, 2], [0.9, 0.1], [3, 3]])
CMR = np.array([[2.0, 0], [0.1, 0.9], [5, 5], [4, 4]])
LAYERS = {"ECG": ECG, "CMR": CMR}


def test_a_subject_is_selected_by_its_ecg_or_by_its_heart():
    assert list(Selection(SQUARE).subjects(LAYERS)) == [True, True, True, False]


def test_what_was_put_away_in_the_legend_is_not_selected():
    assert list(Selection(SQUARE, ("CMR",)).subjects(LAYERS)) == [
        True,
        False,
        True,
        False,
    ]
    assert not Selection(SQUARE, ("ECG", "CMR")).subjects(LAYERS).any()
    sexes = Colouring("Sex", np.array([0.0, 1, 1, 0]), ("men", "women"))
    chosen = Selection(SQUARE, ("women",)).subjects(LAYERS, sexes)
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


def test_a_link_brings_the_very_selection_back_and_a_damaged_one_none():
    polygon = np.random.default_rng(0).normal(size=(40, 2)).astype(np.float32)
    drawn = Selection(polygon, ("a, b & c", "ECG"))
    back = Selection.from_text(drawn.to_text())
    assert np.array_equal(back.polygon, polygon) and back.hidden == drawn.hidden
    assert back.drawn and len(drawn.to_text()) < 480
    for damaged in ("", "AAA", "not!base64", drawn.to_text()[:11], "AADAfwAAwH8="):
        assert not Selection.from_text(damaged).drawn
    assert not NOTHING_DRAWN.subjects(LAYERS).any()


def test_the_hover_card_has_whole_numbers_and_says_nothing_of_what_is_unknown():
    whole = Note("LVEF", "%", np.array([58.6, np.nan, -3.0])).whole()
    assert list(whole) == [59, 65535, 0]
