"""The report of `ptacl evaluate --probabilities`: findings, operating points, coverage."""

from dataclasses import dataclass, field

from ptacl.checkpoint.reports.figures import MeanInterval
from ptacl.metrics.reliability import ReliabilityBin
from ptacl.stats.interval import Interval


@dataclass(frozen=True, slots=True)
class PointFigures:
    """Sensitivity and specificity of a threshold: measured here, and as the gallery states them."""

    threshold: float
    stated_sensitivity: float
    stated_specificity: float
    sensitivity: MeanInterval
    specificity: MeanInterval


@dataclass(frozen=True, slots=True)
class FindingFigures:
    """The probability of one finding on these subjects."""

    title: str
    n: int
    """Subjects with the finding."""
    n_without: int
    auroc: Interval
    calibration_error: float
    """Expected calibration error, in ten bins."""
    brier: float
    bins: tuple[ReliabilityBin, ...]
    flag: PointFigures
    exclude: PointFigures


@dataclass(frozen=True, slots=True)
class ProbabilityReport:
    """Probabilities and intervals of a gallery on subjects that took no part in it."""

    model: str = ""
    store: str = ""
    synthetic: bool = False
    """Whether the subjects, or those the model was trained on, are simulated."""
    subjects: int = 0
    findings: dict[str, FindingFigures] = field(default_factory=dict)
    coverage: dict[str, dict[str, MeanInterval]] = field(default_factory=dict)
    """Phenotype key → group by the measured value (`metrics.truth_groups`) → share of measured
    values inside the stated interval."""
    regression: dict[str, MeanInterval] = field(default_factory=dict)
    """The same of LVEF for the interval of the regression head, which the stated one replaces."""
    width: dict[str, float] = field(default_factory=dict)
    """Mean width of LVEF's interval: ``stated`` and ``regression``."""
    warned: dict[str, MeanInterval] = field(default_factory=dict)
    """Shares of hearts with an LVEF below 40 %, and of normal ones, with a warning."""
