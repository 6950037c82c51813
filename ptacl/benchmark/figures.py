"""The figures of a comparison: each a number of every draw of subjects and seeds."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from ptacl.benchmark.measure import FEW, Measured
from ptacl.phenotypes import PHENOTYPE_KEYS, PHENOTYPES
from ptacl.regression import FEWEST_SUBJECTS
from ptacl.stats.bootstrap import Counts, mean_of_draws, median_of_draws, r2_of_draws


@dataclass(frozen=True, slots=True)
class Figure:
    """One column of the table."""

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
    """A figure of one run in each draw; None where the run does not have it.

    Args:
        figure: which.
        measured: of one run.
        truth: measured phenotypes of the held-out subjects, columns as in `PHENOTYPE_KEYS`.
        counts: a row a draw; ones give the figure of the subjects as they are.
    """
    if figure.key.startswith("r2_"):
        read = _read(figure, measured, truth)
        if read is None or np.isfinite(sum(read)).sum() < FEWEST_SUBJECTS:
            return None
        return r2_of_draws(*read, counts)
    if figure.key == "error_frames":
        errors = measured.error_frames
        return None if errors is None else mean_of_draws(errors, counts)
    if measured.match_rank is None:
        return None
    if figure.key == "median_rank":
        return median_of_draws(measured.match_rank, counts)
    first = int(figure.key.removeprefix("recall_at_"))
    return mean_of_draws(measured.match_rank <= first, counts)


def subjects_of(figure: Figure, measured: Sequence[Measured], truth: np.ndarray) -> int:
    """How many held-out subjects a figure rests on."""
    if not figure.key.startswith("r2_"):
        return len(truth)
    read = _read(figure, measured[0], truth)
    return 0 if read is None else int(np.isfinite(sum(read)).sum())


def _read(
    figure: Figure, measured: Measured, truth: np.ndarray
) -> tuple[np.ndarray, np.ndarray] | None:
    """A phenotype as it was measured and as the heads of an R² read it."""
    few = figure in FEW_FIGURES
    predicted = measured.predicted_of_few if few else measured.predicted
    if predicted is None:
        return None
    key = figure.key.removeprefix(f"r2_of_{FEW}_" if few else "r2_")
    column = PHENOTYPE_KEYS.index(key)
    return truth[:, column], predicted[:, column]
