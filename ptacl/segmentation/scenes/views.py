"""Views of a scene: the five images of one heart that the network sees at once.

The middle channel is the frame that is to be segmented; two are earlier and later frames of the
same slice, two are the slices towards base and apex in the same frame.
"""

from dataclasses import dataclass

import torch
from torch import Tensor

from ptacl.segmentation.scenes.draws import Draws

EARLIER, LATER, BASAL, APICAL, MIDDLE = range(5)
CHANNELS = 5


@dataclass(frozen=True)
class Views:
    """When and where the images of each scene are taken; (scenes, channels) unless stated."""

    contraction: Tensor
    """Share of the way from end diastole (0) to end systole (1)."""
    depth: Tensor
    """Depth of the slice below the base plane at end diastole, as a share of the ventricle's
    length."""
    source: Tensor
    """Index of the channel whose image is shown: the middle one where a neighbour is missing."""
    shift_mm: Tensor
    """In-plane shift of each image, (scenes, channels, 2): each slice is another breath-hold."""


def draw_views(draws: Draws, length_mm: Tensor) -> Views:
    """Draw the views of a batch.

    Args:
        draws: source of the random numbers.
        length_mm: length of each left ventricle at end diastole, (scenes,).
    """
    contraction = _contraction(draws)
    depth = draws.uniform(-0.06, 1.12)
    shallow, deep = draws.chance(0.2), draws.chance(0.2)
    depth = torch.where(shallow, draws.uniform(-0.12, 0.2), depth)
    depth = torch.where(deep, draws.uniform(0.7, 1.05), depth)
    step = draws.logarithmic(5, 22) / length_mm
    offsets = torch.zeros(draws.scenes, CHANNELS)
    offsets[:, BASAL], offsets[:, APICAL] = -step, step
    shift = torch.zeros(draws.scenes, CHANNELS, 2)
    breath = draws.chance(0.4)[:, None].float() * 3.0
    shift[:, BASAL], shift[:, APICAL] = breath * draws.normal(2), breath * draws.normal(2)
    return Views(contraction, depth[:, None] + offsets, _source(draws, depth), shift)


def _contraction(draws: Draws) -> Tensor:
    """Draw the share of the contraction: often near its ends, neighbours before and after it."""
    middle = draws.uniform(0, 1)
    ended = draws.chance(0.6)
    middle = torch.where(ended, (draws.chance(0.5).float() + 0.06 * draws.normal()), middle)
    before = middle + draws.sign() * draws.uniform(0, 0.4)
    after = middle + draws.sign() * draws.uniform(0, 0.4)
    columns = [before, after, middle, middle, middle]
    return torch.stack(columns, 1).clamp(0, 1)


def _source(draws: Draws, depth: Tensor) -> Tensor:
    """Replace missing neighbours by the middle image: two-phase files, single and outer slices.

    Stacks are planned to begin at the base and to end at the apex, so that it is mostly there that
    a neighbour is missing.
    """
    source = torch.arange(CHANNELS).repeat(draws.scenes, 1)
    still, single = draws.chance(0.3)[:, None], draws.chance(0.25)[:, None]
    missing = torch.zeros(draws.scenes, CHANNELS, dtype=torch.bool)
    missing[:, [EARLIER, LATER]] = still
    missing[:, [BASAL, APICAL]] = single
    missing[:, BASAL] |= draws.uniform(0, 1) < torch.where(depth < 0.15, 0.45, 0.05)
    missing[:, APICAL] |= draws.uniform(0, 1) < torch.where(depth > 0.85, 0.4, 0.05)
    return torch.where(missing, torch.full_like(source, MIDDLE), source)
