"""Simulated cines with material motion, and the exact strain of their walls.

`simulate_strain` renders the heart of `cohort.simulate_subject` in one slice, twisted and with a
texture that moves with the muscle, and returns the analytic truth beside it: positions, strain by
level and segment, rotation, and which segments are scarred.
"""

from dataclasses import dataclass, replace

import numpy as np
from jaxtyping import Float64

from ptacl.signal.heart_labels import Labels
from ptacl.synthetic.cine import ghosting_of, render_cine
from ptacl.synthetic.contours import TURN, Curve, frame_times_ms
from ptacl.synthetic.masks import label_cine
from ptacl.synthetic.middle_slice import SliceGeometry, slice_geometry, timed_cine
from ptacl.synthetic.stack import motion_at
from ptacl.synthetic.streams import Stream, generator
from ptacl.synthetic.wall.material import Material, Points, Twist, material_of
from ptacl.synthetic.wall.texture import WallMaterial, draw_texture
from ptacl.types import Ages, Cine

SEGMENTS = 6
_RENDERED_RV_EDGE = 0.05
"""Reach of the crescent, relative to its largest, from which the right ventricle is visible."""


@dataclass(frozen=True, slots=True)
class StrainTruth:
    """Exact strain of a simulated slice in percent, relative to the first frame.

    Segments are the six of the mid-ventricular level, from the anterior insertion of the right
    ventricle: anterior, anteroseptal, inferoseptal, inferior, inferolateral, anterolateral.
    """

    circumferential_percent: Float64[np.ndarray, "levels=3 segments=6 frames"]
    """Endocardium, middle of the wall, epicardium."""
    global_circumferential_percent: Float64[np.ndarray, "levels=3 frames"]
    radial_percent: Float64[np.ndarray, "segments=6 frames"]
    rotation_deg: Curve
    """Mean rotation of the wall, positive counter-clockwise on the image."""
    rv_free_wall_percent: Curve
    scar_share: Float64[np.ndarray, " segments=6"]
    """Mean stillness of each segment's wall, 0 to 1."""


@dataclass(frozen=True, slots=True)
class MovingHeart:
    """A simulated slice with its labels and its motion."""

    cine: Cine
    labels: Labels
    material: Material
    strain: StrainTruth


def simulate_strain(
    seed: int,
    index: int,
    *,
    twist: Twist | None = None,
    offset_mm: float = 0.0,
    level: float = 0.5,
    texture: float = 0.03,
    noise: float = 1.0,
    ages: Ages = "biobank",
    size: int = 64,
) -> MovingHeart:
    """Simulate one slice of subject ``index`` of cohort ``seed`` with known motion.

    Args:
        seed: see `cohort.simulate_subject`.
        index: see `cohort.simulate_subject`.
        twist: rotation of base and apex; by default that of healthy volunteers.
        offset_mm: distance of the slice from the middle one, positive to the apex.
        level: share of the way from base to apex that selects the rotation between both.
        texture: SD of the wall's texture relative to the signal of blood; 0 for none.
        noise: SD of the noise relative to that of the subject's shipped cine.
        ages: see `cohort.simulate_subject`.
        size: rows and columns; the field of view is always 154 mm.

    Raises:
        PtaclError: see `cohort.simulate_subject`.
    """
    geometry = slice_geometry(seed, index, ages=ages, size=size)
    motion = motion_at(geometry.motion, offset_mm) if offset_mm else geometry.motion
    times_ms = frame_times_ms(geometry.truth)
    degrees = (twist or Twist()).at(level)
    material = material_of(geometry.chest, motion, geometry.truth, times_ms, degrees)
    if twist:
        material = replace(material, shear=twist.shear)
    rng = generator(seed, index, Stream.MATERIAL)
    wall = WallMaterial(material, draw_texture(rng), texture)
    chest = replace(geometry.chest, noise=geometry.chest.noise * noise)
    ghosting = ghosting_of(geometry.truth)
    frames = render_cine(rng, chest, motion, size=size, ghosting=ghosting, material=wall)
    cine = timed_cine(frames, geometry.truth, size)
    labels = label_cine(chest, motion, size=size, material=material)
    return MovingHeart(cine, labels, material, strain_of(geometry, material))


def strain_of(geometry: SliceGeometry, material: Material) -> StrainTruth:
    """Compute the strain of a slice from its material motion.

    Lines are measured along `TURN`, half a degree a step.

    Args:
        geometry: chest and scar of the subject.
        material: motion of the slice.
    """
    radii = [material.radius(0.0), material.radius(material.mid_share()), material.radius(1.0)]
    rings = [material.positions(radius) for radius in radii]
    lengths = [_steps(ring, closed=True) for ring in rings]
    owner = segment_of_direction(geometry)
    thickness = np.linalg.norm(rings[2] - rings[0], axis=-1)
    still = geometry.motion.still
    stillness = np.zeros(TURN.size) if still is None else still.stillness
    return StrainTruth(
        circumferential_percent=np.stack([_by_segment(own, owner) for own in lengths]),
        global_circumferential_percent=np.stack([_relative(own.sum(1)) for own in lengths]),
        radial_percent=_by_segment(thickness / thickness[0], owner),
        rotation_deg=np.degrees(material.rotation_rad),
        rv_free_wall_percent=_rv_free_wall(geometry, material),
        scar_share=np.array([stillness[owner == s].mean() for s in range(SEGMENTS)]),
    )


def segment_of_direction(geometry: SliceGeometry) -> np.ndarray:
    """Return the segment, 0 to 5, of each direction of `TURN`.

    The first one lies beside the anterior insertion of the right ventricle, away from the septum;
    the next ones follow through the septum.
    """
    start = anterior_insertion(geometry) + np.pi / 3
    return (((start - TURN) % (2 * np.pi)) / (np.pi / 3)).astype(int) % SEGMENTS


def anterior_insertion(geometry: SliceGeometry) -> float:
    """Return the direction of the anterior insertion of the right ventricle in rad."""
    return geometry.chest.septum + geometry.chest.rv_half_angle


def _rv_free_wall(geometry: SliceGeometry, material: Material) -> Curve:
    reach = material.rv[0] - material.outer[0]
    shown = np.flatnonzero(reach > _RENDERED_RV_EDGE * reach.max())
    gap = int(np.argmax(np.diff(shown)))  # the crescent may cross the direction 0
    line = np.roll(shown, -(gap + 1)) if np.diff(shown)[gap] > 1 else shown
    return _relative(_steps(material.positions(material.rv)[:, line], closed=False).sum(1))


def _steps(points: Points, *, closed: bool) -> Float64[np.ndarray, "frames steps"]:
    following = np.roll(points, -1, axis=1) - points
    return np.linalg.norm(following if closed else following[:, :-1], axis=-1)


def _by_segment(
    values: Float64[np.ndarray, "frames sectors"], owner: np.ndarray
) -> Float64[np.ndarray, "segments frames"]:
    return np.stack([_relative(values[:, owner == s].sum(axis=1)) for s in range(SEGMENTS)])


def _relative(length: Curve) -> Curve:
    return 100 * (length / length[0] - 1)
