"""Points followed from frame to frame: a true motion closes, a wrong one does not."""

import math

import torch

from ptacl.motion.closure import closure_mm

HALF = torch.tensor([40.0, 30.0])
FRAMES = 12


def shift(reach_mm: float) -> torch.Tensor:
    """A cyclic translation of the pattern, (frames, 2)."""
    angle = 2 * math.pi * torch.arange(FRAMES) / FRAMES
    return reach_mm * torch.stack([1 - angle.cos(), angle.sin()], dim=1)


def images(moves: torch.Tensor) -> torch.Tensor:
    """A pattern of blobs that is translated, on a grid of 2 mm."""
    y, x = torch.meshgrid(torch.linspace(-30, 30, 31), torch.linspace(-40, 40, 41), indexing="ij")
    x, y = (own[None] - moves[:, axis, None, None] for axis, own in enumerate((x, y)))
    return ((0.4 * x).sin() * (0.35 * y + 1).cos() + (0.2 * x + 0.3 * y).sin())[:, None]


def points() -> torch.Tensor:
    return torch.cartesian_prod(torch.linspace(-15, 15, 4), torch.linspace(-12, 12, 4))


def test_the_true_motion_closes() -> None:
    moves = shift(3.0)
    path = points() + moves[:, None]
    assert closure_mm(images(moves), path, HALF) < 0.2


def test_images_correct_a_motion_that_lacks_a_little() -> None:
    moves = shift(3.0)
    path = points() + 0.7 * moves[:, None]
    assert closure_mm(images(moves), path, HALF) < 0.3


def test_shuffled_frames_do_not_close() -> None:
    moves = shift(6.0)
    order = torch.tensor([0, 7, 3, 10, 1, 5, 9, 2, 11, 6, 4, 8])
    path = points() + moves[:, None]
    assert closure_mm(images(moves)[order], path, HALF) > 2.0


def test_images_that_show_nothing_change_nothing() -> None:
    path = points() + shift(3.0)[:, None]
    assert closure_mm(torch.zeros(FRAMES, 1, 31, 41), path, HALF) < 1e-4
