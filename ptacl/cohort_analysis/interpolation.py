"""From one group's centre to another's through the embedding, in steps of real hearts.

Embeddings are unit vectors, so the way is an arc of a great circle. Nothing is generated: at each
step stands the real heart that lies nearest.
"""

from dataclasses import dataclass

import numpy as np
from jaxtyping import Float, Float32, Int

from ptacl.cohort_analysis.group_rules import Vectors
from ptacl.errors import PtaclError
from ptacl.stats.matching import Rows

NEAR = 20
"""Hearts around a step whose measurements are averaged there."""
_LEAST_LENGTH = 1e-6

Vector = Float32[np.ndarray, " embedding"]


@dataclass(frozen=True, slots=True, eq=False)
class Walk:
    """A walk in even steps, the first at one centre, the last at the other."""

    angle_deg: float
    """Between the two centres: the length of the whole way."""
    places: Float32[np.ndarray, "steps embedding"]
    """Unit vectors on the arc."""
    hearts: Int[np.ndarray, " steps"]
    """Row of the real heart shown at each step; none twice."""
    similarity: Float[np.ndarray, " steps"]
    """Cosine of that heart and the step."""
    near: Int[np.ndarray, "steps near"]
    """Rows of the hearts nearest to each step, which neighbouring steps may share."""


def centre(vectors: Vectors, rows: Rows) -> Vector:
    """The direction of a group's mean embedding: the point of the sphere in its middle.

    Raises:
        PtaclError: the group is empty, or so scattered that it has no middle.
    """
    mean = vectors[rows].mean(axis=0) if len(rows) else np.zeros(vectors.shape[1], np.float32)
    if np.linalg.norm(mean) < _LEAST_LENGTH:
        raise PtaclError(
            "A group has no middle to walk from or to. Choose another group.",
            code="group.no_centre",
        )
    return _unit(mean)


def between(first: Vector, other: Vector, share: float) -> Vector:
    """The point a share of the way along the arc; below 0 and above 1 it goes on beyond the ends.

    Source: spherical linear interpolation (Shoemake, SIGGRAPH 1985).

    Raises:
        PtaclError: the ends lie opposite each other, so that every way is as short.
    """
    return moved(first, first, other, share)


def moved(vector: Vector, first: Vector, other: Vector, share: float) -> Vector:
    """A heart's embedding, moved in the direction from one centre to another.

    It leaves along the great circle that the straight direction ``other − first`` begins at its
    place, for that share of the angle between the centres; at the first centre with share 1 it
    arrives at the other.

    Args:
        vector: a unit vector.
        first: a centre.
        other: another centre.
        share: of the way between the centres; negative goes the other way.

    Raises:
        PtaclError: the direction points straight away from the heart, or into it.
    """
    direction = other - first
    if np.linalg.norm(direction) < _LEAST_LENGTH:
        return vector  # the centres are one: there is nowhere to go
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
    """Angle between two unit vectors in radians."""
    return float(np.arccos(np.clip(float(first @ other), -1.0, 1.0)))


def walk(vectors: Vectors, first: Rows, other: Rows, steps: int) -> Walk:
    """Walk from the centre of one group to that of another.

    Args:
        vectors: unit embeddings of all subjects, of whom any may be met on the way.
        first: rows of the group where it begins.
        other: rows of the group where it ends.
        steps: how many hearts are shown, at most as many as there are.
    """
    ends = centre(vectors, first), centre(vectors, other)
    shares = np.linspace(0.0, 1.0, min(steps, len(vectors)))
    places = np.stack([between(*ends, float(share)) for share in shares])
    similarity = places @ vectors.T
    hearts = _each_once(similarity)
    return Walk(
        angle_deg=float(np.degrees(angle(*ends))),
        places=places,
        hearts=hearts,
        similarity=similarity[np.arange(len(places)), hearts].astype(np.float64),
        near=nearest(similarity, NEAR),
    )


def nearest(
    similarity: Float[np.ndarray, "places subjects"], count: int
) -> Int[np.ndarray, "places near"]:
    """Columns of the most similar subjects of each place, best first."""
    count = min(count, similarity.shape[1])
    found = np.argpartition(-similarity, count - 1, axis=1)[:, :count]
    order = np.argsort(-np.take_along_axis(similarity, found, axis=1), axis=1)
    return np.take_along_axis(found, order, axis=1)


def measured_near(
    values: Float[np.ndarray, " subjects"], near: Int[np.ndarray, "places near"]
) -> tuple[Float[np.ndarray, " places"], Float[np.ndarray, " places"]]:
    """Mean and standard error of what was measured in the hearts around each place."""
    there = values[near]
    known = np.isfinite(there).sum(axis=1)
    with np.errstate(invalid="ignore", divide="ignore"):
        mean = np.nansum(there, axis=1) / known
        squares = np.nansum((there - mean[:, None]) ** 2, axis=1)
        return mean, np.sqrt(squares / (known - 1) / known)


def _each_once(similarity: Float[np.ndarray, "steps subjects"]) -> Int[np.ndarray, " steps"]:
    """One subject a step, none twice, of the largest total similarity (Kuhn 1955)."""
    # Imported here: SciPy's optimisers take a while to load.
    from scipy.optimize import linear_sum_assignment

    # With as many steps, nobody beyond a step's own so many nearest is ever needed.
    candidates = np.unique(nearest(similarity, len(similarity)))
    _, chosen = linear_sum_assignment(similarity[:, candidates], maximize=True)
    return candidates[chosen]


def _unit(vector: np.ndarray) -> Vector:
    return (vector / np.linalg.norm(vector)).astype(np.float32)
