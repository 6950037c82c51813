"""Coverage of pixels by contours, and labels of pixels."""

from dataclasses import dataclass
from math import pi

import torch
from jaxtyping import Float
from torch import Tensor

from ptacl.segmentation.scenes.contours import DIRECTIONS, Contours
from ptacl.signal.heart_labels import LV, MYOCARDIUM, RV

Images = Float[Tensor, "scenes channels rows columns"]


@dataclass(frozen=True)
class Polar:
    """Place of each pixel relative to the heart's centre, each (scenes, rows, columns)."""

    rho_mm: Tensor
    sector: Tensor
    """Index of the direction of a pixel."""


def polar(x_mm: Tensor, y_mm: Tensor) -> Polar:
    """Convert positions relative to the centre, (scenes, rows, columns), to polar ones."""
    angle = torch.atan2(y_mm, x_mm)
    sector = (angle * (DIRECTIONS / (2 * pi))).round().long() % DIRECTIONS
    return Polar(torch.hypot(x_mm, y_mm), sector)


def radius_at(contour: Tensor, polar_: Polar) -> Images:
    """Look up the radius of a contour, (scenes, channels, directions), for every pixel."""
    scenes, channels, _ = contour.shape
    rows, columns = polar_.sector.shape[1:]
    index = polar_.sector.reshape(scenes, 1, -1).expand(-1, channels, -1)
    return contour.gather(2, index).reshape(scenes, channels, rows, columns)


def coverage(contour: Tensor, polar_: Polar, soft_mm: Tensor) -> Images:
    """Return the share of each pixel inside a contour.

    Args:
        contour: radii, (scenes, channels, directions).
        polar_: places of the pixels.
        soft_mm: width of the edge, (scenes, channels).
    """
    distance = radius_at(contour, polar_) - polar_.rho_mm[:, None]
    return (distance / soft_mm[..., None, None] + 0.5).clamp_(0, 1)


def labels_of(contours: Contours, polar_: Polar, channel: int) -> Tensor:
    """Label the pixels of one channel, (scenes, rows, columns), uint8.

    Above its base a ventricle is an atrium or a great vessel and has no label.
    """

    def radius(contour: Tensor) -> Tensor:
        return radius_at(contour[:, channel : channel + 1], polar_)[:, 0]

    rho = polar_.rho_mm
    cavity, outer, rv = radius(contours.cavity), radius(contours.outer), radius(contours.rv)
    left = (contours.atrial[:, channel] < 0.5)[:, None, None]
    right = (contours.rv_atrial[:, channel] < 0.5)[:, None, None]
    labels = torch.zeros(rho.shape, dtype=torch.uint8)
    labels[(rho < rv) & (rho >= outer) & right] = RV
    labels[(rho < outer) & left] = MYOCARDIUM
    labels[(rho < cavity) & left] = LV
    return labels
