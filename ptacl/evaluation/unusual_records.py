"""Evaluation of a restorer on ECGs with diagnoses: abnormal against normal, and the flags.

For comparison: the distance of the embedding to the training ECGs, at as many false alarms.
"""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from ptacl.checkpoint.reports.anomaly import UnusualReport
from ptacl.errors import PtaclError
from ptacl.evaluation.intervals import mean_with_interval, with_interval
from ptacl.inference.model import Model
from ptacl.io import read_ecg
from ptacl.io.cohort.ptbxl_labels import LabelledEcg, read_labels
from ptacl.metrics.regression import auroc
from ptacl.restoration.config import RecordsLimit
from ptacl.restoration.finder import AnomalyFinder
from ptacl.signal.preparation import prepare_ecg
from ptacl.stats.interval import Interval
from ptacl.types import Anomaly, Problem

NORMAL = "NORM"
FALSE_ALARMS = 0.05
Progress = Callable[[int, int], None]


@dataclass(frozen=True, slots=True)
class _Judged:
    record: LabelledEcg
    anomaly: Anomaly
    distance: float


def evaluate_records(
    finder: AnomalyFinder,
    table: Path,
    model: Model | None = None,
    progress: Progress | None = None,
) -> tuple[UnusualReport, list[Problem]]:
    """Measure abnormal against normal records (code NORM).

    Args:
        finder: the restorer.
        table: see `io.cohort.ptbxl_labels`.
        model: for its out-of-distribution check.
        progress: called with (records done, records in all).
    """
    judged, problems = _judge(finder, table, model, progress)
    rated = [entry for entry in judged if not entry.anomaly.withheld]
    scores = np.array([entry.anomaly.score for entry in rated])
    flags = np.array([entry.anomaly.unusual for entry in rated], dtype=np.float64)
    ill = np.array([NORMAL not in entry.record.codes for entry in rated])
    if not ill.any() or ill.all():
        raise PtaclError(
            f"{table.name} needs readable records with and without the code {NORMAL}.",
            code="cohort.nothing_readable",
        )
    gate, gate_flagged = None, None
    if model is not None:
        distance = np.array([entry.distance for entry in rated])
        gate = with_interval(auroc, (ill, distance), np.random.default_rng(0))
        limit = np.quantile(distance[~ill], 1 - flags[~ill].mean())
        gate_flagged = float((distance[ill] > limit).mean())
    order = np.argsort(scores)
    report = UnusualReport(
        table=table.name,
        normal=int((~ill).sum()),
        abnormal=int(ill.sum()),
        withheld=len(judged) - len(rated),
        auroc=with_interval(auroc, (ill, scores), np.random.default_rng(0)),
        normal_flagged=_share(flags[~ill]),
        abnormal_flagged=_share(flags[ill]),
        gate_auroc=gate,
        gate_abnormal_flagged=gate_flagged,
        missed=tuple(_name(rated[row].record) for row in order if ill[row])[:10],
        alarms=tuple(
            _name(rated[row].record) for row in order[::-1] if flags[row] and not ill[row]
        )[:10],
    )
    return report, problems


def choose_limit(
    finder: AnomalyFinder, table: Path, progress: Progress | None = None
) -> RecordsLimit:
    """Return the score that 5 % of the normal records of a table exceed.

    Args:
        finder: the restorer.
        table: see `io.cohort.ptbxl_labels`.
        progress: called with (records done, records in all).
    """
    judged, _ = _judge(finder, table, None, progress)
    scores = [
        entry.anomaly.score
        for entry in judged
        if NORMAL in entry.record.codes and not entry.anomaly.withheld
    ]
    if len(scores) < 20:
        raise PtaclError(
            f"{table.name} has {len(scores)} readable records with the code {NORMAL}; 20 are the "
            "least to choose a limit.",
            code="cohort.nothing_readable",
        )
    limit = float(np.quantile(scores, 1 - FALSE_ALARMS))
    return RecordsLimit(round(limit, 3), len(scores), table.parent.name or table.name)


def _judge(
    finder: AnomalyFinder, table: Path, model: Model | None, progress: Progress | None
) -> tuple[list[_Judged], list[Problem]]:
    records, problems = read_labels(table)
    judged = []
    for number, record in enumerate(records):
        try:
            ecg = read_ecg(record.path)
            prepared = prepare_ecg(ecg)
            anomaly = finder.find_in(prepared, ecg)
            distance = float("nan")
            if model is not None:
                encoded = model.encode(
                    prepared.signal_mv[:, : prepared.valid_samples], prepared.r_peaks
                )
                read = model.gallery.read(*encoded, prepared.quality, caveats=ecg.caveats)
                distance = read.familiarity.distance
            judged.append(_Judged(record, anomaly, distance))
        except PtaclError as error:
            problems.append(Problem(f"line {record.line}", "", str(error), error.code))
        if progress:
            progress(number + 1, len(records))
    return judged, problems


def _share(flags: np.ndarray) -> Interval:
    result = mean_with_interval(flags, 0)
    return Interval(result.value, result.low, result.high)


def _name(record: LabelledEcg) -> str:
    return f"line {record.line}: {', '.join(sorted(record.codes))}"
