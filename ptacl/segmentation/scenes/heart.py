"""Random hearts: dimensions of both ventricles, and how they change over the beat and the axis.

Ranges cover small and large, dilated and hypertrophied, well and badly contracting hearts; they are
not the distribution of any population. All angles are in the heart's own frame: the septum faces
angle π, the anterior wall -π/2, the lateral wall 0.
"""

from dataclasses import dataclass

import torch
from torch import Tensor

from ptacl.segmentation.scenes.draws import Draws


@dataclass(frozen=True)
class Heart:
    """Dimensions of each heart of a batch, each (scenes,); lengths in mm at end diastole."""

    length: Tensor
    radius: Tensor
    """Mean radius of the left ventricle's cavity at its middle."""
    wall: Tensor
    ejection: Tensor
    """Ejection fraction of the left ventricle, 0 to 1."""
    shortening: Tensor
    """Longitudinal shortening in systole, as a share of the length."""
    cylinder: Tensor
    """Share of the length over which the cavity keeps its radius, from the base."""
    bluntness: Tensor
    """Exponent of the apical half: 2 is an ellipsoid."""
    rv_reach: Tensor
    """Distance from the septum to the free wall of the right ventricle."""
    rv_ejection: Tensor
    rv_apex: Tensor
    """Depth at which the right ventricle ends, as a share of the length of the left one."""
    rv_base: Tensor
    """Depth of the tricuspid plane, as a share of the length of the left ventricle."""
    rv_descent: Tensor
    """How far the tricuspid plane comes down in systole beyond the mitral one, in mm."""
    rv_bluntness: Tensor
    """Exponent of the right ventricle's reach along the axis: high values end abruptly."""
    apical_wall: Tensor
    """Thickness of the wall at the apex relative to the middle's, beyond what its slope gives."""


def draw_heart(draws: Draws) -> Heart:
    """Draw the dimensions of a batch of hearts."""
    radius = draws.logarithmic(15, 36)
    wall = draws.logarithmic(5.0, 14.0)
    ejection = draws.uniform(0.12, 0.78)
    # A large ventricle with a thick wall that empties well is hardly ever seen.
    ejection = torch.where(radius > 28, 0.12 + 0.6 * (ejection - 0.12), ejection)
    return Heart(
        length=(2.2 * radius + 30) * draws.uniform(0.85, 1.15),
        radius=radius,
        wall=wall,
        ejection=ejection,
        shortening=ejection * draws.uniform(0.1, 0.32),
        cylinder=draws.uniform(0.15, 0.55),
        bluntness=draws.uniform(1.5, 2.6),
        rv_reach=draws.logarithmic(12, 58),
        rv_ejection=draws.uniform(0.15, 0.65),
        rv_apex=draws.uniform(0.68, 1.04),
        rv_base=_rv_base(draws),
        rv_descent=draws.uniform(-4, 16),
        rv_bluntness=draws.logarithmic(1.6, 7),
        apical_wall=draws.uniform(0.45, 1.1),
    )


def _rv_base(draws: Draws) -> Tensor:
    """Draw the depth of the tricuspid plane: in some hearts well below the mitral one, so that a
    slice shows the left ventricle beside the right atrium and the great vessels."""
    return torch.where(draws.chance(0.2), draws.uniform(0.05, 0.3), draws.uniform(-0.2, 0.1))


@dataclass(frozen=True)
class Section:
    """Dimensions of the heart in each image, each (scenes, channels); lengths in mm."""

    depth: Tensor
    """Depth below the base plane of that moment, as a share of the length: negative in the atrium,
    above 1 below the apex."""
    length: Tensor
    radius: Tensor
    """Mean radius of the cavity; 0 below the apex."""
    outer: Tensor
    """Mean radius of the outer surface; 0 below the apex."""
    rv_reach: Tensor
    rv_depth_mm: Tensor
    """Depth below the tricuspid plane of that moment; negative in the right atrium."""
    slope: Tensor
    """Change of the radius along the axis, mm a mm: a thick slice blurs a sloping wall."""


def section_of(heart: Heart, depth: Tensor, contraction: Tensor) -> Section:
    """Cut the hearts at a depth and a moment.

    The base moves towards the apex as the ventricle shortens; the muscle keeps its volume.

    Args:
        heart: dimensions, (scenes,).
        depth: of the slice at end diastole, (scenes, channels).
        contraction: 0 at end diastole, 1 at end systole, (scenes, channels).
    """
    one = {name: getattr(heart, name)[:, None] for name in heart.__dataclass_fields__}
    length = one["length"] * (1 - one["shortening"] * contraction)
    below_base = depth * one["length"] - (one["length"] - length)
    share = below_base / length
    area = 1 - contraction * (1 - (1 - one["ejection"]) / (1 - one["shortening"]))
    radius = one["radius"] * area.sqrt()
    muscle = (one["radius"] + one["wall"]) ** 2 - one["radius"] ** 2
    outer = (radius**2 + muscle * one["length"] / length).sqrt()
    tip = 0.7 * (outer - radius)
    profile = _profile(share, one["cylinder"], one["bluntness"])
    outer_profile = _profile(share * length / (length + tip), one["cylinder"], one["bluntness"])
    deeper = _profile(share + 0.02, one["cylinder"], one["bluntness"])
    outer_radius = radius * profile + (outer * outer_profile - radius * profile) * (
        1 + (one["apical_wall"] - 1) * share.clamp(0, 1) ** 2
    )
    rv_base = one["rv_base"] * length + one["rv_descent"] * contraction
    reach = one["rv_reach"] * (1 - one["rv_ejection"] * contraction)
    return Section(
        depth=share,
        length=length,
        radius=radius * profile,
        outer=outer_radius,
        rv_reach=reach * _rv_profile(share, one["rv_apex"], one["rv_bluntness"]),
        rv_depth_mm=below_base - rv_base,
        slope=(deeper - profile).abs() / 0.02 * radius / length,
    )


def _profile(share: Tensor, cylinder: Tensor, bluntness: Tensor) -> Tensor:
    """Return the radius at a depth relative to the middle's: slightly narrower at the base."""
    tail = ((share - cylinder) / (1 - cylinder)).clamp(0, 1)
    taper = 0.1 * (1 - share / 0.25).clamp(0, 1)
    return (1 - tail**bluntness).clamp_min(0) ** 0.5 * (1 - taper)


def _rv_profile(share: Tensor, apex: Tensor, bluntness: Tensor) -> Tensor:
    """Return the relative reach of the right ventricle: widest at the base, none at the apex."""
    tail = (share / apex).clamp(0, 1)
    return (1 - tail**bluntness).clamp_min(0) ** 0.6
