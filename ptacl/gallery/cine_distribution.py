"""Whether the CMR tower knows cines like this one.

The tower's features of a cine that it was not trained for (another scanner, another field of view)
lie far from those of every subject of the gallery, and an embedding made from them says nothing.
The distance of a cine is that to its nearest subjects, each feature in units of its spread; the
limit is what the gallery's own subjects show when each is left out. The gate holds only if these
are what the tower was trained on: `known_cines` adds what a gallery does not show.
"""

from dataclasses import dataclass

import numpy as np
from jaxtyping import Float, Float32

from ptacl.types import Familiarity

NEAREST = 5
LIMIT_PERCENTILE = 99.0
MOST_SUBJECTS = 2000
"""Subjects that a cine is compared with; more would hardly change the distances."""


@dataclass(frozen=True)
class CineDistribution:
    """Distances of a gallery's cines from each other."""

    known: Float[np.ndarray, "subjects width"]
    """Standardised features."""
    mean: Float[np.ndarray, " width"]
    spread: Float[np.ndarray, " width"]
    quantiles: Float[np.ndarray, "quantiles=101"]
    """Distance of a left-out subject at each percentile, 0 to 100."""

    def place(self, features: Float[np.ndarray, " width"]) -> Familiarity:
        """Return how far the features of a cine are from those of the gallery.

        Args:
            features: of the CMR tower.
        """
        own = (features - self.mean) / self.spread
        distance = float(_distances(own[None], self.known, NEAREST)[0])
        limit = float(np.interp(LIMIT_PERCENTILE, np.arange(101), self.quantiles))
        percentile = float(np.searchsorted(self.quantiles, distance, side="right") - 1)
        return Familiarity(distance <= limit, distance, limit, min(max(percentile, 0.0), 100.0))


def cine_distribution(features: Float32[np.ndarray, "subjects width"]) -> CineDistribution | None:
    """Describe the cines of a gallery; None for too few subjects to tell.

    Args:
        features: of the CMR tower, a row a subject.
    """
    step = -(-len(features) // MOST_SUBJECTS) or 1
    chosen = features[::step].astype(np.float64)
    if len(chosen) < 10 * NEAREST:
        return None
    mean, spread = chosen.mean(0), chosen.std(0)
    spread[spread == 0] = 1.0
    known = (chosen - mean) / spread
    # The nearest neighbour of a subject among all is the subject itself, at distance 0.
    left_out = _distances(known, known, NEAREST + 1) * (NEAREST + 1) / NEAREST
    return CineDistribution(known, mean, spread, np.percentile(left_out, np.arange(101)))


def _distances(
    rows: Float[np.ndarray, "rows width"], known: Float[np.ndarray, "subjects width"], count: int
) -> Float[np.ndarray, " rows"]:
    """Return the mean distance to the nearest subjects, root mean square over the features."""
    # Imported here: slow to load, and every page opens a gallery.
    from scipy.spatial.distance import cdist

    distance = cdist(rows, known) / np.sqrt(known.shape[1])
    return np.partition(distance, count - 1, axis=1)[:, :count].mean(axis=1)
