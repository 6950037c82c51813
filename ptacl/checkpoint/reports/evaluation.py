"""The report of `ptacl evaluate` on the held-out subjects of a store."""

from dataclasses import dataclass, field
from typing import Any

from ptacl.checkpoint.reports.figures import MeanInterval
from ptacl.checkpoint.reports.store_report import StoreReport
from ptacl.stats.bootstrap import Interval


@dataclass(frozen=True, slots=True)
class GroupRetrieval:
    """Retrieval of the matching recording for the queries of one group among all subjects."""

    recall_at_10: MeanInterval
    median_rank: float


@dataclass(frozen=True, slots=True)
class NeighbourDifference:
    """Mean absolute difference of one phenotype between a query and its nearest neighbours."""

    n: int = 0
    """Subjects with a measured phenotype."""
    retrieved: float = float("nan")
    """In the phenotype's unit."""
    random: float = float("nan")
    """The same for as many subjects drawn at random."""
    oracle: float = float("nan")
    """The same for the subjects with the closest phenotypes: the lower limit."""
    ndcg: float = float("nan")
    """Normalised discounted cumulative gain; that of the oracle is 1."""
    ndcg_random: float = float("nan")
    retrieved_interval: MeanInterval | None = None
    ndcg_interval: MeanInterval | None = None


@dataclass(frozen=True, slots=True)
class DirectionRetrieval:
    """Retrieval from one modality to the other."""

    recall_at_1: Interval
    """Share of the queries with the matching recording at rank 1."""
    recall_at_5: Interval
    recall_at_10: Interval
    median_rank: Interval
    """Rank of the matching recording, 1 being the nearest."""
    n: int = 0
    by_group: dict[str, GroupRetrieval] = field(default_factory=dict)
    """By sex and age band."""
    alike_hearts: dict[str, NeighbourDifference] = field(default_factory=dict)
    """By phenotype key."""


@dataclass(frozen=True, slots=True)
class RetrievalReport:
    """Retrieval of one model in both directions."""

    chance_recall_at_10: float
    ecg_to_cmr: DirectionRetrieval | None = None
    cmr_to_ecg: DirectionRetrieval | None = None


@dataclass(frozen=True, slots=True)
class MismatchError:
    """Mean alignment error of subjects with a like R–R difference between ECG and scan."""

    from_ms: float
    to_ms: float
    value: float
    low: float
    high: float
    n: int


@dataclass(frozen=True, slots=True)
class EventErrors:
    """Distances in frames from the frame that shows the moment of an ECG segment, averaged."""

    model: MeanInterval
    """Of the model's best matching frame."""
    linear_phase: MeanInterval
    """Of the frame at the same share of the beat: how far the two definitions of the truth are
    apart, and the error against linear phase that a perfect model has."""
    systole_scaled: MeanInterval
    """Of the frame that systole and diastole scaled apart give (the match `systole`)."""


@dataclass(frozen=True, slots=True)
class AlignmentReport:
    """Alignment errors of one model in frames, averaged over subjects and phases, with controls."""

    subjects: int
    error_frames: float
    """Distance between the best matching frame and the true one."""
    error_by_phase: tuple[float, ...] = ()
    """The same at each phase of the beat, from the R wave on."""
    offset_error_frames: float | None = None
    """Distance between the roll that the whole similarity matrix shows and the true one."""
    rolled_error_frames: float | None = None
    """Error with the cine rolled before it was encoded, counted from the rolled truth. As small as
    ``error_frames`` unless the encoder reads the number of a frame. None where no rolled cine was
    given."""
    other_patient_error_frames: float | None = None
    """Error against another patient's cine: what knowing the phase alone reaches. NaN for a
    single subject."""
    shuffled_error_frames: float | None = None
    """Error with the frames in random order; near chance, or something is wrong."""
    chance_error_frames: float | None = None
    """Error of a guess."""
    index_match_error_frames: float | None = None
    """Error with segments matched to frames by index instead of by cardiac phase."""
    shuffled_match_error_frames: float | None = None
    """Error with segments in random order."""
    error: MeanInterval | None = None
    """``error_frames`` with its interval."""
    error_by_rate_mismatch: tuple[MismatchError, ...] = ()
    """By quarters of the R–R difference between ECG and scan."""
    by_events: EventErrors | None = None
    """Against the moments between the cardiac events of ECG and scan, over the whole beat
    (`metrics.event_alignment`). None unless the cohort is simulated with coupling 1."""
    at_events: dict[str, EventErrors] = field(default_factory=dict)
    """The same at each event (`synthetic.events.EVENTS`), of the subjects that have it."""


@dataclass(frozen=True, slots=True)
class PhenotypeErrors:
    """Errors of one phenotype that heads predict from the features of one method."""

    name: str
    unit: str
    n: int
    """Held-out subjects with a measured phenotype."""
    r2: Interval
    mae: Interval
    """Mean absolute error in ``unit``."""
    rmse: Interval | None = None
    """Root mean square error in ``unit``."""
    pearson: Interval | None = None
    calibration_slope: float = float("nan")
    """Slope of measured on predicted values."""
    calibration: Interval | None = None
    """The slope with its interval."""
    coverage_90: float = float("nan")
    """Share of measured values inside the 90 % interval."""
    coverage: dict[str, MeanInterval] = field(default_factory=dict)
    """The same for ``all`` and for each group."""


@dataclass(frozen=True, slots=True)
class FindingDetection:
    """AUROC of a finding by the predicted phenotype."""

    title: str
    value: float
    low: float
    high: float
    n: int
    """Subjects with the finding."""
    n_without: int


@dataclass(frozen=True, slots=True)
class EvaluationReport(StoreReport):
    """Retrieval, alignment and phenotypes of a model and the baselines, by name."""

    beside: dict[str, dict[str, Any]] = field(default_factory=dict)
    """Training settings of the other checkpoints that were evaluated in the same run."""
    retrieval: dict[str, RetrievalReport] = field(default_factory=dict)
    alignment: dict[str, AlignmentReport] = field(default_factory=dict)
    phenotypes: dict[str, dict[str, PhenotypeErrors]] = field(default_factory=dict)
    """Method → phenotype key → errors."""
    detection: dict[str, dict[str, FindingDetection]] = field(default_factory=dict)
    """Method → finding key → AUROC."""
