"""The report of `ptacl evaluate --target`: targets that a cohort brings, by linear probes."""

from dataclasses import dataclass, field

from ptacl.checkpoint.reports.store_report import StoreReport
from ptacl.metrics.target_scores import Metric


@dataclass(frozen=True, slots=True)
class TargetFigure:
    """How well a linear probe on the features of one method predicts one target."""

    metric: Metric
    value: float
    low: float
    high: float
    n: int
    """Held-out subjects with a value."""
    n_train: int
    """Subjects that the probe was fitted on."""
    events: int | None = None
    """Held-out subjects with the outcome; None for a number."""


@dataclass(frozen=True, slots=True)
class TargetResult:
    """A target and the figure of each method."""

    title: str
    unit: str = ""
    ukb_field: int | None = None
    methods: dict[str, TargetFigure] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class TargetReport(StoreReport):
    """Targets by their key."""

    targets: dict[str, TargetResult] = field(default_factory=dict)
