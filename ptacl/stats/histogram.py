"""Distributions of a selection and of the rest in the same bins."""

from dataclasses import dataclass

import numpy as np
from jaxtyping import Float

Values = Float[np.ndarray, " subjects"]
BINS = 16


@dataclass(frozen=True, slots=True)
class Histogram:
    """A selection and the rest in the same bins."""

    edges: Float[np.ndarray, " edges"]
    selection: Float[np.ndarray, " bins"]
    """Percent of the selection in each bin."""
    rest: Float[np.ndarray, " bins"]


def histogram(
    everyone: Values, group: Float[np.ndarray, " group"], rest: Float[np.ndarray, " rest"]
) -> Histogram:
    """Return the distribution of a quantity in a selection and in the rest; NaN is left out.

    Args:
        everyone: values of all subjects: the bins cover their range, so that they do not
            depend on the selection.
        group: values of the selection.
        rest: values of the subjects that it is compared with.
    """
    known = everyone[np.isfinite(everyone)]
    edges = np.histogram_bin_edges(known, bins=BINS) if known.size else np.linspace(0, 1, BINS + 1)
    return Histogram(edges, _percent(group, edges), _percent(rest, edges))


def _percent(values: Values, edges: Float[np.ndarray, " edges"]) -> Float[np.ndarray, " bins"]:
    counts, _ = np.histogram(values[np.isfinite(values)], bins=edges)
    return 100 * counts / max(counts.sum(), 1)
