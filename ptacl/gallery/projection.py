"""The two-dimensional map of a gallery: a UMAP projection of ECGs and cines together."""

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
    """Project both modalities on one map by UMAP with cosine distance, few points by PCA.

    Slow (half a minute and more): run once when a gallery is built.

    Args:
        ecg: unit vectors of the shared space.
        cmr: unit vectors of the same subjects.
        seed: the same seed, data and library versions give the same map.

    Returns:
        Positions of the ECGs and of the cines; distances have no unit.

    Source: McInnes, Healy and Melville 2018.
    """
    both = np.concatenate([ecg, cmr])
    if len(both) < FEWEST_POINTS:
        positions = _principal(both)
        return positions[: len(ecg)], positions[len(ecg) :]
    # Imported here: importing umap compiles for many seconds, and `place` does not need it.
    import umap

    # UMAP needs fewer neighbours than points: tiny galleries, as in tests, have few.
    neighbours = min(15, len(both) - 1)
    # A seed makes UMAP run on one core; stating that avoids a warning.
    mapper = umap.UMAP(metric="cosine", n_neighbors=neighbours, random_state=seed, n_jobs=1)
    positions = mapper.fit_transform(both)
    return positions[: len(ecg)], positions[len(ecg) :]


def _principal(points: Float[np.ndarray, "points embedding"]) -> Points:
    """Return the first two principal components of a few points."""
    centred = points - points.mean(axis=0)
    left, widths, _ = np.linalg.svd(centred.astype(np.float64), full_matrices=False)
    positions = np.zeros((len(points), 2))
    positions[:, : len(widths)] = (left * widths)[:, :2]
    return positions


def inside(polygon: Float[np.ndarray, "corners 2"], xy: Points) -> Bool[np.ndarray, " subjects"]:
    """Return which points are inside a closed polygon, by the even–odd rule.

    Args:
        polygon: its corners in order; the last is joined to the first.
        xy: positions on the map.
    """
    is_inside = np.zeros(len(xy), dtype=bool)
    if len(polygon) < 3:
        return is_inside
    low, high = polygon.min(axis=0), polygon.max(axis=0)
    near = np.flatnonzero(((xy >= low) & (xy <= high)).all(axis=1))
    x, y = xy[near].T
    within = np.zeros(len(near), dtype=bool)
    for (x0, y0), (x1, y1) in zip(polygon, np.roll(polygon, -1, axis=0), strict=True):
        # A ray to the right crosses the edge; one end of the edge counts, so corners count once.
        if y0 != y1:
            crosses = (y0 > y) != (y1 > y)
            within ^= crosses & (x < x0 + (y - y0) / (y1 - y0) * (x1 - x0))
    is_inside[near] = within
    return is_inside


def main_extent(xy: Points, share: float = 0.9) -> tuple[float, float, float, float]:
    """Return the extent of the main part of a map, without a few distant clusters.

    On each axis the shortest interval that holds ``share`` of the points, grown on either side up
    to a gap of a tenth of its length; the whole map where that spares less than a third of it.

    Args:
        xy: positions of all points on the map.
        share: of the points that each axis must hold.

    Returns:
        left, bottom, right, top.

    Example:
        >>> main_extent(np.array([[0.0, 0.0], [1.0, 1.0]]))
        (0.0, 0.0, 1.0, 1.0)
    """
    least, most = (np.array([end(axis) for axis in xy.T], float) for end in (np.min, np.max))
    # A sample of a large map gives the same extent in a tenth of the time.
    sample = np.random.default_rng(0).integers(len(xy), size=20_000) if len(xy) > 20_000 else ...
    mains = [_main_interval(np.sort(axis), share) for axis in xy[sample].astype(np.float64).T]
    low, high = np.array(mains).T
    if np.prod(high - low) > 2 / 3 * np.prod(most - least):
        low, high = least, most
    return float(low[0]), float(low[1]), float(high[0]), float(high[1])


def _main_interval(ordered: Float[np.ndarray, " points"], share: float) -> tuple[float, float]:
    """Return the shortest interval with a share of ordered numbers, grown to the first gaps."""
    count = max(int(np.ceil(share * len(ordered))), 1)
    spans = ordered[count - 1 :] - ordered[: len(ordered) - count + 1]
    first = int(spans.argmin())
    last = first + count - 1
    wide = np.flatnonzero(np.diff(ordered) > 0.1 * (ordered[last] - ordered[first]))
    first = wide[wide < first].max(initial=-1) + 1
    last = wide[wide >= last].min(initial=len(ordered) - 1)
    return ordered[first], ordered[last]


def project(
    vector: Float[np.ndarray, " embedding"],
    vectors: Float[np.ndarray, "subjects embedding"],
    xy: Points,
    k: int = 10,
) -> Float[np.ndarray, "2"]:
    """Return the position of a new vector on a map: the mean position of its neighbours.

    Neighbours are weighted by their distance, exp(−(d − d₁) / (d̄ − d₁)), d being the cosine
    distance, d₁ the nearest and d̄ the mean of the k. Much cheaper than UMAP's own transform, and
    always inside the map; `Familiarity` tests whether the vector is in distribution.

    Args:
        vector: unit vector of one ECG or cine.
        vectors: unit vectors of the subjects on the map, of the same modality.
        xy: their positions.
        k: number of neighbours; all subjects where there are fewer.
    """
    distance = 1.0 - (vectors @ vector).astype(np.float64)
    k = min(k, len(distance))
    nearest = np.argpartition(distance, k - 1)[:k]
    excess = distance[nearest] - distance[nearest].min()
    spread = excess.mean()
    weight = np.exp(-excess / spread) if spread > 0 else np.ones(k)
    return (weight / weight.sum()) @ xy[nearest].astype(np.float64)
