"""Material motion of a simulated slice: where every point of the wall is in every frame.

The contours (`contours`) say where the borders are, not where their points go. Here each point
keeps its direction from the centre of the ventricle and its share of the wall's area: between two
radii an incompressible wall of uniform longitudinal shortening moves like this. The centre drifts,
and the slice may be twisted: rotated about the centre, the endocardium more than the epicardium,
the surroundings less with distance. What leaves the slice through its plane is not simulated.

The shipped cines are not twisted: `Twist` is an option of `strain.simulate_strain`.
"""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from jaxtyping import Float, Float64

from ptacl.synthetic.chest import Chest, crescent_shape, outer_shape
from ptacl.synthetic.contours import TURN, Contour, Curve, Motion, inner_contour, outer_contour
from ptacl.synthetic.mechanics import Times, smoothstep

_FADING_MM = 40.0
"""Distance from the epicardium over which the rotation of the surroundings fades to 0."""

Table = Float64[np.ndarray, "frames sectors"]
"""Radius in mm in each frame and direction of `TURN`."""
Points = Float64[np.ndarray, "frames points 2"]


@dataclass(frozen=True, slots=True)
class Twist:
    """Rotation at the ends of the ventricle at end-systole, positive as seen by a viewer at the
    apex.

    The defaults are the means of healthy volunteers by tagging (Lorenz et al., J Cardiovasc Magn
    Reson 2000: apex 6.8 ± 2.5° counter-clockwise, base 4.4 ± 1.6° clockwise).
    """

    basal_deg: float = -4.4
    apical_deg: float = 6.8
    shear: float = 0.3
    """Difference between endocardial and epicardial rotation, relative to their mean."""

    def at(self, share: float) -> float:
        """Return the rotation in degrees at a share of the way from base (0) to apex (1)."""
        return self.basal_deg + share * (self.apical_deg - self.basal_deg)


NO_TWIST = Twist(0.0, 0.0)


@dataclass(frozen=True, slots=True)
class Material:
    """Material motion of a slice. Positions in mm from the centre of the first frame, y down."""

    inner: Table
    """Endocardium beneath the trabeculae, about the moving centre."""
    outer: Table
    """Epicardium."""
    rv: Table
    """Endocardium of the right ventricle's free wall; equals `outer` outside of the crescent."""
    drift_mm: Float64[np.ndarray, "frames 2"]
    rotation_rad: Curve
    """Mean rotation of the wall, positive counter-clockwise on the image."""
    shear: float

    def radius(self, area_share: float | Float64[np.ndarray, " sectors"]) -> Table:
        """Return the radius of the points with a share of the wall's area between them and the
        endocardium, 0 to 1."""
        return np.sqrt(self.inner**2 + area_share * (self.outer**2 - self.inner**2))

    def mid_share(self) -> Float64[np.ndarray, " sectors"]:
        """Return the share of the wall's area within the middle of the wall in the first frame."""
        inner, outer = self.inner[0], self.outer[0]
        return (0.25 * (inner + outer) ** 2 - inner**2) / (outer**2 - inner**2)

    def rotation_at(
        self, radius_mm: Float64[np.ndarray, "frames points"]
    ) -> Float64[np.ndarray, "frames points"]:
        """Return the rotation in rad of points at a distance from the centre."""
        inner, outer = (table.mean(axis=1, keepdims=True) for table in (self.inner, self.outer))
        depth = np.clip((radius_mm - inner) / (outer - inner), 0, 1)
        fading = np.clip(1 - (radius_mm - outer) / _FADING_MM, 0, 1)
        return self.rotation_rad[:, None] * (1 + self.shear * (0.5 - depth)) * fading

    def positions(self, radius_mm: Table) -> Points:
        """Return where the points in the directions `TURN` are, at given radii in each frame."""
        # Counter-clockwise on the image is a falling angle: y points down.
        angle = TURN - self.rotation_at(radius_mm)
        points = np.stack([radius_mm * np.cos(angle), radius_mm * np.sin(angle)], axis=-1)
        return points + self.drift_mm[:, None]

    def unrotated(
        self, x_mm: Float[np.ndarray, " points"], y_mm: Float[np.ndarray, " points"]
    ) -> tuple[Float64[np.ndarray, "frames points"], Float64[np.ndarray, "frames points"]]:
        """Return fixed places in the directions of their material, about the moving centre."""
        x, y = x_mm - self.drift_mm[:, :1], y_mm - self.drift_mm[:, 1:]
        angle = self.rotation_at(np.hypot(x, y))
        cos, sin = np.cos(angle), np.sin(angle)
        return cos * x - sin * y, sin * x + cos * y


def material_of(
    chest: Chest, motion: Motion, truth: Mapping[str, float], times_ms: Times, rotation_deg: float
) -> Material:
    """Compute the material motion of a slice.

    Args:
        chest: static geometry.
        motion: contours of the slice.
        truth: ground truth of the subject.
        times_ms: of the frames of `motion`.
        rotation_deg: rotation of the slice at end-systole.
    """
    muscle = outer_contour(chest, motion)
    septum = np.array([np.cos(chest.septum), np.sin(chest.septum)])
    return Material(
        inner=_table(inner_contour(chest, motion, outer_shape(chest, TURN))),
        outer=_table(muscle),
        rv=_table([*muscle, (motion.rv_reach, crescent_shape(chest, TURN))]),
        drift_mm=motion.drift[:, None] * septum,
        rotation_rad=np.radians(rotation_deg) * rotation_share(truth, times_ms),
        shear=Twist().shear,
    )


def rotation_share(truth: Mapping[str, float], times_ms: Times) -> Times:
    """Return the rotation over the beat relative to that at end-systole.

    It rises until end-systole and falls from there: the ventricle untwists before it fills, much of
    it while its volume is still constant (Notomi et al., Circulation 2006).
    """
    rr_ms = truth["rr_scan_ms"]
    t = np.asarray(times_ms, dtype=np.float64) % rr_ms

    def fallen(at: Times) -> Times:
        return smoothstep((at - truth["t_es_ms"]) / (truth["ivrt_ms"] + truth["early_filling_ms"]))

    # At a high rate the beat ends before the fall; it closes all the same.
    return smoothstep(t / truth["t_es_ms"]) - fallen(t) / fallen(np.array([rr_ms]))


def _table(contour: Contour) -> Table:
    return sum((np.outer(curve, shape) for curve, shape in contour), np.zeros(()))
