"""Precision and recall of the statements of the impression against the SCP codes of a table.

    python -m tests.benchmarks.statement_figures TABLE [--confusions]
    python -m tests.benchmarks.statement_figures --simulated 10000

The table has the layout of PTB-XL (`ptacl.io.cohort.ptbxl_labels`). Meanings (synonymous codes,
`ptacl.impression.scp_codes`) with five records or more count, also those for which the vocabulary
has no statement. Control: the statements of another record, drawn at random.
"""

import argparse
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from ptacl.errors import PtaclError
from ptacl.impression.draft import draft_impression
from ptacl.impression.scp_codes import MEANINGS, meant_by, stated_by
from ptacl.impression.solver import contradictions
from ptacl.io import read_ecg
from ptacl.io.cohort.ptbxl_labels import LabelledEcg, read_labels
from ptacl.rhythm import rhythm_of
from ptacl.signal.delineation.intervals import measure_with_caveats
from ptacl.signal.preparation import prepare_ecg
from ptacl.signal.recipe import EcgRecipe
from ptacl.stats.bootstrap import bootstrap_interval
from ptacl.synthetic import simulate_ecg
from ptacl.types import UNKNOWN_PERSON, Ecg, Impression, Person

RECIPE = EcgRecipe(baseline="highpass", highpass_hz=0.5)
FEWEST_RECORDS, DRAWS, SEED = 5, 1000, 0
ALWAYS = ("normal ECG", "sinus rhythm")


@dataclass(frozen=True, slots=True)
class Record:
    """One ECG: what its codes mean, and what the impression states."""

    name: str
    codes: frozenset[str]
    impression: Impression
    seconds: float

    @property
    def stated(self) -> frozenset[str]:
        return stated_by(statement.code for statement in self.impression.statements)


def inspect(ecg: Ecg, person: Person = UNKNOWN_PERSON) -> tuple[Impression, float]:
    """Draft the impression of an ECG, and the seconds that it took after preparation and rhythm."""
    prepared = prepare_ecg(ecg, RECIPE)
    signal = prepared.signal_mv[:, : prepared.valid_samples]
    rate = RECIPE.sample_rate_hz
    intervals, told = measure_with_caveats(signal, prepared.r_peaks, rate)
    rhythm, caveats = rhythm_of(prepared, rate), (*ecg.caveats, *told)
    begun = time.perf_counter()
    impression = draft_impression(prepared, rate, intervals, person, caveats, rhythm)
    return impression, time.perf_counter() - begun


def read(table: Path) -> list[Record]:
    """Read and inspect the recordings of a table; unreadable ones are named and left out."""
    labelled, problems = read_labels(table)
    for problem in problems:
        print(f"{problem.subject_id}: {problem.reason}", file=sys.stderr)
    return [record for row in labelled if (record := _record(row)) is not None]


def _record(row: LabelledEcg) -> Record | None:
    path = row.path if row.path.suffix else row.path.with_suffix(".hea")
    try:
        impression, seconds = inspect(read_ecg(path), Person(row.sex, row.age_years))
    except PtaclError as error:
        print(f"line {row.line}: {error}", file=sys.stderr)
        return None
    return Record(path.stem, row.codes, impression, seconds)


def matrices(records: list[Record], titles: list[str]) -> tuple[np.ndarray, np.ndarray]:
    """Return which meanings the codes and the statements of each record have."""

    def matrix(sets: list[frozenset[str]]) -> np.ndarray:
        return np.array([[title in each for title in titles] for each in sets], dtype=bool)

    return matrix([meant_by(r.codes) for r in records]), matrix([r.stated for r in records])


def precision(truth: np.ndarray, stated: np.ndarray) -> float:
    return float((truth & stated).sum() / max(stated.sum(), 1))


def recall(truth: np.ndarray, stated: np.ndarray) -> float:
    return float((truth & stated).sum() / max(truth.sum(), 1))


def _line(name: str, truth: np.ndarray, stated: np.ndarray) -> str:
    cells = []
    scores: tuple[Callable[..., float], ...] = (precision, recall)
    for score in scores:
        interval = bootstrap_interval(score, (truth, stated), DRAWS, np.random.default_rng(SEED))
        cells.append(f"{interval.value:.2f} [{interval.low:.2f}, {interval.high:.2f}]")
    return f"{name:42s}{cells[0]:>22}{cells[1]:>22}"


def table_of(records: list[Record]) -> str:
    """Return all figures of some records as text."""
    titles = [meaning.title for meaning in MEANINGS]
    truth, stated = matrices(records, titles)
    counted = truth.sum(axis=0) >= FEWEST_RECORDS
    plain = np.isin(titles, ALWAYS)
    other = np.random.default_rng(SEED).permutation(len(records))
    silent = sum(not record.impression.statements for record in records)
    lines = [
        f"{len(records)} records, {silent} of them without a statement; "
        f"{np.median([r.seconds for r in records]) * 1000:.0f} ms an ECG (median)",
        f"contradictions {_contradictory(records)}",
        "",
        f"{'':42s}{'precision':>22}{'recall':>22}",
        _line("micro", truth[:, counted], stated[:, counted]),
        _line("micro without normal ECG, sinus rhythm", truth[:, counted & ~plain],
              stated[:, counted & ~plain]),
        _line("control: statements of another record", truth[:, counted],
              stated[other][:, counted]),
        _line("the same without normal, sinus rhythm", truth[:, counted & ~plain],
              stated[other][:, counted & ~plain]),
        "",
    ]  # fmt: skip
    for column in np.flatnonzero(truth.any(axis=0) | stated.any(axis=0)):
        n, said = int(truth[:, column].sum()), int(stated[:, column].sum())
        hits = int((truth[:, column] & stated[:, column]).sum())
        name = f"{titles[column]}{'' if counted[column] else ' (not counted)'}"
        lines.append(f"{name:48s} records {n:4d}  stated {said:4d}  both {hits:4d}")
    return "\n".join(lines)


def _contradictory(records: list[Record]) -> int:
    return sum(
        bool(contradictions([s.code for s in record.impression.statements])) for record in records
    )


def confusions(records: list[Record]) -> str:
    """Return each record that is missed or over-called, with its statements."""
    lines = []
    for record in records:
        missed = sorted(meant_by(record.codes) - record.stated)
        extra = sorted(record.stated - meant_by(record.codes))
        if missed or extra:
            lines.append(f"{record.name} {sorted(record.codes)}: missed {missed}, extra {extra}")
            lines += [f"    {s.text}: {s.evidence}" for s in record.impression.statements]
    return "\n".join(lines)


def simulated(count: int, first: int = 0) -> str:
    """Return how many simulated ECGs have contradictory impressions."""
    found, silent, stated = 0, 0, 0
    for index in range(first, first + count):
        codes = [s.code for s in inspect(simulate_ecg(SEED, index)[0])[0].statements]
        found += bool(contradictions(codes))
        silent += not codes
        stated += len(codes)
    return (
        f"{count} simulated ECGs from {first} on: {found} with a contradiction, {silent} without a "
        f"statement, {stated / max(count, 1):.1f} statements each"
    )


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("table", type=Path, nargs="?")
    parser.add_argument("--confusions", action="store_true")
    parser.add_argument("--simulated", type=int, default=0)
    parser.add_argument("--first", type=int, default=0, help="number of the first simulated ECG")
    options = parser.parse_args()
    if options.simulated:
        print(simulated(options.simulated, options.first))
    if options.table:
        records = read(options.table)
        print(table_of(records))
        if options.confusions:
            print(confusions(records))


if __name__ == "__main__":
    main()
