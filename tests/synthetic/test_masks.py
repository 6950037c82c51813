"""Exact labels of simulated cines."""

import numpy as np
import pytest

from ptacl.signal.heart_labels import LV, MYOCARDIUM, RV
from ptacl.synthetic import simulate_masks, simulate_stack, simulate_subject
from ptacl.synthetic.cine import spacing_mm


def test_the_area_of_the_cavity_is_that_of_the_bullet_at_end_diastole() -> None:
    pair = simulate_subject(7, 3)
    (labels,) = simulate_masks(7, 3, size=256)
    area_cm2 = (labels == LV).sum((1, 2)) * (spacing_mm(256) / 10) ** 2
    length_cm = 1.2 * pair.subject.phenotypes["lvedv_ml"] / area_cm2[0]
    assert 6.5 < length_cm < 11.5
    ejected = 1 - area_cm2.min() / area_cm2[0]
    assert 0.15 < ejected < pair.subject.phenotypes["lvef_pct"] / 100


def test_labels_lie_where_the_image_shows_their_tissue() -> None:
    pair = simulate_subject(7, 3)
    (labels,) = simulate_masks(7, 3)
    mean = {label: pair.cine.frames[labels == label].mean() for label in (RV, MYOCARDIUM, LV)}
    assert mean[LV] > 1.5 * mean[MYOCARDIUM]
    assert mean[RV] > 1.5 * mean[MYOCARDIUM]


@pytest.mark.slow
def test_a_stack_is_labelled_from_base_to_apex() -> None:
    _, stack = simulate_stack(7, 4, slices=9)
    masks = simulate_masks(7, 4, slices=9)
    (middle,) = simulate_masks(7, 4)
    assert [labels.shape for labels in masks] == [cine.frames.shape for cine in stack]
    assert np.array_equal(masks[9 // 2], middle)
    areas = [(labels[0] == LV).sum() for labels in masks]
    assert areas[-1] < areas[4]
    systole = [(labels[17] == LV).any() for labels in masks]
    assert sum(systole) < sum(area > 0 for area in areas)  # the base has come down
