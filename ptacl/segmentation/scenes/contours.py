"""Contours of a section as radii about the centre of the left ventricle, one for each direction.

Where a contour is open or within another one, the radii are equal: a wall that is missing
towards the outflow tract, a right ventricle that covers only some directions.
"""

from dataclasses import dataclass
from math import pi

import torch
from torch import Tensor

from ptacl.segmentation.scenes.draws import Draws
from ptacl.segmentation.scenes.heart import Section

DIRECTIONS = 240
SEPTUM, ANTERIOR = pi, -pi / 2
_ATRIAL_WALL_MM = (0.6, 2.0)


@dataclass(frozen=True)
class Contours:
    """Radii in mm, (scenes, channels, directions); each is at least the one before it."""

    lumen: Tensor
    """Blood between papillary muscles and trabeculae."""
    cavity: Tensor
    outer: Tensor
    """Outer surface of the left ventricle."""
    rv: Tensor
    """Free wall of the right ventricle, inside; equals ``outer`` where there is none."""
    rv_wall: Tensor
    fat: Tensor
    """Outer border of the epicardial fat."""
    atrial: Tensor
    """Share of the circumference above the base: 0 in the ventricle, 1 in the atrium;
    (scenes, channels)."""
    rv_atrial: Tensor
    """The same for the right ventricle's own base."""


def draw_contours(draws: Draws, section: Section, thickness_mm: Tensor) -> Contours:
    """Draw the shapes of a batch of sections.

    Args:
        draws: source of the random numbers.
        section: dimensions of each image.
        thickness_mm: thickness of the slices, (scenes,).
    """
    turn = torch.linspace(0, 2 * pi, DIRECTIONS + 1)[:-1]
    inside = _inner_shape(draws, turn)
    squeeze = section.radius / section.radius.amax(1, keepdim=True).clamp_min(1)
    cavity = section.radius[..., None] * (1 + (inside - 1) * (0.6 + 0.4 * squeeze[..., None]))
    cavity = cavity * _outflow(draws, turn, section.depth)
    wall = (section.outer - section.radius)[..., None] * _wall_shape(draws, turn)
    atrial = _above_base(draws, turn, section, thickness_mm)
    wall = wall * _open_base(draws, turn, section.depth)
    cavity, wall = _atrium(draws, cavity, wall, atrial)
    outer = cavity + wall
    rv_atrial = 1 - (section.rv_depth_mm / thickness_mm[:, None] + 0.5).clamp(0, 1)
    reach = section.rv_reach[..., None] * _crescent(draws, turn, section.depth)
    present = (section.outer[..., None] > 0) | (section.depth[..., None] < 0.9)
    # Above it the right atrium and the great vessels are separate shapes (`tissue`).
    gone = draws.chance(0.75).float()[:, None] * rv_atrial
    reach = reach * present * (1 - gone)[..., None]
    rv = outer + reach
    rv_wall = rv + draws.uniform(1.5, 4.5)[:, None, None] * (reach / 3).clamp(0, 1)
    rv_wall = rv_wall * (rv_wall > 0)
    fat = rv_wall + _fat(draws, turn)[:, None]
    return Contours(
        lumen=cavity * _lumen(draws, turn, section), cavity=cavity, outer=outer, rv=rv,
        rv_wall=rv_wall, fat=fat, atrial=atrial.mean(-1), rv_atrial=rv_atrial,
    )  # fmt: skip


def _fat(draws: Draws, turn: Tensor) -> Tensor:
    """Draw the thickness of the epicardial fat in mm, (scenes, directions): patches, often none.

    Towards the lung the wall often has no fat, and then is dark on dark.
    """
    patches = (draws.uniform(-0.6, 1)[:, None] + _harmonics(draws, turn, (1, 2, 3), 0.7)).clamp_min(
        0
    )
    present = draws.chance(0.7).float() * draws.uniform(0, 7)
    free_wall = 1 - draws.chance(0.4).float()[:, None] * _bump(
        turn, 0.6 * draws.normal(), draws.uniform(0.3, 2)
    )
    return present[:, None] * patches * free_wall


def _harmonics(draws: Draws, turn: Tensor, orders: tuple[int, ...], size: float) -> Tensor:
    """Draw a sum of harmonics of the angle, (scenes, directions), higher ones weaker."""
    total = torch.zeros(draws.scenes, turn.numel())
    for order in orders:
        phase = draws.uniform(0, 2 * pi)[:, None]
        amplitude = size / order * draws.normal()[:, None]
        total = total + amplitude * torch.cos(order * (turn - phase))
    return total


def _bump(turn: Tensor, centre: Tensor, sharpness: Tensor) -> Tensor:
    """Return a bump of height 1 around a direction, (scenes, directions)."""
    return torch.exp(sharpness[:, None] * (torch.cos(turn - centre[:, None]) - 1))


def _inner_shape(draws: Draws, turn: Tensor) -> Tensor:
    """Draw the relative radius of the cavity: an ellipse, small bumps, sometimes a flat septum."""
    phase = draws.uniform(0, pi)[:, None]
    ellipse = 1 + draws.uniform(0, 0.16)[:, None] * torch.cos(2 * (turn - phase))
    shape = ellipse + _harmonics(draws, turn, (3, 4, 5), 0.06)
    flat = draws.chance(0.25).float() * draws.uniform(0, 0.35)
    shape = shape - flat[:, None] * _bump(turn, torch.full_like(flat, SEPTUM), draws.uniform(2, 5))
    return shape[:, None].clamp_min(0.4)


def _outflow(draws: Draws, turn: Tensor, depth: Tensor) -> Tensor:
    """Draw the bulge of a basal cavity towards the aorta, (scenes, channels, directions)."""
    height = draws.chance(0.5).float() * draws.uniform(0, 0.55)
    centre = (SEPTUM + pi / 3) + 0.5 * draws.normal()
    bulge = height[:, None] * _bump(turn, centre, draws.uniform(2.5, 8))
    near = (1 - depth / draws.uniform(0.1, 0.35)[:, None]).clamp(0, 1)
    return 1 + near[..., None] * bulge[:, None]


def _wall_shape(draws: Draws, turn: Tensor) -> Tensor:
    """Draw the relative thickness of the wall: smooth, sometimes a thin scar or a thick septum."""
    shape = 1 + _harmonics(draws, turn, (1, 2, 3), 0.16)
    scar = draws.chance(0.15).float() * draws.uniform(0.2, 0.6)
    shape = shape - scar[:, None] * _bump(turn, draws.uniform(0, 2 * pi), draws.uniform(1.5, 6))
    thick = draws.chance(0.15).float() * draws.uniform(0.2, 0.9)
    centre = SEPTUM + 0.6 * draws.normal()
    shape = shape + thick[:, None] * _bump(turn, centre, draws.uniform(1.5, 4))
    return shape[:, None].clamp_min(0.25)


def _above_base(draws: Draws, turn: Tensor, section: Section, thickness_mm: Tensor) -> Tensor:
    """Return how far each direction is above the base: 0 in the ventricle, 1 in the atrium.

    The plane of the valves is tilted against the slices, mostly towards the outflow tract, so that
    a basal slice shows muscle on one side and atrium or outflow tract on the other.

    Returns:
        (scenes, channels, directions).
    """
    slope = draws.uniform(0, 0.5)[:, None, None]
    towards = (SEPTUM + pi / 3) + 0.7 * draws.normal()
    tilt = slope * torch.cos(turn - towards[:, None])[:, None] * section.radius[..., None]
    below_mm = (section.depth * section.length)[..., None] - tilt
    return 1 - (below_mm / thickness_mm[:, None, None] + 0.5).clamp(0, 1)


def _open_base(draws: Draws, turn: Tensor, depth: Tensor) -> Tensor:
    """Thin the wall towards the outflow tract in basal slices, (scenes, channels, directions)."""
    open_ = draws.chance(0.6).float() * draws.uniform(0.4, 0.95)
    centre = (SEPTUM + pi / 3) + 0.5 * draws.normal()
    gap = open_[:, None] * _bump(turn, centre, draws.uniform(2.5, 10))
    near = (1 - depth / draws.uniform(0.08, 0.3)[:, None]).clamp(0, 1)
    return 1 - gap[:, None] * near[..., None]


def _atrium(draws: Draws, cavity: Tensor, wall: Tensor, atrial: Tensor) -> tuple[Tensor, Tensor]:
    """Blend the ventricle into the atrium above it: another radius, a thin wall."""
    wider = draws.uniform(0.65, 1.35)[:, None, None]
    cavity = cavity * (1 + (wider - 1) * atrial)
    thin = draws.uniform(*_ATRIAL_WALL_MM)[:, None, None]
    wall = wall + (thin - wall) * atrial * (wall > 0)
    return cavity, wall


def _crescent(draws: Draws, turn: Tensor, depth: Tensor) -> Tensor:
    """Draw the relative reach of the right ventricle, with its outflow at the base.

    Returns:
        (scenes, channels, directions), 0 to about 1.3.
    """
    half = draws.uniform(0.85, 1.75)[:, None]
    centre = SEPTUM + 0.2 * draws.normal()[:, None]
    away = torch.remainder(turn - centre + pi, 2 * pi) - pi
    away = away + draws.uniform(-0.35, 0.35)[:, None] * (1 - (away / half) ** 2).clamp_min(0)
    base = torch.cos((away / half).clamp(-1, 1) * (pi / 2)).clamp_min(0)
    base = base ** draws.uniform(0.45, 1.2)[:, None]
    base = base * (1 + _harmonics(draws, turn, (2, 3, 4), 0.14)).clamp_min(0.3)
    outflow = draws.chance(0.6).float()[:, None] * draws.uniform(0.3, 1.1)[:, None]
    lobe = _bump(turn, (SEPTUM + pi / 3) + 0.3 * draws.normal(), draws.uniform(4, 14))
    near = (1 - depth / draws.uniform(0.15, 0.45)[:, None]).clamp(0, 1)
    flat = draws.chance(0.3).float()[:, None] * draws.uniform(0, 0.6)[:, None]
    narrowed = base * (1 - flat * _bump(turn, SEPTUM - 0.9 * draws.sign(), draws.uniform(2, 6)))
    return narrowed[:, None] + near[..., None] * (outflow * lobe)[:, None]


def _lumen(draws: Draws, turn: Tensor, section: Section) -> Tensor:
    """Draw the share of the cavity's radius that is free of papillary muscles and trabeculae.

    Both lean on the wall, look like it, and take more of the cavity towards the apex and in
    systole. They belong to the cavity all the same (as in ACDC's contours).

    Returns:
        (scenes, channels, directions), 0 to 1.
    """
    filled = draws.chance(0.75).float()[:, None]
    layer = 4.0 * draws.uniform(0, 1)[:, None] ** 1.5 * (0.6 + 0.8 * section.depth.clamp(0, 1))
    taken = (
        layer[..., None] * (1 + _harmonics(draws, turn, (2, 3, 5, 7), 0.6)).clamp_min(0)[:, None]
    )
    level = torch.exp(-(((section.depth - 0.62) / 0.3) ** 2))
    for centre in (0.8, -0.9):  # posteromedial and anterolateral muscle
        width = draws.uniform(5, 40)
        height = draws.uniform(0, 0.55)[:, None] * level * section.radius
        bump = _bump(turn, centre + 0.35 * draws.normal(), width)
        taken = taken + height[..., None] * bump[:, None]
    radius = section.radius[..., None].clamp_min(1)
    return (1 - filled[..., None] * taken / radius).clamp(0.15, 1)
