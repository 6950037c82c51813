"""The report of `ptacl evaluate --robustness`: predictions from ECGs that were corrupted."""

from dataclasses import dataclass, field

from ptacl.checkpoint.reports.figures import MeanInterval
from ptacl.checkpoint.reports.store_report import StoreReport
from ptacl.stats.bootstrap import Interval


@dataclass(frozen=True, slots=True)
class CorruptedPhenotype:
    """One phenotype predicted from corrupted ECGs."""

    name: str
    n: int
    """ECGs of subjects with the phenotype measured that could be read."""
    r2: Interval
    """Of all of them, whatever the checks of the ECG say."""
    coverage_90: MeanInterval
    """Share of measured values inside the 90 % interval, of all of them."""
    coverage_90_shown: MeanInterval | None = None
    """The same of the ECGs whose prediction is shown, with the interval that is shown."""


@dataclass(frozen=True, slots=True)
class Corruption:
    """One operation at one strength."""

    title: str
    value: float | None = None
    """Its strength in ``unit``; None for the ECGs as they are."""
    unit: str = ""
    hides: tuple[str, ...] = ()
    """What the operation may hide: voltage, timing, leads."""
    phenotypes: dict[str, CorruptedPhenotype] = field(default_factory=dict)
    flagged: MeanInterval | None = None
    """Share of the ECGs out of distribution."""
    withheld: MeanInterval | None = None
    """Share of the ECGs whose predictions are withheld, for whatever reason."""


@dataclass(frozen=True, slots=True)
class RobustnessReport(StoreReport):
    """Predictions from the same held-out ECGs under every operation at three strengths."""

    seed: int = 0
    """Of the random numbers of the operations and of the bootstrap."""
    corruptions: tuple[Corruption, ...] = ()
    """The ECGs as they are first."""
