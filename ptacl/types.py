"""Data records shared by all packages of PTACL, with their axes and units.

All arrays are NumPy arrays, so that the readers, the import of a cohort and the first page of the
app do not import torch. The tensor records (`Batch` and the outputs of the encoders) are defined
with the encoders.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Literal, get_args

import numpy as np
from jaxtyping import Bool, Float, Float32, Int, UInt8

from ptacl.display import HasFrame, HasHtml, HasPlot, ShortRepr
from ptacl.measurements import EcgIntervals, LeadWaves

LEADS = ("I", "II", "III", "aVR", "aVL", "aVF", "V1", "V2", "V3", "V4", "V5", "V6")
"""Canonical order of the 12 leads on every ``leads`` axis."""

LIMB = {
    "I": (1.0, 0.0),
    "II": (0.0, 1.0),
    "III": (-1.0, 1.0),
    "aVR": (-0.5, -0.5),
    "aVL": (1.0, -0.5),
    "aVF": (-0.5, 1.0),
}
"""Coefficients of each limb lead on I and II (Einthoven 1912; Goldberger 1942)."""

INDEPENDENT_LEADS = ("I", "II", "V1", "V2", "V3", "V4", "V5", "V6")
"""The eight independent leads; the other four limb leads are computed from I and II."""

FROM_INDEPENDENT = np.zeros((len(LEADS), len(INDEPENDENT_LEADS)))
"""Coefficients of each lead on the independent leads."""
FROM_INDEPENDENT[: len(LIMB), :2] = list(LIMB.values())
FROM_INDEPENDENT[len(LIMB) :, 2:] = np.eye(6)

Sex = Literal["female", "male"]
SEXES: tuple[Sex, ...] = ("female", "male")
Ages = Literal["biobank", "adults"]
"""Age distribution of simulated subjects: UK Biobank's imaging visit, or adults in a hospital."""
Appearance = Literal["plain", "random"]
"""Appearance of simulated cines: that of one scanner and chest, or another one for each cine."""

EcgSignal = Float32[np.ndarray, "leads=12 samples"]
CineFrames = Float[np.ndarray, "frames rows columns"] | UInt8[np.ndarray, "frames rows columns"]


Severity = Literal["info", "check", "withhold"]
SEVERITIES: tuple[Severity, ...] = get_args(Severity)
"""In ascending order of severity."""


@dataclass(frozen=True, slots=True, repr=False)
class Caveat(ShortRepr):
    """A warning about a recording that applies to every number derived from it."""

    code: str
    """Stable short identifier for programs: ``lead_order_assumed``, ``arms_swapped``, ``paced``."""
    text: str
    """One or two sentences: what was found, and how it was handled."""
    severity: Severity = "check"
    """``info``: how the file was read; ``check``: interpret the numbers with caution; ``withhold``:
    no prediction may be shown."""


@dataclass(frozen=True, slots=True, repr=False)
class Person(ShortRepr):
    """Sex, age and body size of the person; None where unknown."""

    sex: Sex | None = None
    age_years: float | None = None
    height_cm: float | None = None
    weight_kg: float | None = None


UNKNOWN_PERSON = Person()
"""A person whose sex, age and body size are all unknown."""


@dataclass(frozen=True, slots=True, repr=False)
class Ecg(ShortRepr, HasHtml, HasPlot, HasFrame):
    """A 12-lead ECG as read: unfiltered samples, canonical lead order, millivolts.

    Contains no name, identifier, birth date or free text of the file.
    """

    signal_mv: EcgSignal
    """(12, samples) in mV; NaN where the file marks samples as missing."""
    sample_rate_hz: float
    source_format: str
    """Short name of the format: ``wfdb``, ``dicom``, ``csv``, ``npy``, ``simulated`` …"""
    measurements: Mapping[str, float] = field(default_factory=dict)
    """Measurements by the device: ``heart_rate_bpm``, ``pr_ms``, ``qrs_ms``, ``qt_ms``,
    ``qtc_ms``, ``p_axis_deg``, ``qrs_axis_deg``, ``t_axis_deg``, as far as the
    file has them; QTc by the device's own formula, most often Bazett's."""
    missing: Mapping[str, str] = field(default_factory=dict)
    """Lead → ``derived`` (computed from others), ``flat`` (constant), ``gaps`` (NaN inside) or
    ``absent`` (NaN: the file lacks it and it does not follow from others)."""
    median_mv: Float32[np.ndarray, "leads=12 median_samples"] | None = None
    """Median beat computed by the device, (12, samples) in mV at `median_rate_hz`; None if the file
    has none."""
    median_rate_hz: float | None = None
    caveats: tuple[Caveat, ...] = ()
    """Assumptions and corrections of the reader, and contradictions in the file."""
    stated: Person = field(default=UNKNOWN_PERSON, repr=False)
    """Sex and age from dedicated fields of the file, never computed from a birth date; omitted from
    the repr."""
    device_statements: tuple[str, ...] = field(default=(), repr=False)
    """Interpretive statements of the device, phrases of a known vocabulary only; omitted from the
    repr."""

    @property
    def duration_s(self) -> float:
        """Duration in seconds."""
        return self.signal_mv.shape[1] / self.sample_rate_hz


@dataclass(frozen=True, slots=True, repr=False)
class Cine(ShortRepr, HasHtml, HasPlot):
    """A short-axis slice over one R–R interval; frame 0 is at the R wave."""

    frames: CineFrames
    """(frames, rows, columns), intensities as stored in the file."""
    spacing_mm: tuple[float, float]
    """Row and column spacing in mm."""
    frame_times_ms: Float[np.ndarray, " frames"]
    """Time of each frame after the R wave in ms."""
    rr_ms: float
    """R–R interval of the scan in ms."""
    source_format: str
    slice_position: int | None = None
    """Index of this slice, counted from 0 at the base; None for a single slice."""
    slice_count: int | None = None
    two_phases: bool = False
    """Whether the frames are end-diastole and end-systole only, not the whole beat; times and R–R
    interval are NaN then if the files do not state them."""
    repeated_frames: tuple[int, ...] = ()
    """Indices of frames missing in the files; each is a copy of the frame before it."""
    caveats: tuple[Caveat, ...] = ()
    """Assumptions and corrections of the reader, and contradictions in the file."""
    slice_offset_mm: float | None = None
    """Distance of this slice from the first one along the normal, positive towards the apex; None
    if the file does not state it."""
    affine_lps: Float[np.ndarray, "4 4"] | None = None
    """(column, row, mm along the normal towards the apex, 1) → (left, posterior, superior) in mm;
    None if the file does not state the orientation."""

    @property
    def phases(self) -> Float[np.ndarray, " frames"]:
        """Cardiac phase of each frame in [0, 1)."""
        return np.asarray(self.frame_times_ms, dtype=np.float64) / self.rr_ms % 1.0


@dataclass(frozen=True, slots=True, repr=False)
class Subject(ShortRepr):
    """Covariates and measured phenotypes of a participant; None or absent where unknown."""

    subject_id: str
    sex: Sex | None = None
    age_years: float | None = None
    height_cm: float | None = None
    weight_kg: float | None = None
    phenotypes: Mapping[str, float] = field(default_factory=dict)
    """Phenotype key (see ``phenotypes.py``, for example ``lvedv_ml``) → value."""
    measured: Mapping[str, str] = field(default_factory=dict, metadata={"digest": "if given"})
    """Key → method and segmenter of each phenotype that was measured on the cine because the
    cohort's table lacks it."""


@dataclass(frozen=True, slots=True, repr=False)
class Pair(ShortRepr):
    """ECG and cine of one subject."""

    subject: Subject
    ecg: Ecg
    cine: Cine
    truth: Mapping[str, float] = field(default_factory=dict)
    """Ground truth of a simulated subject (``synthetic/``), numbers only; empty for real ones."""


@dataclass(frozen=True, slots=True, repr=False)
class Problem(ShortRepr):
    """A subject that could not be imported."""

    subject_id: str
    file: str
    """Name of the faulty file without its folder; empty if no file is at fault."""
    reason: str
    code: str = ""
    """Of the error, from `ptacl.errors.ERROR_CODES`; empty in tables made before it was kept."""


@dataclass(frozen=True, slots=True, repr=False)
class LeadQuality(ShortRepr):
    """Signal quality of one lead."""

    lead: str
    state: Literal["good", "check", "bad"]
    reason: str
    """Empty when good, else a clause such as ``flat`` or ``noisy (0.12 mV)``."""


@dataclass(frozen=True, slots=True, repr=False)
class EcgQuality(ShortRepr):
    """Signal quality of an ECG: one entry per lead, and whether a prediction may be shown."""

    per_lead: tuple[LeadQuality, ...]
    usable: bool
    reason: str
    """Empty when fully usable, else a sentence for the user."""
    caveats: tuple[Caveat, ...] = ()
    """Findings about the whole recording: swapped leads, pacing, no heartbeat …"""
    estimated: tuple[str, ...] = ()
    """Leads whose signal was discarded and estimated from the other leads."""
    absent: tuple[str, ...] = ()
    """Leads that the model does not read, zero in the prepared ECG; for models with heads for fewer
    than 12 leads."""


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


@dataclass(frozen=True, slots=True, repr=False)
class Waves(ShortRepr):
    """Onsets and offsets of the waves of the mean beat, in ms after its R peak; NaN if unclear."""

    p_start_ms: float
    p_end_ms: float
    qrs_start_ms: float
    qrs_end_ms: float
    t_start_ms: float
    t_end_ms: float

    def spans_ms(self) -> dict[str, tuple[float, float]]:
        """Return onset and offset in ms of each wave whose both ends are known, by wave name."""
        spans = {
            "P": (self.p_start_ms, self.p_end_ms),
            "QRS": (self.qrs_start_ms, self.qrs_end_ms),
            "T": (self.t_start_ms, self.t_end_ms),
        }
        return {name: span for name, span in spans.items() if np.isfinite(span).all()}


RhythmName = Literal["sinus", "atrial_fibrillation", "flutter", "ectopy", "paced", "other"]
RHYTHMS: tuple[RhythmName, ...] = get_args(RhythmName)
"""Rhythms that are told apart (`ptacl.rhythm`)."""


@dataclass(frozen=True, slots=True, repr=False)
class Rhythm(ShortRepr):
    """The rhythm of an ECG with its calibrated probability and its evidence."""

    name: RhythmName
    """The most probable rhythm."""
    probability: float
    """Of ``name``, from 0 to 1."""
    probabilities: Mapping[RhythmName, float]
    """Of each of `RHYTHMS`; they sum to 1."""
    evidence: tuple[str, ...]
    """Clauses in order of weight: ``irregular``, ``no P in common``, ``f waves 6.1/s in V1``."""
    detail: str = ""
    """Narrower name, if any: ``sinus arrhythmia``, ``ventricular bigeminy`` …"""
    premature: tuple[int, ...] = ()
    """Indices of premature beats among the R peaks."""


@dataclass(frozen=True, slots=True, repr=False)
class Attribution(ShortRepr):
    """Contribution of each segment of an ECG to a predicted phenotype (integrated gradients).

    The baseline is the same ECG with every beat replaced by the average beat of the gallery.
    """

    key: str
    """Key of the phenotype; ``name`` and ``unit`` describe it."""
    name: str
    unit: str
    value: float
    """Prediction from the ECG."""
    average_value: float
    """Prediction from the baseline."""
    segments: Float[np.ndarray, "leads=12 segments"]
    """Contribution of each segment of each lead, in ``unit``; with ``measured`` they sum to
    ``value - average_value``."""
    segment_s: float
    """Length of a segment in seconds; the first begins at the start of the prepared ECG."""
    measured: Mapping[str, float] = field(default_factory=dict)
    """Contribution of each measured feature, by its name in `signal.measurements`; empty if the
    regression heads use the encoder's features only."""


@dataclass(frozen=True, slots=True, repr=False)
class PreparedEcg(ShortRepr):
    """An ECG preprocessed by the recipe of a store or a checkpoint (``signal/recipe.py``)."""

    signal_mv: EcgSignal
    """(12, samples) at the recipe's rate and length; zeros after ``valid_samples``."""
    valid_samples: int
    r_peaks: Int[np.ndarray, " beats"]
    """Sample indices of the R peaks at the recipe's rate."""
    quality: EcgQuality
    start_s: float = 0.0
    """Start of the window within the original recording; of a long one the best window is used."""
    pacing_spikes: Int[np.ndarray, " spikes"] = field(
        default_factory=lambda: np.empty(0, dtype=np.int64)
    )
    """Sample indices of pacemaker stimuli at the recipe's rate."""


@dataclass(frozen=True, slots=True, repr=False)
class PreparedCine(ShortRepr):
    """A preprocessed cine: 8 bits, on a common grid and with a common number of frames."""

    frames: UInt8[np.ndarray, "frames rows columns"]
    phases: Float32[np.ndarray, " frames"]
    """Cardiac phase of each frame in [0, 1), as acquired."""
    rr_ms: float


@dataclass(frozen=True, slots=True, repr=False)
class Embeddings(ShortRepr, HasFrame):
    """Outputs of both encoders for n subjects; row i belongs to ``subject_ids[i]``."""

    subject_ids: tuple[str, ...]
    ecg: Float32[np.ndarray, "subjects embedding"]
    """ECG embeddings, unit vectors in the shared space."""
    cmr: Float32[np.ndarray, "subjects embedding"]
    """CMR embeddings, unit vectors in the shared space."""
    ecg_features: Float32[np.ndarray, "subjects ecg_width"]
    """Pooled tokens of the ECG encoder, the input of the regression heads."""
    cmr_features: Float32[np.ndarray, "subjects cmr_width"]
    segments: Float32[np.ndarray, "subjects bins embedding"]
    """Projected ECG segments pooled into the phase of each frame, not normalised."""
    frames: Float32[np.ndarray, "subjects frames embedding"]
    """Projected CMR frames, not normalised."""


@dataclass(frozen=True, slots=True, repr=False)
class Prediction(ShortRepr):
    """A phenotype predicted from the ECG, with its interval."""

    key: str
    name: str
    unit: str
    value: float
    low: float
    high: float
    """``low`` to ``high`` is the conformal 90 % prediction interval."""
    reference: Mapping[Sex, tuple[float, float]]
    """Reference interval by sex (mean ± 1.96 SD of healthy people)."""


@dataclass(frozen=True, slots=True, repr=False)
class OperatingPoint(ShortRepr):
    """A threshold of a probability, and what it reached among held-out hearts."""

    threshold: float
    sensitivity: float
    """Share of the hearts with the finding at or above the threshold."""
    specificity: float
    """Share of the hearts without it below the threshold."""
    n: int
    """Held-out hearts with the finding."""
    n_without: int


FindingState = Literal["flagged", "not excluded", "unlikely"]


@dataclass(frozen=True, slots=True, repr=False)
class FindingProbability(ShortRepr):
    """The calibrated probability of a finding that a measured phenotype defines."""

    key: str
    title: str
    """``LVEF below 50 %``."""
    probability: float
    flag: OperatingPoint
    """From its threshold on the finding is flagged: few hearts without it are."""
    exclude: OperatingPoint
    """Below its threshold the finding is unlikely: few hearts with it are."""

    @property
    def state(self) -> FindingState:
        """What follows from the two thresholds."""
        if self.probability >= self.flag.threshold:
            return "flagged"
        return "not excluded" if self.probability >= self.exclude.threshold else "unlikely"


@dataclass(frozen=True, slots=True, repr=False)
class Neighbour(ShortRepr):
    """A nearest neighbour of the query among the subjects of a gallery."""

    subject_id: str
    similarity: float
    """Cosine similarity of the query's ECG and the subject's CMR embedding."""


@dataclass(frozen=True, slots=True, repr=False)
class Familiarity(ShortRepr):
    """Out-of-distribution check of an ECG against the training ECGs of the model."""

    familiar: bool
    """Whether the ECG is in distribution: ``distance`` does not exceed ``limit``."""
    distance: float
    """Mean cosine distance to the nearest training ECGs."""
    limit: float
    """The 95th percentile of that distance among held-out ECGs of the training cohort."""
    percentile: float
    """Percentile rank of ``distance`` among those held-out ECGs, 0–100."""


@dataclass(frozen=True, slots=True, repr=False)
class CineMatch(ShortRepr):
    """What the CMR tower finds alike to a cine, if it knows such cines."""

    familiarity: Familiarity | None
    """Out-of-distribution check of the cine against the gallery's cines; None if the gallery has
    too few to tell."""
    embedding: Float32[np.ndarray, " embedding"] | None
    """Unit vector of the shared space; None unless the cine is in distribution."""
    neighbours: tuple[Neighbour, ...]
    """Subjects of the gallery with the nearest cines; empty unless the cine is in distribution."""

    @property
    def familiar(self) -> bool:
        """Whether the cine is in distribution."""
        return self.familiarity is not None and self.familiarity.familiar


@dataclass(frozen=True, slots=True, repr=False)
class ModelInfo(ShortRepr):
    """Identification of the model that made a prediction."""

    name: str
    version: str
    synthetic: bool
    """Whether the training data or the gallery are simulated."""
    measures: bool = False
    """Whether its predictions average two regressions: on the encoder's features, and on features
    measured on the ECG (`signal.measurements`)."""


StatementSource = Literal["measured", "model", "neighbours"]
Certainty = Literal["definite", "probable", "possible"]


@dataclass(frozen=True, slots=True, repr=False)
class Statement(ShortRepr):
    """One sentence of the draft impression, with what it rests on (`ptacl.impression`)."""

    code: str
    """Stable identifier for programs: ``lafb``, ``inferior_infarct``, ``model_lvef_pct`` …"""
    text: str
    evidence: str
    """The measurements and limits that made it: ``PR 232 ms (above 220)``."""
    source: StatementSource
    certainty: Certainty
    leads: tuple[str, ...] = ()
    """Leads that show it; empty where it concerns all."""
    waves: tuple[str, ...] = ()
    """Of ``P``, ``PR``, ``QRS``, ``ST``, ``T``, ``QT`` and ``RR``."""
    edited: bool = False
    """Whether a reader has changed the text."""


@dataclass(frozen=True, slots=True, repr=False)
class Impression(ShortRepr):
    """Draft impression of an ECG: ordered statements without contradictions, and its lead table."""

    statements: tuple[Statement, ...] = ()
    withheld: str = ""
    """Why nothing is stated, as a sentence; empty where statements are made."""
    leads: tuple[LeadWaves, ...] = ()
    """Waves of each usable lead in mV; empty where nothing is stated."""


NO_IMPRESSION = Impression()


@dataclass(frozen=True, slots=True, repr=False)
class Finding(ShortRepr):
    """A stretch of a lead that does not fit a normal heart."""

    lead: str
    wave: Literal["P", "QRS", "ST–T", "rhythm"]
    """Wave of the mean beat; ``rhythm``: a stretch that is unlike the recording's other beats."""
    start_ms: float
    end_ms: float
    """After the R peak of the mean beat; of ``rhythm`` after the start of the prepared ECG."""
    z: float
    """Deviation in predicted standard deviations; negative below what is expected."""
    percentile: float
    """Of that wave's deviation in that lead among normal hearts, 0–100; of ``rhythm`` that of the
    whole ECG."""
    cause: Literal["heart", "recording"] = "heart"
    """``recording``: the lead is noisy or doubtful, so that the stretch says nothing of the
    heart."""


@dataclass(frozen=True, slots=True, repr=False)
class Anomaly(ShortRepr):
    """What in an ECG does not fit a normal heart (`ptacl.restoration`)."""

    withheld: str = ""
    """Reason why nothing is said, as a sentence; nothing else is known then."""
    score: float = float("nan")
    percentile: float = float("nan")
    """Of the score among normal hearts that were not trained on, 0–100."""
    unusual: bool = False
    """Whether the score exceeds the limit of the restorer."""
    z: Float[np.ndarray, "leads=12 bins=200"] | None = None
    """Deviation in predicted standard deviations of each 50 ms of the prepared ECG; NaN where
    nothing was recorded, at its ends (.2 s, or .6 s where a QRS is cut), and in leads that are not
    read."""
    restored_mv: Float[np.ndarray, "leads=12 samples=1250"] | None = None
    """The ECG as it would be in a normal heart, at 125 Hz, .5 to 40 Hz; NaN as above."""
    findings: tuple[Finding, ...] = ()
    """The most deviating stretches first."""
    synthetic: bool = True
    """Whether the normal hearts are simulated."""


@dataclass(frozen=True, slots=True, repr=False)
class Inspection(ShortRepr, HasHtml, HasPlot, HasFrame):
    """All results for one ECG: quality, intervals, predictions, neighbours and embedding."""

    ecg: Ecg
    """The ECG as read."""
    prepared: PreparedEcg
    intervals: EcgIntervals
    familiarity: Familiarity
    predictions: tuple[Prediction, ...]
    """Ventricular phenotypes; empty when predictions are withheld."""
    neighbours: tuple[Neighbour, ...]
    map_xy: tuple[float, float] | None
    """Position on the gallery's projection, interpolated from its neighbours."""
    embedding: Float32[np.ndarray, " embedding"]
    features: Float32[np.ndarray, " features"]
    """Pooled features of the ECG encoder, the input of the regression heads."""
    model: ModelInfo
    person: Person = UNKNOWN_PERSON
    known: Literal["ecg", "sex", "body"] = "ecg"
    """Inputs of the predictions: the ECG alone, with sex, or with sex, age and body size
    (`covariates.Known`)."""
    reading_caveats: tuple[Caveat, ...] = ()
    """Caveats of the model: an ECG out of distribution, a person outside the training range …"""
    findings: tuple[FindingProbability, ...] = ()
    """Probabilities of findings; empty when predictions are withheld, leads were estimated, or the
    gallery has none."""
    anomaly: Anomaly | None = None
    """What does not fit a normal heart; None if there is no restorer."""
    impression: Impression = NO_IMPRESSION
    """Draft impression; see `ptacl.impression`."""
    rhythm: Rhythm | None = None
    """None where the quality of the recording forbids to name it, or there are too few beats."""

    @property
    def caveats(self) -> tuple[Caveat, ...]:
        """All caveats of file, signal and model, the most severe first."""
        caveats = self.ecg.caveats + self.prepared.quality.caveats + self.reading_caveats
        return tuple(sorted(caveats, key=lambda caveat: -SEVERITIES.index(caveat.severity)))

    @property
    def withheld(self) -> str:
        """Reason why no prediction is shown, as a sentence; empty if they are shown."""
        if self.predictions:
            return ""
        return withholding_reason(self.prepared.quality, self.caveats)

    @property
    def sex(self) -> Sex | None:
        """Sex of the person, which selects the reference intervals."""
        return self.person.sex


FrameMask = Bool[np.ndarray, " frames"]
