"""`metrics.json` of a checkpoint: the training curve and the reports that were recorded."""

import json
from dataclasses import dataclass
from pathlib import Path

from ptacl.checkpoint.reports.benchmark import BenchmarkReport
from ptacl.checkpoint.reports.evaluation import EvaluationReport
from ptacl.checkpoint.reports.labelled import LabelledReport
from ptacl.checkpoint.reports.lead_sets import LeadSetReport
from ptacl.checkpoint.reports.probabilities import ProbabilityReport
from ptacl.checkpoint.reports.robustness import RobustnessReport
from ptacl.checkpoint.reports.targets import TargetReport
from ptacl.config.checksums import check, resealing
from ptacl.config.json_record import COPY_AGAIN, read_record
from ptacl.config.strict_json import from_dict, to_dict
from ptacl.store import write_atomically

FILE = "metrics.json"


@dataclass(frozen=True)
class Metrics:
    """The content of `metrics.json`; a part that was not recorded is None or empty."""

    curve: tuple[dict[str, int | float | None], ...] = ()
    """An entry an epoch: ``epoch``, ``seconds``, the losses of the stage and, where the epoch was
    validated, its figures."""
    labelled_ecgs: LabelledReport | None = None
    evaluation: EvaluationReport | None = None
    comparison: BenchmarkReport | None = None
    lead_sets: LeadSetReport | None = None
    probabilities: ProbabilityReport | None = None
    targets: TargetReport | None = None
    robustness: RobustnessReport | None = None
    commands: tuple[str, ...] = ()
    """The commands that recorded the reports, as they were typed."""


def read_metrics(folder: Path | str) -> Metrics:
    """Read `metrics.json` of a checkpoint; empty where there is none.

    Raises:
        PtaclError: the file is damaged, or holds an unknown key.
    """
    check(Path(folder), [FILE], do=COPY_AGAIN, code="checkpoint.damaged")
    return from_dict(Metrics, read_record(Path(folder) / FILE, COPY_AGAIN), FILE)


def write_metrics(folder: Path, metrics: Metrics) -> None:
    """Write `metrics.json` of a checkpoint at once, without the parts that were not recorded."""
    values = {key: value for key, value in to_dict(metrics).items() if value not in (None, [])}
    with resealing(folder, [FILE]):
        write_atomically(folder / FILE, json.dumps(values, indent=1))
