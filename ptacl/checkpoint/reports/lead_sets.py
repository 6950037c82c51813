"""The report of `ptacl evaluate --leads`: predictions from fewer than 12 leads."""

from dataclasses import dataclass, field

from ptacl.checkpoint.reports.evaluation import PhenotypeErrors


@dataclass(frozen=True, slots=True)
class LeadSetReport:
    """Errors and coverage of a gallery's heads for each lead set, on the same held-out subjects."""

    model: str = ""
    store: str = ""
    synthetic: bool = False
    """Whether the subjects, or those the model was trained on, are simulated."""
    subjects: int = 0
    sets: dict[str, dict[str, PhenotypeErrors]] = field(default_factory=dict)
    """Name of the set → phenotype key → R², mean absolute error, coverage in all and by sex;
    ``12`` for all leads."""
    zero_filled: dict[str, dict[str, float]] = field(default_factory=dict)
    """Control: coverage of the heads of 12 leads on the same ECGs, the other leads zero; NaN where
    it was not measured."""
