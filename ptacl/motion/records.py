"""Records of measured motion: strain curves, peaks, rotation, and how far they can be trusted.

Strain is Lagrangian and relative to the first frame (the R wave, end-diastole): the length of a
material line over its length in the first frame, minus 1, in percent (Voigt et al., Eur Heart J
Cardiovasc Imaging 2015, "Definitions for a common standard for 2D speckle tracking"). Shortening is
negative, thickening positive. Only lines in the wall are measured: neither the area of the cavity
nor anything in the blood.

Levels are endocardium, middle of the wall, epicardium. Segments are the six of the mid-ventricular
level of the American Heart Association (Cerqueira et al., Circulation 2002), in their order 7 to
12; frames are counted from 0.
"""

from dataclasses import dataclass
from typing import Literal, get_args

import numpy as np
from jaxtyping import Float64, Int64

from ptacl.io.cine.slice_selection import UnreadableSlice
from ptacl.segmentation.records import QualityFlag
from ptacl.signal.heart_labels import Labels
from ptacl.types import Cine, ModelInfo

Level = Literal["endocardium", "middle of the wall", "epicardium"]
LEVELS: tuple[Level, ...] = get_args(Level)
MID_LEVEL = 1
"""Index of the middle of the wall in `LEVELS`."""
SEGMENTS = (
    "anterior", "anteroseptal", "inferoseptal", "inferior", "inferolateral", "anterolateral",
)  # fmt: skip
"""Names of the segments, in the order of every ``segments`` axis."""
FIRST_SEGMENT_NUMBER = 7
"""Number of the first of `SEGMENTS` in the model of 17 segments."""

PerFrame = Float64[np.ndarray, " frames"]
PerSegment = Float64[np.ndarray, "segments=6"]
SegmentCurves = Float64[np.ndarray, "segments=6 frames"]
LevelCurves = Float64[np.ndarray, "levels=3 frames"]
Rings = Float64[np.ndarray, "levels=3 angles frames 2"]


@dataclass(frozen=True, slots=True)
class StrainCurves:
    """Strain of one slice in every frame, in percent; all curves are 0 in the first frame."""

    frame_times_ms: PerFrame
    """Time of each frame after the R wave; NaN where the files do not give it."""
    circumferential_percent: Float64[np.ndarray, "levels=3 segments=6 frames"]
    """Change of the length of the line along the wall, by level and segment."""
    radial_percent: SegmentCurves
    """Change of the thickness of the wall, measured between the same material points."""
    length_shares: Float64[np.ndarray, "levels=3 segments=6"]
    """Share of each segment in the length of its line in the first frame; sums to 1 by level."""
    rotation_deg: PerFrame
    """Rotation of the wall about the centre of its epicardium, positive counter-clockwise as seen
    from the apex."""
    rv_free_wall_percent: PerFrame | None = None
    """Change of the length of the right ventricle's free wall between its two insertions, along its
    endocardium; None where the right ventricle is not visible."""

    @property
    def global_circumferential_percent(self) -> LevelCurves:
        """Change of the length of the whole closed line, by level."""
        return np.einsum("ls,lsf->lf", self.length_shares, self.circumferential_percent)

    @property
    def gcs_percent(self) -> PerFrame:
        """Global circumferential strain of the middle of the wall."""
        return self.global_circumferential_percent[MID_LEVEL]

    @property
    def global_radial_percent(self) -> PerFrame:
        """Mean radial strain of the segments, weighted by their length."""
        return self.length_shares[MID_LEVEL] @ self.radial_percent


@dataclass(frozen=True, slots=True)
class Peak:
    """Extreme value of a strain curve within the beat: the lowest of shortening, the highest of
    thickening."""

    percent: float
    frame: int
    """Frame of the extreme value."""
    time_ms: float
    """Its time after the R wave, interpolated between frames by a parabola; NaN where the files do
    not give times."""


@dataclass(frozen=True, slots=True)
class StrainPeaks:
    """Peaks of the curves of a slice, and what follows from them."""

    gcs: Peak
    """Of the global circumferential strain of the middle of the wall."""
    gcs_endocardium: Peak
    radial: Peak
    """Of the global radial strain."""
    segments: tuple[Peak, ...]
    """Of the circumferential strain of the middle of the wall in each of `SEGMENTS`."""
    dispersion_ms: float
    """Mechanical dispersion: SD of the six times to peak (Haugaa et al., JACC Cardiovasc Imaging
    2010); NaN where the files do not give times."""
    systolic_rate_per_s: float
    """Lowest rate of change of the global circumferential strain in 1/s; NaN without times."""
    diastolic_rate_per_s: float
    """Highest rate of change after the peak, in 1/s; NaN without times."""
    rotation_deg: float
    """Rotation farthest from 0 within the beat, with its sign."""
    rv_free_wall: Peak | None = None


@dataclass(frozen=True, slots=True)
class MotionQuality:
    """How well the motion explains the images, and whether it agrees with itself."""

    similarity: PerFrame
    """Mean local cross-correlation, 0 to 1, of each frame brought back to end-diastole with the
    frame at end-diastole."""
    inverse_consistency_pixels: float
    """Mean distance in the wall from a point to where it returns when it is moved to another frame
    and back by a field that was estimated the other way round."""
    closure_mm: float
    """Mean distance in the wall between a point and its place one beat later, if it is followed
    from frame to frame: by the motion, corrected in each step by the two images alone. The motion
    itself closes by construction; this chain does not."""
    closure_pixels: float
    """The same in pixels of the cine."""
    contour_mm: float
    """Mean distance of the moved borders of the first frame from the labels' borders."""
    folded_share: float
    """Share of the wall and frames in which the motion folds; 0 in a valid one."""


@dataclass(frozen=True, slots=True)
class SliceMotion:
    """Motion and strain of one slice."""

    position: int
    """`Cine.slice_position`, 0 for a single slice."""
    offset_mm: float | None
    """Distance from the first slice towards the apex; None where the files do not give it."""
    strain: StrainCurves
    peaks: StrainPeaks
    rings: Rings
    """Material points of the wall, (column, row) in pixels of the cine (integers are centres of
    pixels), by level, angle and frame. Each ring is closed: the last point is joined to the first.
    The first point is the start of the first segment, and points follow the order of `SEGMENTS`."""
    segment_of_angle: Int64[np.ndarray, " angles"]
    """Index in `SEGMENTS` of the piece of the ring between each point and the next."""
    quality: MotionQuality
    rv_wall: Float64[np.ndarray, "points frames 2"] | None = None
    """Material points of the right ventricle's free wall as an open line, like `rings`."""
    flags: tuple[QualityFlag, ...] = ()
    """Flags of this slice."""


@dataclass(frozen=True, slots=True)
class MotionInspection:
    """Motion of the slices of one heart."""

    name: str
    """Name of the file or folder, without its path."""
    slices: tuple[Cine, ...]
    """The readable slices, from base to apex."""
    labels: tuple[Labels, ...]
    """Labels of each slice on its own pixel grid."""
    motions: tuple[SliceMotion, ...]
    """Of the slices whose wall is closed, from base to apex; may be fewer than `slices`."""
    segmenter: ModelInfo
    """What drew the labels."""
    flags: tuple[QualityFlag, ...] = ()
    """Flags of the whole cine and of all slices, the most severe first."""
    unreadable: tuple[UnreadableSlice, ...] = ()
    """Slices that were left out because they could not be read."""

    @property
    def middle(self) -> SliceMotion | None:
        """The measured slice that is nearest to the middle of the cine; None if none was."""
        if not self.motions:
            return None
        count = self.slices[0].slice_count or len(self.slices)
        return min(self.motions, key=lambda motion: abs(motion.position - count // 2))

    @property
    def twist_deg(self) -> PerFrame | None:
        """Rotation of the most apical measured slice minus that of the most basal one, per frame.

        None if fewer than three slices were measured, or if they differ in their frames.
        """
        if len(self.motions) < 3:
            return None
        basal, apical = (self.motions[i].strain.rotation_deg for i in (0, -1))
        return apical - basal if basal.shape == apical.shape else None
