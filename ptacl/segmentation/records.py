"""Records of a measured cine: areas of its slices, volumes of its ventricles, and what is doubtful.

Every number carries its interval and the method that gave it. Frames are counted from 0, slices by
`Cine.slice_position` from 0 at the base.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

import numpy as np
from jaxtyping import Float64

from ptacl.io.cine.slice_selection import UnreadableSlice
from ptacl.phenotypes import PHENOTYPE_KEYS
from ptacl.signal.heart_labels import Labels
from ptacl.types import Cine, ModelInfo, Severity

__all__ = [
    "AREA_LENGTH", "SUMMATION", "CineInspection", "CineMeasurement", "Coverage", "Measured",
    "Method", "PerFrame", "QualityFlag", "SliceMeasurement", "UnreadableSlice", "VolumeCurve",
]  # fmt: skip

SUMMATION: Literal["summation of slices"] = "summation of slices"
AREA_LENGTH: Literal["area-length"] = "area-length"
Method = Literal["summation of slices", "area-length"]

PerFrame = Float64[np.ndarray, " frames"]


@dataclass(frozen=True, slots=True)
class Measured:
    """A measured phenotype; ``low`` to ``high`` is its interval (90 %)."""

    value: float
    low: float
    high: float
    method: Method


@dataclass(frozen=True, slots=True)
class QualityFlag:
    """Something that makes the contours or a number of a cine doubtful."""

    code: str
    """Stable short identifier for programs: ``lv_in_parts``, ``area_jump``, ``base_missing`` …"""
    text: str
    """One or two sentences for the user."""
    severity: Severity = "check"
    """``info``: how it was measured; ``check``: look at the contours; ``withhold``: a number is
    not given because of it."""
    slice: int | None = None
    """Position of the slice; None if the flag concerns the whole cine."""
    frame: int | None = None
    """First frame concerned; None if the flag concerns all frames."""


@dataclass(frozen=True, slots=True)
class SliceMeasurement:
    """Areas of the structures in one slice, a value for each of its frames."""

    position: int
    """`Cine.slice_position`, 0 for a single slice."""
    offset_mm: float | None
    """Distance from the first slice towards the apex; None where the files do not give it."""
    lv_area_mm2: PerFrame
    """Area of the left ventricular cavity."""
    myocardium_area_mm2: PerFrame
    """Area of the left ventricular myocardium."""
    rv_area_mm2: PerFrame
    """Area of the right ventricular cavity."""
    flags: tuple[QualityFlag, ...] = ()
    """Flags of this slice."""


@dataclass(frozen=True, slots=True)
class VolumeCurve:
    """Volume of one cavity in every frame."""

    ml: PerFrame
    """Volume in mL as summed, not smoothed."""
    smooth_ml: PerFrame
    """The same after smoothing over the beat; end-diastole and end-systole are taken from it."""
    low_ml: PerFrame
    high_ml: PerFrame
    """``low_ml`` to ``high_ml`` is the interval (90 %) of ``ml``."""
    method: Method


@dataclass(frozen=True, slots=True)
class Coverage:
    """The part of the left ventricle that the slices of a cine cover."""

    step_mm: float | None
    """Typical distance of neighbouring slices; None for a single slice or unknown positions."""
    gaps: tuple[tuple[int, int], ...] = ()
    """Positions of the slices above and below each gap in which slices are missing."""
    gap_slices: int = 0
    """Estimated number of missing slices in the gaps."""
    base_missing: bool = False
    """Whether the stack begins below the base."""
    apex_missing: bool = False
    """Whether the stack ends above the apex."""
    covered: float | None = None
    """Estimated share of the end-diastolic length between base and apex, 0 to 1; None for a single
    slice."""
    text: str = ""
    """One or two sentences that name what is missing; empty if nothing is."""


@dataclass(frozen=True, slots=True)
class CineMeasurement:
    """Volumes, ejection fractions and mass; None for what the slices do not allow to measure."""

    frame_times_ms: PerFrame
    """Time after the R wave of each value of the curves; NaN where the files do not give it."""
    coverage: Coverage
    lv: VolumeCurve | None = None
    rv: VolumeCurve | None = None
    ed_frame: int | None = None
    """Frame of the largest left ventricular volume, or area if there is no volume."""
    es_frame: int | None = None
    """Frame of the smallest left ventricular volume, or area if there is no volume."""
    lvedv_ml: Measured | None = None
    lvesv_ml: Measured | None = None
    lvsv_ml: Measured | None = None
    lvef_pct: Measured | None = None
    lvm_g: Measured | None = None
    rvedv_ml: Measured | None = None
    rvesv_ml: Measured | None = None
    rvsv_ml: Measured | None = None
    rvef_pct: Measured | None = None

    @property
    def phenotypes(self) -> Mapping[str, Measured]:
        """Measured phenotypes by the keys of `ptacl.phenotypes`, without those not measured."""
        values = {key: getattr(self, key) for key in PHENOTYPE_KEYS}
        return {key: value for key, value in values.items() if value is not None}

    @property
    def lv_ml(self) -> PerFrame | None:
        """Left ventricular volume in mL of every frame; None if it cannot be measured."""
        return None if self.lv is None else self.lv.ml

    @property
    def rv_ml(self) -> PerFrame | None:
        """Right ventricular volume in mL of every frame; None if it cannot be measured."""
        return None if self.rv is None else self.rv.ml


@dataclass(frozen=True, slots=True)
class CineInspection:
    """All results for one cine: its slices, their labels, and what was measured on them."""

    name: str
    """Name of the file or folder, without its path."""
    slices: tuple[Cine, ...]
    """The readable slices, from base to apex."""
    labels: tuple[Labels, ...]
    """Labels of each slice on its own pixel grid."""
    slice_measurements: tuple[SliceMeasurement, ...]
    measurement: CineMeasurement
    segmenter: ModelInfo
    """What drew the labels."""
    flags: tuple[QualityFlag, ...] = ()
    """Flags of the whole cine and of all slices, the most severe first."""
    unreadable: tuple[UnreadableSlice, ...] = ()
    """Slices that were left out because they could not be read."""
    corrected: tuple[tuple[int, int], ...] = field(default=())
    """(index in `slices`, frame) of each frame whose contours a person has corrected."""
