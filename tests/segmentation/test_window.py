"""Windows of cines, and labels back on the pixels of the cine."""

from dataclasses import replace

import numpy as np
import torch

from ptacl.heart_labels import LV
from ptacl.segmentation import segmenter
from ptacl.segmentation.scenes.batch import SceneConfig, draw_scenes
from ptacl.segmentation.segmenter import views_of
from ptacl.segmentation.window import cut, grid_of, labels_on_cine, resampled
from ptacl.synthetic import simulate_subject

SCENES = SceneConfig(size=64)
CINE = simulate_subject(7, 1, size=128).cine
CINE = replace(CINE, frames=CINE.frames[:3], frame_times_ms=CINE.frame_times_ms[:3])


def test_a_window_beyond_the_border_is_padded() -> None:
    grid = grid_of(CINE, SCENES)
    frames = resampled(CINE, grid)
    window = cut(frames, grid, (0.0, 0.0))
    assert window.shape == (3, 64, 64)
    assert not window[:, :32].any() and not window[:, :, :32].any()
    assert torch.equal(window[:, 32:, 32:], frames[:, :32, :32])


def test_labels_return_to_the_place_where_they_were_seen() -> None:
    grid = grid_of(CINE, SCENES)
    bright = (resampled(CINE, grid) > 100).float()
    centre = (grid.rows / 2 + 3, grid.columns / 2 - 5)
    shares = torch.nn.functional.one_hot(cut(bright, grid, centre).long(), 4).movedim(-1, 1).float()
    labels = labels_on_cine(shares, grid, centre, CINE)
    agree = (labels > 0) == (CINE.frames > 100)
    inside = np.zeros_like(agree)
    inside[:, 50:90, 40:80] = True
    assert agree[inside].mean() > 0.93


def test_pixels_that_are_not_square_keep_their_millimetres() -> None:
    wide = replace(CINE, frames=CINE.frames[:, ::2], spacing_mm=(2.4, 1.2))
    assert grid_of(wide, SCENES) == grid_of(replace(CINE, spacing_mm=(1.2, 1.2)), SCENES)


def test_neighbours_in_time_are_cyclic_and_a_pair_is_its_own_neighbour() -> None:
    frames = torch.arange(10.0)[:, None, None].expand(10, 16, 16)
    views = views_of(frames, frames + 100, frames + 200, two_phases=False)
    assert views[0, :, 0, 0].tolist() == [9, 1, 100, 200, 0]
    pair = views_of(frames[:2], frames[:2], frames[:2], two_phases=True)
    assert pair[:, :2, 0, 0].tolist() == [[0, 0], [1, 1]]


def test_the_scenes_lack_a_left_ventricle_as_often_as_the_correction_says() -> None:
    labels = [
        draw_scenes(torch.Generator().manual_seed(s), 64, SceneConfig()).labels for s in (1, 2)
    ]
    without = 1 - (torch.cat(labels) == LV).flatten(1).any(1).float().mean()
    assert abs(without - segmenter._WITHOUT_LV_SCENES) < 0.1
