"""Right atrium, aorta and pulmonary artery beside the left ventricle, above the tricuspid plane.

None of them has a label: a slice of the base shows the left ventricle without the right one, among
round shapes as bright as blood, each with a wall of its own.
"""

from math import pi

import torch
from torch import Tensor

from ptacl.segmentation.scenes.contours import DIRECTIONS, SEPTUM, Contours
from ptacl.segmentation.scenes.draws import Draws
from ptacl.segmentation.scenes.heart import Section
from ptacl.segmentation.scenes.raster import Images, Polar
from ptacl.segmentation.scenes.tissues import Tissues

_VESSELS = ((-0.7, (13, 28), 0.8), (0.55, (9, 17), 0.9), (1.35, (9, 18), 0.8))
"""Right atrium, aorta, pulmonary artery or outflow tract: direction from the septum towards the
anterior wall in rad, radius in mm, how often it is there."""


def place_great_vessels(
    draws: Draws,
    image: Images,
    contours: Contours,
    section: Section,
    polar: Polar,
    tissues: Tissues,
    soft_mm: Tensor,
) -> None:
    """Draw the vessels into the images that lie above the tricuspid plane, outside the muscle.

    Args:
        draws: source of the random numbers.
        image: changed in place.
        contours: of each image.
        section: dimensions of each image.
        polar: places of the pixels.
        tissues: intensities.
        soft_mm: width of an edge, (scenes, channels).
    """
    direction = polar.sector * (2 * pi / DIRECTIONS)
    x, y = polar.rho_mm * torch.cos(direction), polar.rho_mm * torch.sin(direction)
    outside = polar.rho_mm[:, None] > section.outer[..., None, None]
    above = contours.rv_atrial[..., None, None] * outside
    soft = soft_mm[..., None, None]
    for angle, (small, large), often in _VESSELS:
        at = SEPTUM + angle + 0.25 * draws.normal()
        radius = draws.logarithmic(small, large)
        away = section.outer.amax(1) + draws.uniform(-2, 4) + radius
        px, py = (away * torch.cos(at))[:, None, None], (away * torch.sin(at))[:, None, None]
        turn = draws.uniform(0, pi)[:, None, None]
        along = (x - px) * torch.cos(turn) + (y - py) * torch.sin(turn)
        across = (y - py) * torch.cos(turn) - (x - px) * torch.sin(turn)
        distance = torch.hypot(along, across * draws.uniform(1, 1.5)[:, None, None])
        inside = (radius[:, None, None] - distance)[:, None]
        there = above * draws.chance(often).float()[:, None, None, None]
        blood = tissues.rv_blood * draws.uniform(0.8, 1.15)[:, None]
        wall = draws.uniform(0.8, 2.5)[:, None, None, None]
        for reach, intensity in ((inside + wall, tissues.muscle), (inside, blood)):
            cover = there * (reach / soft + 0.5).clamp(0, 1)
            image.add_(cover * (intensity[..., None, None] - image))
