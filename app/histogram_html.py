"""A selection against the rest in the same bins, as plain HTML."""

from html import escape
from itertools import pairwise

import numpy as np
from jaxtyping import Float
from palette import CMR, GREY

BINS = 16


def histogram_html(
    chosen: Float[np.ndarray, " chosen"], rest: Float[np.ndarray, " rest"], label: str
) -> str:
    """Share of the selection (blue) over that of the rest (grey); NaN counts nowhere.

    Args:
        chosen: values of the selection.
        rest: values of everybody else.
        label: what they are, with the unit.
    """
    both = np.concatenate([chosen, rest])
    both = both[np.isfinite(both)]
    edges = np.histogram_bin_edges(both, bins=BINS) if both.size else np.linspace(0, 1, BINS + 1)
    shares = {"rest": _share(rest, edges), "selection": _share(chosen, edges)}
    highest = max(share.max() for share in shares.values()) or 1.0
    bins = "".join(
        _bin(
            float(low), float(high), {name: share[place] for name, share in shares.items()}, highest
        )
        for place, (low, high) in enumerate(pairwise(edges))
    )
    words = escape(f"{label} of the selection (blue) and of the rest (grey)")
    return (
        f'<figure class="histogram" style="--rest:{GREY};--selection:{CMR}">'
        f'<div role="img" aria-label="{words}">{bins}</div>'
        f"<figcaption><span>{edges[0]:.0f}</span><span>{escape(label)}</span>"
        f"<span>{edges[-1]:.0f}</span></figcaption></figure>"
    )


def _share(values: Float[np.ndarray, " _"], edges: Float[np.ndarray, " _"]) -> np.ndarray:
    counts, _ = np.histogram(values[np.isfinite(values)], bins=edges)
    return 100 * counts / max(counts.sum(), 1)


def _bin(low: float, high: float, percents: dict[str, float], highest: float) -> str:
    words = ", ".join(f"{name} {percent:.0f} %" for name, percent in percents.items())
    bars = "".join(
        f'<i class="{name}" style="height:{100 * percent / highest:.1f}%"></i>'
        for name, percent in percents.items()
    )
    return f'<span title="{low:.0f}–{high:.0f}: {words}">{bars}</span>'
