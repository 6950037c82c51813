"""One map of a gallery's hearts: ECGs and cines on the same plane, alike hearts close by."""

import numpy as np
from jaxtyping import Bool, Float

Points = Float[np.ndarray, "subjects 2"]
FEWEST_POINTS = 10
"""UMAP needs more points than it has neighbours and dimensions; fewer show no neighbourhoods."""


def fit_map(
    ecg: Float[np.ndarray, "subjects embedding"],
    cmr: Float[np.ndarray, "subjects embedding"],
    *,
    seed: int,
) -> tuple[Points, Points]:
    """Lay both modalities out on one map, by UMAP with cosine distance; a few points by their
    principal components.

    Slow (half a minute and more): made once for a gallery and stored, never while a person waits.

    Args:
        ecg: unit vectors of the shared space.
        cmr: unit vectors of the same subjects.
        seed: the same seed, data and library versions give the same map.

    Returns:
        Places of the ECGs and of the cines; distances have no unit.

    Source: McInnes, Healy and Melville 2018.
    """
    both = np.concatenate([ecg, cmr])
    if len(both) < FEWEST_POINTS:
        places = _principal(both)
        return places[: len(ecg)], places[len(ecg) :]
    # Imported here: importing umap compiles for many seconds, and placing does without it.
    import umap

    # UMAP needs fewer neighbours than points: tiny galleries, as in tests, have few.
    neighbours = min(15, len(both) - 1)
    # A seed makes UMAP run on one core; saying so keeps it from warning.
    mapper = umap.UMAP(metric="cosine", n_neighbors=neighbours, random_state=seed, n_jobs=1)
    places = mapper.fit_transform(both)
    return places[: len(ecg)], places[len(ecg) :]


def _principal(points: Float[np.ndarray, "points embedding"]) -> Points:
    """Places along the two widest directions of a few points."""
    centred = points - points.mean(axis=0)
    left, widths, _ = np.linalg.svd(centred.astype(np.float64), full_matrices=False)
    places = np.zeros((len(points), 2))
    places[:, : len(widths)] = (left * widths)[:, :2]
    return places


def inside(polygon: Float[np.ndarray, "corners 2"], xy: Points) -> Bool[np.ndarray, " subjects"]:
    """Which points lie inside a closed polygon, by the even–odd rule.

    Args:
        polygon: its corners in order; the last is joined to the first.
        xy: places on the map.
    """
    found = np.zeros(len(xy), dtype=bool)
    if len(polygon) < 3:
        return found
    low, high = polygon.min(axis=0), polygon.max(axis=0)
    near = np.flatnonzero(((xy >= low) & (xy <= high)).all(axis=1))
    x, y = xy[near].T
    within = np.zeros(len(near), dtype=bool)
    for (x0, y0), (x1, y1) in zip(polygon, np.roll(polygon, -1, axis=0), strict=True):
        # A ray to the right crosses the edge; one end of the edge counts, so corners count once.
        if y0 != y1:
            crosses = (y0 > y) != (y1 > y)
            within ^= crosses & (x < x0 + (y - y0) / (y1 - y0) * (x1 - x0))
    found[near] = within
    return found


def main_extent(xy: Points, share: float = 0.9) -> tuple[float, float, float, float]:
    """Where most of a map lies, so that a few far islands do not leave it empty.

    On each axis the shortest interval that holds ``share`` of the points, grown on either side up
    to a gap of a tenth of its length; the whole map where that spares less than a third of it.

    Args:
        xy: places of everything on the map.
        share: of the points that each axis must hold.

    Returns:
        left, bottom, right, top.

    Example:
        >>> main_extent(np.array([[0.0, 0.0], [1.0, 1.0]]))
        (0.0, 0.0, 1.0, 1.0)
    """
    least, most = (np.array([end(axis) for axis in xy.T], float) for end in (np.min, np.max))
    # A sample tells the same of a large map, in a tenth of the time.
    sample = np.random.default_rng(0).integers(len(xy), size=20_000) if len(xy) > 20_000 else ...
    mains = [_main_interval(np.sort(axis), share) for axis in xy[sample].astype(np.float64).T]
    low, high = np.array(mains).T
    if np.prod(high - low) > 2 / 3 * np.prod(most - least):
        low, high = least, most
    return float(low[0]), float(low[1]), float(high[0]), float(high[1])


def _main_interval(ordered: Float[np.ndarray, " points"], share: float) -> tuple[float, float]:
    """The shortest interval that holds a share of ordered numbers, grown to the first wide gaps."""
    held = max(int(np.ceil(share * len(ordered))), 1)
    spans = ordered[held - 1 :] - ordered[: len(ordered) - held + 1]
    first = int(spans.argmin())
    last = first + held - 1
    wide = np.flatnonzero(np.diff(ordered) > 0.1 * (ordered[last] - ordered[first]))
    first = wide[wide < first].max(initial=-1) + 1
    last = wide[wide >= last].min(initial=len(ordered) - 1)
    return ordered[first], ordered[last]


def place(
    vector: Float[np.ndarray, " embedding"],
    vectors: Float[np.ndarray, "subjects embedding"],
    xy: Points,
    k: int = 10,
) -> Float[np.ndarray, "2"]:
    """Place a new vector on a finished map: the mean place of its nearest neighbours.

    A neighbour weighs the less the farther it is, exp(−(d − d₁) / (d̄ − d₁)), d being the cosine
    distance, d₁ the nearest and d̄ the mean of the k. Much cheaper than UMAP's own transform, and
    always inside the map: whether the vector belongs there at all is for `Familiarity` to say.

    Args:
        vector: unit vector of one ECG or cine.
        vectors: unit vectors of the subjects on the map, of the same modality.
        xy: their places.
        k: number of neighbours; all subjects where there are fewer.
    """
    distance = 1.0 - (vectors @ vector).astype(np.float64)
    k = min(k, len(distance))
    nearest = np.argpartition(distance, k - 1)[:k]
    excess = distance[nearest] - distance[nearest].min()
    spread = excess.mean()
    weight = np.exp(-excess / spread) if spread > 0 else np.ones(k)
    return (weight / weight.sum()) @ xy[nearest].astype(np.float64)
