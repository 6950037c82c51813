"""Random scenes: exact labels, variety, repeatability."""

import torch

from ptacl.segmentation.scenes.batch import SceneConfig, draw_scenes
from ptacl.segmentation.scenes.draws import Draws
from ptacl.segmentation.scenes.fields import smooth_field
from ptacl.segmentation.scenes.heart import draw_heart, section_of
from ptacl.segmentation.scenes.views import MIDDLE, draw_views
from ptacl.signal.heart_labels import LV, MYOCARDIUM, RV


def generator(seed: int = 0) -> torch.Generator:
    return torch.Generator().manual_seed(seed)


def test_the_same_seed_draws_the_same_scenes() -> None:
    first, second = (draw_scenes(generator(3), 4, SceneConfig()) for _ in range(2))
    assert torch.equal(first.images, second.images)
    assert torch.equal(first.labels, second.labels)
    assert not torch.equal(first.images, draw_scenes(generator(4), 4, SceneConfig()).images)


def test_images_are_finite_and_scaled() -> None:
    batch = draw_scenes(generator(), 32, SceneConfig())
    assert batch.images.isfinite().all()
    assert batch.images.amin() >= -0.7 and batch.images.amax() <= 1.1
    assert batch.images.shape == (32, 5, 112, 112)


def test_some_slices_show_no_ventricle_and_most_show_both() -> None:
    labels = draw_scenes(generator(), 64, SceneConfig()).labels
    left = (labels == LV).flatten(1).any(1).float().mean()
    right = (labels == RV).flatten(1).any(1).float().mean()
    assert 0.6 < left < 0.98
    assert 0.35 < right < 0.98


def test_the_cavity_never_touches_the_outside_below_the_base() -> None:
    """Within the ventricle the wall may be thin, but it surrounds the cavity."""
    batch = draw_scenes(generator(1), 48, SceneConfig(randomised=False))
    wall = torch.nn.functional.max_pool2d((batch.labels == MYOCARDIUM).float()[:, None], 3, 1, 1)
    edge = torch.nn.functional.max_pool2d((batch.labels == 0).float()[:, None], 3, 1, 1)
    cavity = (batch.labels == LV)[:, None]
    assert (cavity & (edge > 0) & (wall == 0)).float().sum() < 0.01 * cavity.float().sum()


def test_blood_is_brighter_than_muscle() -> None:
    batch = draw_scenes(generator(2), 32, SceneConfig(randomised=False))
    middle = batch.images[:, MIDDLE]
    assert middle[batch.labels == LV].mean() > middle[batch.labels == MYOCARDIUM].mean() + 0.2


def test_the_cavity_shrinks_in_systole_and_the_wall_thickens() -> None:
    draws = Draws(generator(), 200)
    heart = draw_heart(draws)
    depth = torch.full((200, 2), 0.5)
    section = section_of(heart, depth, torch.tensor([0.0, 1.0]).expand(200, 2))
    diastole, systole = section.radius.T
    assert (systole < diastole).all()
    wall = section.outer - section.radius
    assert (wall[:, 1] > wall[:, 0]).all()


def test_nothing_is_left_below_the_apex() -> None:
    draws = Draws(generator(), 50)
    section = section_of(draw_heart(draws), torch.full((50, 1), 1.3), torch.zeros(50, 1))
    assert (section.radius == 0).all() and (section.outer == 0).all()


def test_missing_neighbours_show_the_middle_image() -> None:
    views = draw_views(Draws(generator(), 400), torch.full((400,), 90.0))
    missing = (views.source == MIDDLE).float().mean(0)
    assert missing[MIDDLE] == 1
    assert (missing[:MIDDLE] > 0.2).all() and (missing[:MIDDLE] < 0.5).all()


def test_smooth_fields_have_unit_variance_and_are_smooth() -> None:
    field = smooth_field(Draws(generator(), 64), 4, 6, 112)
    assert 0.9 < field.std() < 1.1
    assert field.diff(dim=-1).abs().mean() < 0.1
