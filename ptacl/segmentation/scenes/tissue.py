"""Drawing of the heart over its background, layer by layer."""

from math import pi

import torch
from torch import Tensor

from ptacl.segmentation.scenes.contours import Contours
from ptacl.segmentation.scenes.draws import Draws
from ptacl.segmentation.scenes.fields import fractal_field, smooth_field
from ptacl.segmentation.scenes.great_vessels import place_great_vessels
from ptacl.segmentation.scenes.heart import Section
from ptacl.segmentation.scenes.raster import Images, Polar, coverage, radius_at
from ptacl.segmentation.scenes.tissues import Tissues


def draw_heart(
    draws: Draws,
    background: Tensor,
    contours: Contours,
    section: Section,
    polar: Polar,
    tissues: Tissues,
    soft_mm: Tensor,
    randomised: bool,
) -> Images:
    """Draw the layers of the heart from the outside in, each over the one before.

    Args:
        draws: source of the random numbers.
        background: intensities around the heart, (scenes, rows, columns).
        contours: of each image.
        section: dimensions of each image.
        polar: places of the pixels.
        tissues: intensities.
        soft_mm: width of an edge, (scenes, channels).
        randomised: whether tissues have textures, and blood its flow.
    """
    size = background.shape[-1]
    image = background[:, None].expand(-1, contours.cavity.shape[1], -1, -1).clone()
    vary = 0.12 if randomised else 0.0
    texture = draws.uniform(0, vary)[:, None, None, None] * fractal_field(
        draws, 2, size, (6, 14, 36)
    )
    muscle_texture, blood_texture = 1 + texture[:, :1], 1 + texture[:, 1:]

    def paint(contour: Tensor, intensity: Tensor, field: Tensor, soft: Tensor) -> None:
        cover = coverage(contour, polar, soft)
        image.add_(cover.mul_(intensity[..., None, None] * field - image))

    paint(contours.fat, tissues.fat, muscle_texture, 1.5 * soft_mm)
    paint(contours.rv_wall, tissues.muscle, muscle_texture, soft_mm)
    paint(contours.rv, tissues.rv_blood, blood_texture, 1.3 * soft_mm)
    if randomised:
        _trabeculate_rv(draws, image, contours, section, polar, tissues)
    paint(contours.outer, tissues.muscle, muscle_texture, soft_mm)
    # Trabeculae and blood between them: mostly seen as something between blood and muscle.
    solid = draws.chance(0.2)
    blend = torch.where(solid, draws.uniform(0, 0.2), draws.uniform(0.2, 0.85))[:, None]
    mixed = tissues.muscle + blend * (tissues.blood - tissues.muscle)
    sloping = soft_mm + 0.5 * section.slope.clamp(0, 3) * soft_mm
    paint(contours.cavity, mixed, muscle_texture, sloping)
    paint(contours.lumen, tissues.blood, blood_texture, soft_mm)
    if randomised:
        place_great_vessels(draws, image, contours, section, polar, tissues, soft_mm)
        _place_free_papillaries(draws, image, section, polar, tissues, soft_mm)
        _void_by_flow(draws, image, contours, polar)
    return image


def _trabeculate_rv(
    draws: Draws,
    image: Images,
    contours: Contours,
    section: Section,
    polar: Polar,
    tissues: Tissues,
) -> None:
    """Draw trabeculae and moderator band in the right ventricle: streaks that look like muscle.

    There are more of them towards the apex.
    """
    size = image.shape[-1]
    apical = draws.uniform(0, 1.6)[:, None] * section.depth.clamp(0, 1) ** 2
    rare = (draws.uniform(0.5, 2.0)[:, None] - apical)[..., None, None]
    streaks = (smooth_field(draws, 1, 18, size) - rare) * 3
    inside = coverage(contours.rv, polar, torch.full(tissues.muscle.shape, 3.0))
    strength = draws.uniform(0, 0.9)[:, None, None, None] * streaks.clamp(0, 1) * inside
    image.add_(strength * (tissues.muscle[..., None, None] - image))


def _place_free_papillaries(
    draws: Draws,
    image: Images,
    section: Section,
    polar: Polar,
    tissues: Tissues,
    soft_mm: Tensor,
) -> None:
    """Draw papillary muscles that stand free in the cavity."""
    direction = polar.sector * (2 * pi / 240)
    x, y = polar.rho_mm * torch.cos(direction), polar.rho_mm * torch.sin(direction)
    level = torch.exp(-(((section.depth - 0.6) / 0.25) ** 2))
    for angle in (0.8, -0.9):
        at = (angle + 0.35 * draws.normal())[:, None]
        away = draws.uniform(0.35, 0.8)[:, None] * section.radius
        px, py = away * torch.cos(at), away * torch.sin(at)
        size = draws.chance(0.5).float()[:, None] * draws.uniform(1.5, 6.5)[:, None] * level
        distance = torch.hypot(x[:, None] - px[..., None, None], y[:, None] - py[..., None, None])
        shape = size[..., None, None] - distance
        cover = (shape / soft_mm[..., None, None] + 0.5).clamp(0, 1) * (size > 0.7)[..., None, None]
        cover = cover * (section.radius > 2 * size)[..., None, None]
        image.add_(cover * (tissues.muscle[..., None, None] - image))


def _void_by_flow(draws: Draws, image: Images, contours: Contours, polar: Polar) -> None:
    """Darken or brighten part of the blood, as jets and slow flow do."""
    size = image.shape[-1]
    strength = draws.chance(0.4).float() * draws.uniform(-0.45, 0.25)
    jet = (smooth_field(draws, image.shape[1], 6, size) - 0.6).clamp(0, 1)
    blood = (polar.rho_mm[:, None] < radius_at(contours.rv, polar)).float()
    image.mul_(1 + strength[:, None, None, None] * jet * blood)
