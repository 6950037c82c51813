"""Shapes of simulated hearts within the scenes."""

import numpy as np
import torch

from ptacl.segmentation.scenes import simulated
from ptacl.segmentation.scenes.batch import SceneConfig, draw_scenes
from ptacl.segmentation.scenes.contours import DIRECTIONS, draw_contours
from ptacl.segmentation.scenes.draws import Draws
from ptacl.segmentation.scenes.heart import draw_heart, section_of
from ptacl.segmentation.scenes.views import draw_views
from ptacl.synthetic import simulate_masks
from ptacl.synthetic.cine import spacing_mm
from ptacl.synthetic.contours import TURN
from ptacl.synthetic.middle_slice import slice_geometry

SCENES = 12


def drawn(share: float) -> tuple:
    draws = Draws(torch.Generator().manual_seed(4), SCENES)
    heart = draw_heart(draws)
    views = draw_views(draws, heart.length)
    section = section_of(heart, views.depth, views.contraction)
    contours = draw_contours(draws, section, draws.uniform(5, 10))
    return section, contours, simulated.with_simulated_hearts(draws, section, contours, share)


def test_no_share_leaves_the_drawn_hearts() -> None:
    section, contours, (new_section, new_contours) = drawn(0.0)
    assert torch.equal(section.radius, new_section.radius)
    assert torch.equal(contours.cavity, new_contours.cavity)


def test_a_full_share_replaces_every_heart_and_keeps_the_order_of_the_layers() -> None:
    _, contours, (section, new) = drawn(1.0)
    assert not torch.isclose(contours.cavity, new.cavity).all(-1).any()
    assert (new.lumen == new.cavity).all()
    for inner, outer in ((new.cavity, new.outer), (new.outer, new.rv), (new.rv, new.rv_wall)):
        assert (outer >= inner - 1e-4).all()
    assert (section.length > 40).all() and (section.length < 140).all()


def test_the_contours_are_those_of_the_cohorts_own_masks() -> None:
    seed, index = simulated.COHORT_SEED, 5
    heart = slice_geometry(seed, index, ages="adults")
    one = simulated._slice(heart.chest, heart.motion, 0.0)
    exact = simulate_masks(seed, index, ages="adults", size=256)[0]
    step = 2 * np.pi / DIRECTIONS
    for curve, labels in ((one.cavity, (3,)), (one.outer, (2, 3)), (one.rv, (1, 2, 3))):
        area = (curve**2).sum(1) * step / 2
        truth = np.isin(exact, labels).sum((1, 2)) * spacing_mm(256) ** 2
        np.testing.assert_allclose(area, truth, rtol=0.03)


def test_directions_of_both_kinds_of_heart_are_the_same() -> None:
    assert TURN.size % DIRECTIONS == 0
    np.testing.assert_allclose(
        TURN[:: TURN.size // DIRECTIONS], np.linspace(0, 2 * np.pi, DIRECTIONS, endpoint=False)
    )


def test_a_batch_of_simulated_hearts_has_all_structures() -> None:
    config = SceneConfig(simulated_share=1.0)
    labels = draw_scenes(torch.Generator().manual_seed(1), 24, config).labels
    assert set(labels.unique().tolist()) == {0, 1, 2, 3}
