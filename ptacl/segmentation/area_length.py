"""Volume of the left ventricle from one slice: the bullet, V = 5/6 · A · L.

One slice does not show the length L. It is taken from the relation L = k · V^(1/3) at end-diastole,
which gives V = (5/6 · k · A)^(3/2); from there the ventricle shortens along its axis as it
contracts. People differ in their length at a given volume, so that the volume is never given
without its interval. Ejection fractions are more certain, because the length cancels.

Sources: the bullet (area-length method of a short axis, Wyatt et al., Circulation 1979;60:1104);
spread of length and longitudinal shortening from 1,991 asymptomatic people of MESA.
"""

from dataclasses import dataclass

import numpy as np

from ptacl.segmentation.records import AREA_LENGTH, Measured, PerFrame
from ptacl.segmentation.smoothing import contraction_share, largest_and_smallest
from ptacl.segmentation.uncertainty import (
    FRAME_CONTOUR_MM,
    SHARED_CONTOUR_MM,
    VolumeEstimate,
    perimeter_mm,
    with_sd,
)

BULLET = 5 / 6
LENGTH_FACTOR = 1.64
"""End-diastolic length in cm over the cube root of the volume in mL."""
LENGTH_CV = 0.068
"""Coefficient of variation of the length at a given volume."""
SHAPE_CV = 0.10
"""SD of the area by the choice of the slice: the areas of the three slices in the middle of a real
stack (ACDC 005) differ by this from their mean."""
MUSCLE_DENSITY_G_ML = 1.05


@dataclass(frozen=True, slots=True)
class Shortening:
    """Longitudinal shortening in % = intercept + slope · ejection fraction in %."""

    intercept: float = 2.9
    slope: float = 0.167
    sd: float = 3.4
    """Residual SD."""

    def share(self, ef_pct: float) -> float:
        """Return the shortening at an ejection fraction as a share of the length."""
        return (self.intercept + self.slope * ef_pct) / 100


SHORTENING = Shortening()


def expected_length_mm(area_mm2: float) -> float:
    """Return the end-diastolic length that is typical for a mid-ventricular area."""
    return 10 * LENGTH_FACTOR**1.5 * float(np.sqrt(BULLET * area_mm2 / 100))


def ejection_fraction_of(area_ratio: float) -> float:
    """Return the ejection fraction in % of a bullet that shortens.

    Solves EF = 1 - ratio · (1 - shortening(EF)), which is linear in EF.

    Args:
        area_ratio: area at end-systole over area at end-diastole.
    """
    intercept, slope = SHORTENING.intercept / 100, SHORTENING.slope
    return 100 * (1 - area_ratio * (1 - intercept)) / (1 - area_ratio * slope)


def volume_by_area_length(lv_area_mm2: PerFrame, smooth_mm2: PerFrame) -> VolumeEstimate:
    """Estimate the volume in every frame from the area of a mid-ventricular slice.

    Args:
        lv_area_mm2: area of the cavity.
        smooth_mm2: the same, smoothed over the beat.
    """
    ed, es = largest_and_smallest(smooth_mm2)
    # In wrong labels the frame of the largest smooth area may be empty itself.
    diastole, systole = float(lv_area_mm2[ed] or smooth_mm2[ed]), float(lv_area_mm2[es])
    share = contraction_share(smooth_mm2)
    ef_pct = ejection_fraction_of(min(systole / diastole, 1.0))
    length_mm = expected_length_mm(diastole) * (1 - SHORTENING.share(ef_pct) * share)
    ml = BULLET * lv_area_mm2 * length_mm / 1000
    contour = 1.5 * perimeter_mm(lv_area_mm2) * length_mm * BULLET / 1000
    shared = np.array(
        [
            1.5 * LENGTH_CV * ml,
            1.5 * SHAPE_CV * ml,
            SHARED_CONTOUR_MM * contour,
            SHORTENING.sd / 100 * share * ml,
        ]
    )
    return VolumeEstimate(ml, shared, FRAME_CONTOUR_MM * contour, AREA_LENGTH)


def mass_by_area_length(lv_area_mm2: float, myocardium_area_mm2: float) -> Measured:
    """Estimate the mass in g from the areas of a mid-ventricular slice at end-diastole.

    The outer surface is a bullet too, longer by the thickness of the wall.

    Args:
        lv_area_mm2: area of the cavity.
        myocardium_area_mm2: area of the wall.
    """
    outer_mm2 = lv_area_mm2 + myocardium_area_mm2
    wall_mm = float(np.sqrt(outer_mm2 / np.pi) - np.sqrt(lv_area_mm2 / np.pi))
    length_mm = expected_length_mm(lv_area_mm2)
    ml = BULLET * (outer_mm2 * (length_mm + wall_mm) - lv_area_mm2 * length_mm) / 1000
    contour_mm = float(np.hypot(SHARED_CONTOUR_MM, FRAME_CONTOUR_MM))
    outer_perimeter_mm = 2 * float(np.sqrt(np.pi * outer_mm2))
    contour_ml = BULLET * contour_mm * np.sqrt(2) * outer_perimeter_mm * length_mm / 1000
    sd = float(np.sqrt((LENGTH_CV**2 + SHAPE_CV**2) * (1.5 * ml) ** 2 + contour_ml**2))
    return with_sd(MUSCLE_DENSITY_G_ML * ml, MUSCLE_DENSITY_G_ML * sd, AREA_LENGTH)
