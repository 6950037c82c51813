"""Reports of a restorer: on simulated twins, and on ECGs with diagnoses."""

from dataclasses import dataclass, field

from ptacl.stats.interval import Interval


@dataclass(frozen=True)
class DiseaseFigures:
    """Figures of one disease."""

    hearts: int
    detection: Interval
    """AUROC of the score against normal hearts."""
    flagged: float
    """Share beyond the 95th percentile of normal hearts."""
    localisation: dict[str, float]
    """AUROC of each localiser over all points of these hearts."""
    within: float
    """Mean of the AUROC of the first localiser within one heart."""


@dataclass(frozen=True)
class ControlFigures:
    """What happens to normal hearts with a spoiled recording."""

    withheld: float
    flagged_as_heart: float
    """Share beyond the 95th percentile that is not attributed to the recording."""


@dataclass(frozen=True)
class TwinReport:
    """Figures on simulated twins."""

    normal_hearts: int
    normal_flagged: float
    diseases: dict[str, DiseaseFigures]
    localisation: dict[str, float]
    """AUROC over all points of all diseased hearts."""
    controls: dict[str, ControlFigures] = field(default_factory=dict)


@dataclass(frozen=True)
class UnusualReport:
    """Figures on labelled records."""

    table: str
    normal: int
    abnormal: int
    withheld: int
    """Records without a judgement, in neither group."""
    auroc: Interval
    normal_flagged: Interval
    abnormal_flagged: Interval
    gate_auroc: Interval | None
    """Of the embedding's distance, of the same records; None without a model."""
    gate_abnormal_flagged: float | None
    """Share of the abnormal records beyond a distance that as many normal records exceed as are
    flagged by the restorer."""
    missed: tuple[str, ...]
    """Line of the table and codes of the abnormal records that deviate least."""
    alarms: tuple[str, ...]
    """The same of the flagged normal records, the most deviating first."""
