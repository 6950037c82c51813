"""Example subjects of a gallery, chosen by their measurements."""

import json
from itertools import zip_longest
from typing import TYPE_CHECKING

import pandas as pd

from ptacl.gallery.format import Example
from ptacl.gallery.signals.shipped import MOST

if TYPE_CHECKING:
    from ptacl.gallery.gallery import Gallery

NEIGHBOURS = 6
"""Similar hearts that a page shows with an ECG."""


def choose_examples(table: pd.DataFrame) -> tuple[Example, ...]:
    """Choose up to four: an average heart, a large left ventricle, a broad QRS, a poor recording.

    The app opens with the average heart: its ECG is in the half nearest to the training ECGs.

    Args:
        table: of the gallery.
    """
    distance = table["familiarity_distance"]
    normal = (table["qrs_ms"] < 110) & table["heart_rate_bpm"].between(55, 80)
    normal &= distance <= distance.median()
    clean = ~table["quality"].map(_has_bad_lead)
    centre = (table["lvef_pct"] - table["lvef_pct"].median()).abs() / table["lvef_pct"].std() + (
        table["lvedv_ml"] - table["lvedv_ml"].median()
    ).abs() / table["lvedv_ml"].std()
    poor = table[~clean]
    chosen = {
        "normal": ("Average heart", centre[normal & clean].nsmallest(1).index),
        "enlarged": ("Enlarged left ventricle", table["lvedv_ml"][clean].nlargest(1).index),
        "broad-qrs": ("Broad QRS", table["qrs_ms"][clean].nlargest(1).index),
        "noisy": ("Poor recording", poor.index[:1]),
    }
    return tuple(
        Example(key, title, str(table["subject_id"].iloc[rows[0]]))
        for key, (title, rows) in chosen.items()
        if len(rows)
    )


def _has_bad_lead(quality: str) -> bool:
    return any(lead["state"] == "bad" for lead in json.loads(quality)["per_lead"])


def ship_hearts(gallery: "Gallery") -> int:
    """Write the signals of the examples and of their nearest hearts into a gallery.

    Args:
        gallery: of simulated subjects, without its signals.

    Returns:
        Number of hearts.
    """
    chosen = _shown_first(gallery)
    gallery.write_shipped(chosen)
    return len(chosen)


def _shown_first(gallery: "Gallery") -> list[str]:
    """Return the examples, then their neighbours, the nearest of each first."""
    examples = [example.subject_id for example in gallery.examples]
    near = [
        [n.subject_id for n in gallery.search(
            gallery.vectors["ecg"][gallery.row(subject)], NEIGHBOURS, exclude=subject
        )]
        for subject in examples
    ]  # fmt: skip
    by_rank = [subject for rank in zip_longest(*near) for subject in rank if subject is not None]
    first = near[0] if near else []
    return list(dict.fromkeys([*examples, *first, *by_rank]))[:MOST]
