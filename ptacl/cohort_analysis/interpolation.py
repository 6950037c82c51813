"""Latent interpolation between the centres of two groups, shown by the nearest real subjects.

Embeddings are unit vectors, so the path is an arc of a great circle. Nothing is generated: each
step shows the nearest real heart of the gallery.
"""

from dataclasses import dataclass

import numpy as np
from jaxtyping import Float, Float32, Int

from ptacl.cohort_analysis.group_rules import Vectors
from ptacl.errors import PtaclError
from ptacl.stats.matching import Rows

NEAR = 20
"""Number of nearest hearts at a step over which measurements are averaged."""
_LEAST_LENGTH = 1e-6

Vector = Float32[np.ndarray, " embedding"]


@dataclass(frozen=True, slots=True, eq=False)
class Interpolation:
    """An interpolation in even steps from one centre to the other."""

    angle_deg: float
    """Angle between the two centres."""
    points: Float32[np.ndarray, "steps embedding"]
    """Unit vectors on the arc."""
    hearts: Int[np.ndarray, " steps"]
    """Row of the real heart shown at each step, none twice."""
    similarity: Float[np.ndarray, " steps"]
    """Cosine of that heart and the step."""
    near: Int[np.ndarray, "steps near"]
    """Rows of the hearts nearest to each step; adjacent steps may share some."""


def centre(vectors: Vectors, rows: Rows) -> Vector:
    """Return the centre of a group on the sphere: the direction of its mean embedding.

    Args:
        vectors: unit embeddings of all subjects.
        rows: of the group.

    Raises:
        PtaclError: the group is empty, or so scattered that its mean has no direction.
    """
    mean = vectors[rows].mean(axis=0) if len(rows) else np.zeros(vectors.shape[1], np.float32)
    if np.linalg.norm(mean) < _LEAST_LENGTH:
        raise PtaclError(
            "A group has no centre to interpolate from or to. Choose another group.",
            code="group.no_centre",
        )
    return _unit(mean)


def point_on_arc(first: Vector, other: Vector, share: float) -> Vector:
    """Return the point at a share of the arc between two centres; below 0 or above 1 beyond it.

    Source: spherical linear interpolation (Shoemake, SIGGRAPH 1985).

    Raises:
        PtaclError: the centres are opposite, so that no arc is the shortest.
    """
    return shifted(first, first, other, share)


def shifted(vector: Vector, first: Vector, other: Vector, share: float) -> Vector:
    """Return a heart's embedding shifted in the direction from one centre to another.

    It is rotated along the great circle with the tangent ``other − first`` at the embedding, by
    that share of the angle between the centres: the first centre with share 1 becomes the other.

    Args:
        vector: a unit vector.
        first: a centre.
        other: another centre.
        share: of the angle between the centres; negative is the opposite direction.

    Raises:
        PtaclError: the direction is radial at the heart's embedding.
    """
    direction = other - first
    if np.linalg.norm(direction) < _LEAST_LENGTH:
        return vector  # the centres are equal: there is no direction
    along = direction - (direction @ vector) * vector
    length = np.linalg.norm(along)
    if length < _LEAST_LENGTH:
        raise PtaclError(
            "There is no one direction from this heart between the two groups. Choose another "
            "heart or another group.",
            code="group.no_direction",
        )
    turn = share * angle(first, other)
    return _unit(np.cos(turn) * vector + np.sin(turn) * along / length)


def angle(first: Vector, other: Vector) -> float:
    """Return the angle between two unit vectors in radians."""
    return float(np.arccos(np.clip(float(first @ other), -1.0, 1.0)))


def interpolate(vectors: Vectors, first: Rows, other: Rows, steps: int) -> Interpolation:
    """Interpolate from the centre of one group to that of another.

    Args:
        vectors: unit embeddings of all subjects; any of them may be shown.
        first: rows of the first group.
        other: rows of the other group.
        steps: how many hearts are shown, at most as many as there are.
    """
    ends = centre(vectors, first), centre(vectors, other)
    shares = np.linspace(0.0, 1.0, min(steps, len(vectors)))
    points = np.stack([point_on_arc(*ends, float(share)) for share in shares])
    similarity = points @ vectors.T
    hearts = _each_once(similarity)
    return Interpolation(
        angle_deg=float(np.degrees(angle(*ends))),
        points=points,
        hearts=hearts,
        similarity=similarity[np.arange(len(points)), hearts].astype(np.float64),
        near=nearest(similarity, NEAR),
    )


def nearest(
    similarity: Float[np.ndarray, "points subjects"], count: int
) -> Int[np.ndarray, "points near"]:
    """Return the columns of the most similar subjects of each point, best first."""
    count = min(count, similarity.shape[1])
    candidates = np.argpartition(-similarity, count - 1, axis=1)[:, :count]
    order = np.argsort(-np.take_along_axis(similarity, candidates, axis=1), axis=1)
    return np.take_along_axis(candidates, order, axis=1)


def mean_of_nearest(
    values: Float[np.ndarray, " subjects"], near: Int[np.ndarray, "points near"]
) -> tuple[Float[np.ndarray, " points"], Float[np.ndarray, " points"]]:
    """Return mean and standard error of a measurement in the nearest hearts of each point."""
    there = values[near]
    known = np.isfinite(there).sum(axis=1)
    with np.errstate(invalid="ignore", divide="ignore"):
        mean = np.nansum(there, axis=1) / known
        squares = np.nansum((there - mean[:, None]) ** 2, axis=1)
        return mean, np.sqrt(squares / (known - 1) / known)


def _each_once(similarity: Float[np.ndarray, "steps subjects"]) -> Int[np.ndarray, " steps"]:
    """Return one subject a step, none twice, with the largest total similarity (Kuhn 1955)."""
    # Imported here: SciPy's optimisers are slow to import.
    from scipy.optimize import linear_sum_assignment

    # A step never needs more candidates than there are steps.
    candidates = np.unique(nearest(similarity, len(similarity)))
    _, chosen = linear_sum_assignment(similarity[:, candidates], maximize=True)
    return candidates[chosen]


def _unit(vector: np.ndarray) -> Vector:
    return (vector / np.linalg.norm(vector)).astype(np.float32)
