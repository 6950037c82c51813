"""The report of `ptacl evaluate --ecg-labels`: predictions for ECGs with diagnoses."""

from dataclasses import dataclass, field

from ptacl.checkpoint.reports.figures import EmptyGroup, MeanInterval


@dataclass(frozen=True, slots=True)
class SignAuroc:
    """How well one sign separates records with a diagnosis from normal records."""

    title: str
    """Of the sign."""
    value: float
    """AUROC."""
    low: float
    high: float
    n: int
    """Records with the diagnosis that have the sign."""
    n_normal: int
    """Normal records that have the sign."""


@dataclass(frozen=True, slots=True)
class DiagnosisAurocs:
    """The AUROC of each sign for one diagnosis."""

    title: str
    signs: dict[str, SignAuroc] = field(default_factory=dict)
    """Only signs that some records of both groups have."""


@dataclass(frozen=True, slots=True)
class PredictedVolume:
    """A phenotype predicted for the normal records of one sex, and in healthy people."""

    name: str
    unit: str
    n: int
    mean: float
    sd: float
    reference_mean: float
    """Of healthy people of the sex (Petersen et al., 2017)."""
    reference_sd: float


@dataclass(frozen=True, slots=True)
class LabelledReport:
    """AUROCs by diagnosis, out-of-distribution shares and volumes predicted for normal records."""

    model: str = ""
    synthetic: bool = False
    """Whether the model was trained on simulated hearts."""
    table: str = ""
    """File name of the table of labels."""
    left_out: int = 0
    """Records that could not be read."""
    records: int = 0
    auroc: dict[str, DiagnosisAurocs] = field(default_factory=dict)
    flagged: dict[str, MeanInterval | EmptyGroup] = field(default_factory=dict)
    """``normal``, ``abnormal`` → share of records that are out of distribution."""
    normal_predictions: dict[str, dict[str, PredictedVolume]] = field(default_factory=dict)
    """Sex → phenotype key → prediction."""
