"""The records that travel through PTACL, with their axes and units said once.

Everything here is NumPy: the first page of the app, the readers and the import of a cohort
need no torch. The tensor records (`Batch` and the encoders' outputs) live beside the encoders.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Literal, get_args

import numpy as np
from jaxtyping import Bool, Float, Float32, Int, UInt8

from ptacl.measurements import EcgIntervals

LEADS = ("I", "II", "III", "aVR", "aVL", "aVF", "V1", "V2", "V3", "V4", "V5", "V6")
"""The canonical order of the 12 leads, on every ``leads`` axis."""

LIMB = {
    "I": (1.0, 0.0),
    "II": (0.0, 1.0),
    "III": (-1.0, 1.0),
    "aVR": (-0.5, -0.5),
    "aVL": (1.0, -0.5),
    "aVF": (-0.5, 1.0),
}
"""Each limb lead as multiples of I and II (Einthoven 1912; Goldberger 1942)."""

INDEPENDENT_LEADS = ("I", "II", "V1", "V2", "V3", "V4", "V5", "V6")
"""The eight leads from which the other four limb leads follow."""

FROM_INDEPENDENT = np.zeros((len(LEADS), len(INDEPENDENT_LEADS)))
"""Each lead as multiples of the independent ones."""
FROM_INDEPENDENT[: len(LIMB), :2] = list(LIMB.values())
FROM_INDEPENDENT[len(LIMB) :, 2:] = np.eye(6)

Sex = Literal["female", "male"]
SEXES: tuple[Sex, ...] = ("female", "male")
Ages = Literal["biobank", "adults"]
"""How old simulated people are: as at UK Biobank's imaging visit, or as in a hospital."""

EcgSignal = Float32[np.ndarray, "leads=12 samples"]
CineFrames = Float[np.ndarray, "frames rows columns"] | UInt8[np.ndarray, "frames rows columns"]


Severity = Literal["info", "check", "withhold"]
SEVERITIES: tuple[Severity, ...] = get_args(Severity)
"""From the lightest to the gravest."""


@dataclass(frozen=True, slots=True)
class Caveat:
    """What must be known before the numbers of a recording are trusted."""

    code: str
    """Stable and short, for programs: ``lead_order_assumed``, ``arms_swapped``, ``paced``."""
    text: str
    """One or two plain sentences: what was found, and what was done about it."""
    severity: Severity = "check"
    """``info``: how the file was read; ``check``: read the numbers with reserve; ``withhold``: no
    prediction may be shown."""


@dataclass(frozen=True, slots=True)
class Person:
    """Whose ECG it is, as far as that is told."""

    sex: Sex | None = None
    age_years: float | None = None
    height_cm: float | None = None
    weight_kg: float | None = None


UNTOLD = Person()
"""Of whom nothing is told."""


@dataclass(frozen=True, slots=True)
class Ecg:
    """A 12-lead ECG as read: untouched samples, canonical lead order, millivolts.

    Never holds a name, an id, a birth date or free text from the file.
    """

    signal_mv: EcgSignal
    """(12, samples) in mV; NaN where the file marks samples as missing."""
    sample_rate_hz: float
    source_format: str
    """Short name of the format: ``wfdb``, ``dicom``, ``csv``, ``npy``, ``simulated`` …"""
    measurements: Mapping[str, float] = field(default_factory=dict)
    """What the device printed: ``heart_rate_bpm``, ``pr_ms``, ``qrs_ms``, ``qt_ms``,
    ``qtc_ms``, ``p_axis_deg``, ``qrs_axis_deg``, ``t_axis_deg``, whichever it had; QTc by the
    device's own formula, most often Bazett's."""
    missing: Mapping[str, str] = field(default_factory=dict)
    """Lead → ``derived`` (computed from others), ``flat`` (constant) or ``gaps`` (NaN inside)."""
    median_mv: Float32[np.ndarray, "leads=12 median_samples"] | None = None
    """The median beat that the device computed, (12, samples) in mV at `median_rate_hz`; None
    where the file holds none."""
    median_rate_hz: float | None = None
    caveats: tuple[Caveat, ...] = ()
    """What the reader assumed, mended or found contradicted."""
    stated: Person = field(default=UNTOLD, repr=False)
    """Sex and age as far as the file states them in fields of their own; never a birth date. Not
    printed with the record."""

    @property
    def duration_s(self) -> float:
        """Length in seconds."""
        return self.signal_mv.shape[1] / self.sample_rate_hz


@dataclass(frozen=True, slots=True)
class Cine:
    """One short-axis slice over one R–R interval; frame 0 lies at the R wave."""

    frames: CineFrames
    """(frames, rows, columns), raw intensities."""
    spacing_mm: tuple[float, float]
    """Row and column spacing in mm."""
    frame_times_ms: Float[np.ndarray, " frames"]
    """Time of each frame after the R wave in ms."""
    rr_ms: float
    """The R–R interval of the scan in ms."""
    source_format: str
    slice_position: int | None = None
    """Index of this slice from base to apex, where the file has several."""
    slice_count: int | None = None
    two_phases: bool = False
    """Whether it holds end-diastole and end-systole alone, and not the whole beat; what the files
    do not say of their times is NaN then."""
    repeated_frames: tuple[int, ...] = ()
    """Frames that the files lack: each repeats the one before it."""
    caveats: tuple[Caveat, ...] = ()
    """What the reader assumed, mended or found contradicted."""

    @property
    def phases(self) -> Float[np.ndarray, " frames"]:
        """Cardiac phase of each frame in [0, 1)."""
        return np.asarray(self.frame_times_ms, dtype=np.float64) / self.rr_ms % 1.0


@dataclass(frozen=True, slots=True)
class Subject:
    """One participant: covariates and measured phenotypes, None or absent where unknown."""

    subject_id: str
    sex: Sex | None = None
    age_years: float | None = None
    height_cm: float | None = None
    weight_kg: float | None = None
    phenotypes: Mapping[str, float] = field(default_factory=dict)
    """Phenotype key (``phenotypes.py``, for example ``lvedv_ml``) → value."""


@dataclass(frozen=True, slots=True)
class Pair:
    """The ECG and the cine of one subject."""

    subject: Subject
    ecg: Ecg
    cine: Cine
    truth: Mapping[str, float] = field(default_factory=dict)
    """What only a simulator knows (``synthetic/``), numbers only; empty for real subjects."""


@dataclass(frozen=True, slots=True)
class Problem:
    """A subject that could not be imported."""

    subject_id: str
    file: str
    """Name of the file at fault, without its folder; empty where none is."""
    reason: str


@dataclass(frozen=True, slots=True)
class LeadQuality:
    """The state of one lead."""

    lead: str
    state: Literal["good", "check", "bad"]
    reason: str
    """Empty when good; else a plain clause such as ``flat`` or ``noisy (0.12 mV)``."""


@dataclass(frozen=True, slots=True)
class EcgQuality:
    """Quality of an ECG: one entry a lead, and whether a prediction may be shown."""

    per_lead: tuple[LeadQuality, ...]
    usable: bool
    reason: str
    """Empty when usable without reserve, else a sentence for the page."""
    caveats: tuple[Caveat, ...] = ()
    """What was found of the recording as a whole: swapped leads, pacing, no heartbeat …"""
    estimated: tuple[str, ...] = ()
    """Leads whose signal was not used: they were estimated from the others."""


def withholding_reason(quality: EcgQuality, caveats: Iterable[Caveat]) -> str:
    """Return why no prediction may be shown, as a sentence; empty where predictions may be shown.

    Predictions are withheld where the quality of the recording forbids them, or where a caveat of
    the reader, of the quality or of the model has the severity ``withhold``.

    Args:
        quality: of the ECG.
        caveats: all that are known; the first that withholds gives the reason.
    """
    if not quality.usable:
        return quality.reason or "The recording does not allow a prediction."
    return next((caveat.text for caveat in caveats if caveat.severity == "withhold"), "")


@dataclass(frozen=True, slots=True)
class Waves:
    """Where the waves of the mean beat begin and end, in ms after its R peak; NaN where unclear."""

    p_start_ms: float
    p_end_ms: float
    qrs_start_ms: float
    qrs_end_ms: float
    t_start_ms: float
    t_end_ms: float

    def spans_ms(self) -> dict[str, tuple[float, float]]:
        """Start and end of each wave that was found whole, by its name."""
        spans = {
            "P": (self.p_start_ms, self.p_end_ms),
            "QRS": (self.qrs_start_ms, self.qrs_end_ms),
            "T": (self.t_start_ms, self.t_end_ms),
        }
        return {name: span for name, span in spans.items() if np.isfinite(span).all()}


@dataclass(frozen=True, slots=True)
class Attribution:
    """What in an ECG moved one predicted phenotype away from that of an average heartbeat."""

    key: str
    """Of the phenotype, as are ``name`` and ``unit``."""
    name: str
    unit: str
    value: float
    """Predicted from the ECG."""
    average_value: float
    """Predicted where every beat of it is replaced by the gallery's average beat."""
    segments: Float[np.ndarray, "leads=12 segments"]
    """What each stretch of each lead adds, in ``unit``; with ``measured`` they sum to ``value -
    average_value``."""
    segment_s: float
    """Length of a stretch; the first begins with the prepared ECG."""
    measured: Mapping[str, float] = field(default_factory=dict)
    """What each measurement adds, by its name in `signal.measurements`; none where the heads read
    the encoder alone."""


@dataclass(frozen=True, slots=True)
class PreparedEcg:
    """An ECG after the recipe of a store or a checkpoint (``signal/recipe.py``)."""

    signal_mv: EcgSignal
    """(12, samples) at the recipe's rate and length; zeros after ``valid_samples``."""
    valid_samples: int
    r_peaks: Int[np.ndarray, " beats"]
    """R peaks as sample numbers at the recipe's rate."""
    quality: EcgQuality
    start_s: float = 0.0
    """Where in the recording as read it begins: of a long one the best window was taken."""
    pacing_spikes: Int[np.ndarray, " spikes"] = field(
        default_factory=lambda: np.empty(0, dtype=np.int64)
    )
    """Stimuli of a pacemaker as sample numbers at the recipe's rate."""


@dataclass(frozen=True, slots=True)
class PreparedCine:
    """A cine after the recipe: 8-bit, a common grid and a common number of phases."""

    frames: UInt8[np.ndarray, "frames rows columns"]
    phases: Float32[np.ndarray, " frames"]
    """True cardiac phase of each frame in [0, 1)."""
    rr_ms: float


@dataclass(frozen=True, slots=True)
class Embeddings:
    """What the two encoders say about n subjects, row i being ``subject_ids[i]``."""

    subject_ids: tuple[str, ...]
    ecg: Float32[np.ndarray, "subjects embedding"]
    """Unit vectors of the shared space, from the ECG."""
    cmr: Float32[np.ndarray, "subjects embedding"]
    """Unit vectors of the shared space, from the cine."""
    ecg_features: Float32[np.ndarray, "subjects ecg_width"]
    """What the ECG encoder's pooling took out of its tokens: what the regression reads."""
    cmr_features: Float32[np.ndarray, "subjects cmr_width"]
    segments: Float32[np.ndarray, "subjects bins embedding"]
    """Projected ECG segments pooled into the phase of each frame, not normalised."""
    frames: Float32[np.ndarray, "subjects frames embedding"]
    """Projected CMR frames, not normalised."""


@dataclass(frozen=True, slots=True)
class Prediction:
    """One phenotype read from the ECG."""

    key: str
    name: str
    unit: str
    value: float
    low: float
    high: float
    """``low`` … ``high`` is the conformal 90 % interval."""
    reference: Mapping[Sex, tuple[float, float]]
    """Reference interval by sex (mean ± 1.96 SD of healthy people)."""


@dataclass(frozen=True, slots=True)
class Neighbour:
    """A gallery subject with an alike heart."""

    subject_id: str
    similarity: float
    """Cosine similarity of the query's ECG and the subject's CMR embedding."""


@dataclass(frozen=True, slots=True)
class Familiarity:
    """Whether the model has seen such ECGs."""

    familiar: bool
    distance: float
    """Mean cosine distance to the nearest training ECGs."""
    limit: float
    """The distance that 95 % of held-out ECGs of the training cohort stay under."""
    percentile: float
    """Where ``distance`` falls among those held-out ECGs, 0–100."""


@dataclass(frozen=True, slots=True)
class ModelInfo:
    """Which model spoke."""

    name: str
    version: str
    synthetic: bool
    """Whether it was trained on simulated hearts, or compares with them."""
    measures: bool = False
    """Whether its predictions are the mean of two readings: by the encoder's features, and by what
    is measured on the ECG (`signal.measurements`)."""


@dataclass(frozen=True, slots=True)
class Inspection:
    """Everything the page shows about one ECG."""

    ecg: Ecg
    """As read."""
    prepared: PreparedEcg
    intervals: EcgIntervals
    familiarity: Familiarity
    predictions: tuple[Prediction, ...]
    """Nine ventricular phenotypes; empty when the quality forbids them."""
    neighbours: tuple[Neighbour, ...]
    map_xy: tuple[float, float] | None
    """Place on the gallery's map, by its neighbours."""
    embedding: Float32[np.ndarray, " embedding"]
    features: Float32[np.ndarray, " features"]
    """What the heads read of the ECG."""
    model: ModelInfo
    person: Person = UNTOLD
    known: Literal["ecg", "sex", "body"] = "ecg"
    """What the predictions rest on (`covariates.Known`)."""
    reading_caveats: tuple[Caveat, ...] = ()
    """What the model says of this ECG: far from all that it knows, a person beyond the heads …"""

    @property
    def caveats(self) -> tuple[Caveat, ...]:
        """Everything to be known before the numbers are trusted, the gravest first."""
        every = self.ecg.caveats + self.prepared.quality.caveats + self.reading_caveats
        return tuple(sorted(every, key=lambda caveat: -SEVERITIES.index(caveat.severity)))

    @property
    def withheld(self) -> str:
        """Why no prediction is shown, as a sentence; empty where they are shown."""
        if self.predictions:
            return ""
        return withholding_reason(self.prepared.quality, self.caveats)

    @property
    def sex(self) -> Sex | None:
        """Of the person; chooses the reference intervals."""
        return self.person.sex


FrameMask = Bool[np.ndarray, " frames"]
