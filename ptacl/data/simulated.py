"""Simulated hearts as training subjects, drawn when they are needed instead of read from a store.

A subject follows from seed and index, and one of its ECGs from the number of the draw as well, so
that an interrupted training draws the same ones again.
"""

import math
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial
from itertools import count, islice
from pathlib import Path

import numpy as np
import pandas as pd
from jaxtyping import Float32, Int, UInt8

from ptacl.data.splits import split_of
from ptacl.errors import PtaclError
from ptacl.phenotypes import PHENOTYPE_KEYS
from ptacl.signal.preparation import prepare_cine, scaled_ecg
from ptacl.signal.recipe import Recipe
from ptacl.store import Store
from ptacl.store.build import build_store
from ptacl.synthetic import (
    SIMULATION_VERSION,
    draw_truths,
    simulate_cine,
    simulate_ecg,
    simulate_subject,
)
from ptacl.types import Ages, Appearance

VALIDATION_SUBJECTS = 500


@dataclass(frozen=True)
class SimulatedHearts:
    """Hearts that a training draws instead of reading a store."""

    hearts: int
    """Number of different hearts. They are the first training subjects of the cohort `seed`, so
    the validation and test splits of a store with this seed hold other hearts."""
    passes: int = 4
    """How often each heart is trained on, with another ECG each time."""
    seed: int = 1
    """Of the cohort, like that of `ptacl simulate`."""
    coupling: float = 1.0
    """Dependence between ECG and cine, 0 to 1."""
    ages: Ages = "adults"
    random_share: float = 0.0
    """Share of the hearts whose cines have a random appearance (`synthetic.appearance`)."""

    def __post_init__(self) -> None:
        """Check the numbers."""
        for option, value in (("--simulate", self.hearts), ("--passes", self.passes)):
            if value < 1:
                raise PtaclError(f"{option} is {value}. Give 1 or more.", code="option.invalid")

    def subject_id(self, index: int) -> str:
        """Return the id of a subject of the cohort, as a store has it."""
        return f"S{self.seed}-{index:05d}"

    def appearance_of(self, index: int) -> Appearance:
        """Return the appearance of the cine of a subject, evenly spread over the cohort."""
        golden = (math.sqrt(5) - 1) / 2
        return "random" if (index * golden) % 1 < self.random_share else "plain"

    def indices(self) -> Int[np.ndarray, " hearts"]:
        """Return the indices in the cohort of the hearts to train on."""
        return np.fromiter(islice(self._split("train"), self.hearts), np.int64, self.hearts)

    def validation_indices(self, number: int) -> list[int]:
        """Return the indices of the first hearts of the validation split."""
        return list(islice(self._split("val"), number))

    def _split(self, split: str) -> Iterator[int]:
        return (index for index in count() if split_of(self.subject_id(index)) == split)


def hearts_of(store: Store, hearts: int, passes: int) -> SimulatedHearts:
    """Return training hearts of the cohort that a simulated store is a part of.

    Args:
        store: simulated by this version.
        hearts: number of different hearts.
        passes: over each of them.

    Raises:
        PtaclError: the store was not simulated by this version of PTACL.
    """
    made = store.manifest.provenance.get("simulation")
    if not made or made.get("version") != SIMULATION_VERSION:
        raise PtaclError(
            f"{store.path} was not simulated by this version of ptacl, so no further hearts of its "
            "cohort can be drawn. Leave out --simulate, or simulate the store again.",
            code="store.not_simulated_here",
        )
    return SimulatedHearts(
        hearts, passes, int(made["seed"]), float(made["coupling"]), made.get("ages", "biobank")
    )


def build_validation_store(
    source: SimulatedHearts,
    out: Path,
    *,
    subjects: int = VALIDATION_SUBJECTS,
    workers: int = 2,
    progress: Callable[[int, int], None] | None = None,
) -> Store:
    """Store hearts of the validation split of a simulated cohort, or open them if they are there.

    Args:
        source: the cohort.
        out: folder of the store.
        subjects: their number.
        workers: processes.
        progress: called with (subjects done, subjects in all).
    """
    load = partial(simulate_subject, source.seed, coupling=source.coupling, ages=source.ages)
    simulation = {
        "seed": source.seed, "coupling": source.coupling, "ages": source.ages,
        "subjects": subjects, "version": SIMULATION_VERSION,
    }  # fmt: skip
    store, _ = build_store(
        out,
        [(source.subject_id(index), index) for index in source.validation_indices(subjects)],
        load,
        recipe=Recipe(),
        name=f"simulated-{source.hearts}",
        synthetic=True,
        provenance={"simulation": simulation},
        workers=workers,
        progress=progress,
    )
    return store


@dataclass(frozen=True)
class DrawnSubjects:
    """Subjects in memory, in the form in which a store gives them; without their cines."""

    recipe: Recipe
    table: pd.DataFrame
    """Of the subjects: phenotypes, R–R interval, phases of the frames, R waves."""
    ecgs: Float32[np.ndarray, "subjects leads samples"]

    def ecg_rows(self, rows: Int[np.ndarray, " rows"]) -> Float32[np.ndarray, "rows leads samples"]:
        """Return the ECGs of some rows."""
        return self.ecgs[rows]

    def cine_rows(self, rows: Int[np.ndarray, " rows"]) -> UInt8[np.ndarray, "rows frames y x"]:
        """Return cines without pixels: `draw_cines` draws one for all passes over its heart."""
        return np.empty((len(rows), self.recipe.cine.frames, 0, 0), np.uint8)


def draw_subjects(
    source: SimulatedHearts, indices: Int[np.ndarray, " subjects"], draw: int, recipe: Recipe
) -> DrawnSubjects:
    """Draw one ECG of each heart, scaled by the recipe.

    R waves are the true ones: 98 % of those that are detected in the signal differ by less than
    35 ms, 90 % by less than 5 ms, and detecting them takes longer than drawing the signal.

    Args:
        source: the cohort.
        indices: of the subjects in it.
        draw: number of the ECG.
        recipe: preprocessing.
    """
    signals, r_peaks = [], []
    for index in indices.tolist():
        ecg, times_s = simulate_ecg(
            source.seed, index, draw, coupling=source.coupling, ages=source.ages
        )
        signals.append(scaled_ecg(ecg, recipe.ecg))
        r_peaks.append(np.rint(times_s * recipe.ecg.sample_rate_hz).astype(np.int64))
    truths = draw_truths(source.seed, indices.tolist(), source.coupling, source.ages)
    phases = (np.arange(recipe.cine.frames) / recipe.cine.frames).astype(np.float32)
    table = truths.reset_index()[["subject_id", *PHENOTYPE_KEYS]].assign(
        rr_ms=truths["rr_scan_ms"].to_numpy(),
        valid_samples=recipe.ecg.samples,
        r_peaks=r_peaks,
        frame_phases=[phases] * len(truths),
    )
    return DrawnSubjects(recipe, table, np.stack(signals))


def draw_cines(
    source: SimulatedHearts, indices: Int[np.ndarray, " subjects"], recipe: Recipe
) -> UInt8[np.ndarray, "subjects frames y x"]:
    """Draw the cine of each heart, prepared by the recipe.

    Args:
        source: the cohort.
        indices: of the subjects in it.
        recipe: preprocessing.
    """
    size = recipe.cine.size
    frames = np.empty((len(indices), recipe.cine.frames, size, size), np.uint8)
    for row, index in enumerate(indices.tolist()):
        cine = simulate_cine(
            source.seed, index, appearance=source.appearance_of(index),
            coupling=source.coupling, ages=source.ages,
        )  # fmt: skip
        frames[row] = prepare_cine(cine, recipe.cine).frames
    return frames
