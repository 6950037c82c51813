"""Everything that the rules of the impression read, measured once for an ECG."""

from collections.abc import Iterable
from dataclasses import dataclass

from ptacl.impression.rhythm_words import RhythmWords
from ptacl.measurements import EcgIntervals, LeadWaves
from ptacl.types import LEADS, EcgQuality, Sex

LIMB_LEADS, CHEST_LEADS = LEADS[:6], LEADS[6:]


@dataclass(frozen=True, slots=True)
class Facts:
    """Measurements of one ECG, as far as its leads allow."""

    intervals: EcgIntervals
    rhythm: RhythmWords
    leads: dict[str, LeadWaves]
    """Of the usable leads only: measured, neither absent nor estimated nor bad."""
    sex: Sex | None = None
    age_years: float | None = None

    def has(self, *leads: str) -> bool:
        """Return whether all these leads can be used."""
        return all(lead in self.leads for lead in leads)

    def of(self, leads: Iterable[str]) -> list[LeadWaves]:
        """Return those of the leads that can be used, in their order."""
        return [self.leads[lead] for lead in leads if lead in self.leads]

    @property
    def is_complete(self) -> bool:
        """Whether all twelve leads can be used."""
        return len(self.leads) == len(LEADS)


def usable_leads(quality: EcgQuality) -> tuple[str, ...]:
    """Return the leads on which a statement may rest."""
    bad = {entry.lead for entry in quality.per_lead if entry.state == "bad"}
    return tuple(lead for lead in LEADS if lead not in bad | {*quality.absent, *quality.estimated})
