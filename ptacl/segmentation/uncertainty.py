"""Volumes with their errors, and the intervals of what is computed from them.

An error that end-diastole and end-systole share, such as contours drawn too wide or an assumed
length, cancels in the ejection fraction; an independent one does not. Both are kept apart here and
combined to first order.
"""

from dataclasses import dataclass, replace

import numpy as np
from jaxtyping import Float64

from ptacl.segmentation.records import Measured, Method, PerFrame

Z90 = 1.645
"""Half-width of a 90 % interval of a normal distribution, in SDs."""
SHARED_CONTOUR_MM = 0.5
"""SD of the displacement that all contours of a heart share. Half a millimetre all around the
cavity is 4 to 5 % of a normal end-diastolic volume, about the difference of two readers."""
FRAME_CONTOUR_MM = 0.25
"""SD of the further displacement of the contours of one frame."""


@dataclass(frozen=True, slots=True)
class VolumeEstimate:
    """Volume of a cavity in every frame, with the SD of each source of error."""

    ml: PerFrame
    shared_ml: Float64[np.ndarray, "sources frames"]
    """Change of the volume by one SD of an error that affects all frames."""
    independent_ml: PerFrame
    """SD of the errors that differ from frame to frame."""
    method: Method

    @property
    def sd_ml(self) -> PerFrame:
        """SD of all errors together, in every frame."""
        return np.sqrt((self.shared_ml**2).sum(axis=0) + self.independent_ml**2)

    @property
    def interval_ml(self) -> tuple[PerFrame, PerFrame]:
        """Lower and upper end of the 90 % interval, in every frame."""
        return np.maximum(self.ml - Z90 * self.sd_ml, 0.0), self.ml + Z90 * self.sd_ml


def volume_at(estimate: VolumeEstimate, frame: int) -> Measured:
    """Return the volume of a frame in mL."""
    low, high = estimate.interval_ml
    return Measured(
        float(estimate.ml[frame]), float(low[frame]), float(high[frame]), estimate.method
    )


def stroke_volume(estimate: VolumeEstimate, ed: int, es: int) -> Measured:
    """Return the stroke volume in mL.

    Args:
        estimate: of a cavity.
        ed: frame of end-diastole.
        es: frame of end-systole.
    """
    sd = _sd_of(estimate, ed, es, (1.0, -1.0))
    return with_sd(float(estimate.ml[ed] - estimate.ml[es]), sd, estimate.method)


def ejection_fraction(estimate: VolumeEstimate, ed: int, es: int) -> Measured | None:
    """Return the ejection fraction in %; None if the cavity is empty at end-diastole.

    Args:
        estimate: of a cavity.
        ed: frame of end-diastole.
        es: frame of end-systole.
    """
    diastole, systole = float(estimate.ml[ed]), float(estimate.ml[es])
    if diastole <= 0:
        return None
    slopes = (100 * systole / diastole**2, -100 / diastole)
    sd = _sd_of(estimate, ed, es, slopes)
    measured = with_sd(100 * (1 - systole / diastole), sd, estimate.method)
    return replace(measured, high=min(measured.high, 100.0))


def with_sd(value: float, sd: float, method: Method) -> Measured:
    """Return a value with its 90 % interval, which does not begin below zero.

    Args:
        value: what was measured.
        sd: its SD.
        method: how it was measured.
    """
    low = min(max(value - Z90 * sd, 0.0), value)  # differences of noise may be negative
    return Measured(value, low, value + Z90 * sd, method)


def perimeter_mm(area_mm2: Float64[np.ndarray, "*shape"]) -> Float64[np.ndarray, "*shape"]:
    """Return the perimeter of a circle of an area."""
    return 2 * np.sqrt(np.pi * area_mm2)


def _sd_of(estimate: VolumeEstimate, ed: int, es: int, slopes: tuple[float, float]) -> float:
    shared = slopes[0] * estimate.shared_ml[:, ed] + slopes[1] * estimate.shared_ml[:, es]
    independent = np.array(slopes) * estimate.independent_ml[[ed, es]]
    return float(np.sqrt((shared**2).sum() + (independent**2).sum()))
