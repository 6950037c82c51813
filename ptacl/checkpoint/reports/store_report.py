"""What all reports of `ptacl evaluate` on a store begin with."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class StoreReport:
    """The model and the subjects of a report."""

    model: str = ""
    store: str = ""
    synthetic: bool = False
    """Whether the cohort, or the cohort that the model was trained on, is simulated."""
    subjects: int = 0
    """Held-out subjects."""
