"""Figures of a benchmark, each computed in every bootstrap draw."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from ptacl.benchmark.measure import FEW, Measured
from ptacl.phenotypes import PHENOTYPE_KEYS, PHENOTYPES
from ptacl.regression import FEWEST_SUBJECTS
from ptacl.stats.bootstrap import Counts, mean_of_draws, median_of_draws, r2_of_draws


@dataclass(frozen=True, slots=True)
class Figure:
    """A figure: one column of the table."""

    key: str
    """``r2_lvef_pct``, ``recall_at_10`` …"""
    title: str
    digits: int = 2
    more_is_better: bool = True


R2_FIGURES = tuple(Figure(f"r2_{entry.key}", f"R² {entry.name}") for entry in PHENOTYPES)
FEW_FIGURES = tuple(
    Figure(f"r2_of_{FEW}_{entry.key}", f"R² {entry.name}, heads of {FEW}") for entry in PHENOTYPES
)
PAIR_FIGURES = (
    Figure("recall_at_1", "R@1", 3),
    Figure("recall_at_10", "R@10", 3),
    Figure("median_rank", "median rank", 1, more_is_better=False),
    Figure("error_frames", "alignment error (frames)", 2, more_is_better=False),
)
FIGURES = (*R2_FIGURES, *FEW_FIGURES, *PAIR_FIGURES)


def figure_of_draws(
    figure: Figure, measured: Measured, truth: np.ndarray, counts: Counts
) -> np.ndarray | None:
    """Compute a figure of one run in each draw.

    Args:
        figure: the figure.
        measured: the run.
        truth: measured phenotypes of the held-out subjects, columns as in `PHENOTYPE_KEYS`.
        counts: how often each subject is in each draw; a row of ones gives the figure itself.

    Returns:
        a value a draw; None where the run does not have the figure.
    """
    if figure.key.startswith("r2_"):
        values = _truth_and_prediction(figure, measured, truth)
        if values is None or np.isfinite(sum(values)).sum() < FEWEST_SUBJECTS:
            return None
        return r2_of_draws(*values, counts)
    if figure.key == "error_frames":
        errors = measured.error_frames
        return None if errors is None else mean_of_draws(errors, counts)
    if measured.match_rank is None:
        return None
    if figure.key == "median_rank":
        return median_of_draws(measured.match_rank, counts)
    k = int(figure.key.removeprefix("recall_at_"))
    return mean_of_draws(measured.match_rank <= k, counts)


def subjects_of(figure: Figure, measured: Sequence[Measured], truth: np.ndarray) -> int:
    """Count the held-out subjects that a figure is computed from.

    Args:
        figure: the figure.
        measured: the runs of a method, the first of which is counted.
        truth: measured phenotypes, columns as in `PHENOTYPE_KEYS`.
    """
    if not figure.key.startswith("r2_"):
        return len(truth)
    values = _truth_and_prediction(figure, measured[0], truth)
    return 0 if values is None else int(np.isfinite(sum(values)).sum())


def _truth_and_prediction(
    figure: Figure, measured: Measured, truth: np.ndarray
) -> tuple[np.ndarray, np.ndarray] | None:
    """Return the phenotype of an R² as measured and as predicted, a value a subject."""
    few = figure in FEW_FIGURES
    predicted = measured.predicted_of_few if few else measured.predicted
    if predicted is None:
        return None
    key = figure.key.removeprefix(f"r2_of_{FEW}_" if few else "r2_")
    column = PHENOTYPE_KEYS.index(key)
    return truth[:, column], predicted[:, column]
