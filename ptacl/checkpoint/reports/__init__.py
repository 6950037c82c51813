"""Typed records of `metrics.json` in a checkpoint.

`Metrics` is the file; `EvaluationReport`, `BenchmarkReport`, `LabelledReport`, `LeadSetReport`,
`ProbabilityReport`, `TargetReport` and `RobustnessReport` are its parts.
Nothing here imports torch, so that pages and tables open fast.
"""

from ptacl.checkpoint.reports.benchmark import BenchmarkReport
from ptacl.checkpoint.reports.evaluation import EvaluationReport
from ptacl.checkpoint.reports.labelled import LabelledReport
from ptacl.checkpoint.reports.lead_sets import LeadSetReport
from ptacl.checkpoint.reports.metrics import Metrics, read_metrics, write_metrics
from ptacl.checkpoint.reports.probabilities import ProbabilityReport
from ptacl.checkpoint.reports.robustness import RobustnessReport
from ptacl.checkpoint.reports.targets import TargetReport

__all__ = [
    "BenchmarkReport",
    "EvaluationReport",
    "LabelledReport",
    "LeadSetReport",
    "Metrics",
    "ProbabilityReport",
    "RobustnessReport",
    "TargetReport",
    "read_metrics",
    "write_metrics",
]
