"""Normal hearts to train a restorer on: simulated when they are needed, or those of a store.

Normal is: no disease of the simulation where the truth is known, and every known phenotype within
the reference interval of the sex.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import count, islice
from typing import Protocol, runtime_checkable

import numpy as np
import pandas as pd
from jaxtyping import Bool

from ptacl.data.simulated import SimulatedHearts
from ptacl.data.splits import Split, split_of, split_rows
from ptacl.errors import PtaclError
from ptacl.phenotypes import PHENOTYPES
from ptacl.restoration.views import EcgViews, ecg_views
from ptacl.signal.preparation import scaled_ecg
from ptacl.signal.recipe import EcgRecipe
from ptacl.store import Store
from ptacl.synthetic import draw_truths, simulate_ecg
from ptacl.synthetic.without_disease import FLAGS, without_disease
from ptacl.types import LEADS, SEXES

_CHUNK = 512
Progress = Callable[[int, int], None]


@runtime_checkable
class NormalHearts(Protocol):
    """Where normal hearts come from."""

    @property
    def words(self) -> str:
        """What they are, for the card."""

    @property
    def synthetic(self) -> bool:
        """Whether they are simulated."""

    def views(self, split: Split) -> Iterator[EcgViews]:
        """Yield the views of the normal hearts of a split."""


@dataclass(frozen=True)
class SimulatedNormals:
    """Simulated hearts without disease."""

    seed: int = 1
    synthetic: bool = True

    @property
    def words(self) -> str:
        """What they are, for the card."""
        return f"simulated hearts without disease, cohort seed {self.seed}"

    def indices(self, split: Split) -> Iterator[int]:
        """Yield the indices of the normal hearts of a split of the cohort."""
        source = SimulatedHearts(1, seed=self.seed)
        for start in count(0, _CHUNK):
            chunk = [
                i for i in range(start, start + _CHUNK) if split_of(source.subject_id(i)) == split
            ]
            if chunk:
                truths = draw_truths(self.seed, chunk, ages="adults")
                yield from np.asarray(chunk)[is_normal(truths)].tolist()

    def views(self, split: Split) -> Iterator[EcgViews]:
        """Yield the views of the normal hearts of a split; with the true R waves."""
        recipe = EcgRecipe()
        for index in self.indices(split):
            ecg, times_s = simulate_ecg(self.seed, index, ages="adults")
            peaks = np.rint(times_s * recipe.sample_rate_hz).astype(np.int64)
            present = np.array([lead not in ecg.missing for lead in LEADS])
            views = ecg_views(scaled_ecg(ecg, recipe), peaks, present)
            if views is not None:
                yield views


@dataclass(frozen=True)
class StoreNormals:
    """Normal subjects of a store in millivolts."""

    store: Store

    def __post_init__(self) -> None:
        """Check the recipe."""
        if self.store.recipe.ecg != EcgRecipe():
            raise PtaclError(
                f"{self.store.path} does not hold ECGs in millivolts at 500 Hz with a high-pass of "
                "0.5 Hz, which a restorer reads. Import the cohort with the default recipe.",
                code="store.other_preprocessing",
            )

    @property
    def synthetic(self) -> bool:
        """Whether they are simulated."""
        return self.store.manifest.synthetic

    @property
    def words(self) -> str:
        """What they are, for the card."""
        return f"normal subjects of the store {self.store.name}"

    def views(self, split: Split) -> Iterator[EcgViews]:
        """Yield the views of the normal subjects of a split, in the order of the store."""
        rows = split_rows(self.store, split)
        for row in rows[is_normal(self.store.table.iloc[rows])].tolist():
            ecg = self.store.prepared_ecg(row)
            present = np.asarray(ecg.signal_mv.any(axis=1))
            views = ecg_views(ecg.signal_mv[:, : ecg.valid_samples], ecg.r_peaks, present)
            if views is not None:
                yield views


def collect(
    source: NormalHearts, split: Split, number: int, progress: Progress | None = None
) -> list[EcgViews]:
    """Return the views of the first normal hearts of a split, fewer if it has no more.

    Raises:
        PtaclError: fewer than twenty.
    """
    views: list[EcgViews] = []
    for view in islice(source.views(split), number):
        views.append(view)
        if progress:
            progress(len(views), number)
    if len(views) < min(20, number):
        raise PtaclError(
            f"There are {len(views)} normal hearts in the {split} split, and 20 are the least. A "
            "store needs subjects with phenotypes within the reference intervals.",
            code="store.no_usable_subject",
        )
    return views


def is_normal(table: pd.DataFrame) -> Bool[np.ndarray, " subjects"]:
    """Return which subjects have no simulated disease and no phenotype outside of its reference.

    Args:
        table: with the phenotypes and ``sex``; for simulated hearts also the columns `FLAGS`, of a
            store with ``truth_`` before them. A phenotype that is unknown does not count; a subject
            without any is not normal.
    """
    normal = np.ones(len(table), dtype=bool)
    table = table.rename(columns={f"truth_{flag}": flag for flag in FLAGS})
    if set(FLAGS) <= set(table.columns):
        normal &= without_disease(table)
    known = np.zeros(len(table), dtype=bool)
    for phenotype in PHENOTYPES:
        if phenotype.key not in table:
            continue
        values = table[phenotype.key].to_numpy(dtype=np.float64)
        known |= np.isfinite(values)
        low, high = _limits(table, phenotype.key)
        normal &= ~((values < low) | (values > high))
    return normal & known


def _limits(table: pd.DataFrame, key: str) -> tuple[np.ndarray, np.ndarray]:
    """Return the reference interval of each subject; of an unknown sex, from lowest to highest."""
    entry = next(p for p in PHENOTYPES if p.key == key)
    spans = {sex: entry.interval(sex) for sex in SEXES}
    widest = min(low for low, _ in spans.values()), max(high for _, high in spans.values())
    sexes = table["sex"] if "sex" in table else pd.Series([None] * len(table))
    limits = np.array([spans.get(sex, widest) for sex in sexes], dtype=np.float64)
    return limits[:, 0], limits[:, 1]
