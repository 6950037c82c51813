"""One map of a gallery's hearts: ECGs and cines on the same plane, alike hearts close by."""

import numpy as np
from jaxtyping import Bool, Float

Points = Float[np.ndarray, "subjects 2"]


def fit_map(
    ecg: Float[np.ndarray, "subjects embedding"],
    cmr: Float[np.ndarray, "subjects embedding"],
    *,
    seed: int,
) -> tuple[Points, Points]:
    """Lay both modalities out on one map, by UMAP with cosine distance.

    Slow (half a minute and more): made once for a gallery and stored, never while a person waits.

    Args:
        ecg: unit vectors of the shared space.
        cmr: unit vectors of the same subjects.
        seed: the same seed, data and library versions give the same map.

    Returns:
        Places of the ECGs and of the cines; distances have no unit.

    Source: McInnes, Healy and Melville 2018.
    """
    # Imported here: importing umap compiles for many seconds, and placing does without it.
    import umap

    both = np.concatenate([ecg, cmr])
    # UMAP needs fewer neighbours than points: tiny galleries, as in tests, have few.
    neighbours = min(15, len(both) - 1)
    # A seed makes UMAP run on one core; saying so keeps it from warning.
    mapper = umap.UMAP(metric="cosine", n_neighbors=neighbours, random_state=seed, n_jobs=1)
    places = mapper.fit_transform(both)
    return places[: len(ecg)], places[len(ecg) :]


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
