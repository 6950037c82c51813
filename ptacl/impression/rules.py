"""What a rule is: one row of the vocabulary, with its condition on the measurements."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

from ptacl.impression.facts import Facts
from ptacl.types import Certainty, Statement

Section = Literal[
    "pacing", "rhythm", "AV conduction", "ventricular conduction", "axis", "chambers", "voltage",
    "infarction", "ST and T", "QT", "summary",
]  # fmt: skip

MASON = "Mason et al., Circulation 2007;115:1325"
"""AHA/ACC/HRS recommendations, part II: the diagnostic statement list."""
SURAWICZ = "Surawicz et al., Circulation 2009;119:e235"
"""Part III: intraventricular conduction disturbances."""
RAUTAHARJU = "Rautaharju et al., Circulation 2009;119:e241"
"""Part IV: the ST segment, T and U waves, and the QT interval."""
HANCOCK = "Hancock et al., Circulation 2009;119:e251"
"""Part V: cardiac chamber hypertrophy."""
WAGNER = "Wagner et al., Circulation 2009;119:e262"
"""Part VI: acute ischaemia and infarction."""
THYGESEN = "Thygesen et al., Circulation 2018;138:e618"
"""Fourth universal definition of myocardial infarction."""
PRIORI = "Priori et al., Heart Rhythm 2013;10:1932"
"""HRS/EHRA/APHRS consensus on inherited primary arrhythmia syndromes."""
KUSUMOTO = "Kusumoto et al., Circulation 2019;140:e382"
"""ACC/AHA/HRS guideline on bradycardia and conduction delay."""


@dataclass(frozen=True, slots=True)
class Finding:
    """What a condition found: the evidence of a statement."""

    evidence: str
    leads: tuple[str, ...] = ()
    certainty: Certainty | None = None
    """Where it differs from that of the rule."""
    text: str = ""
    """Where it differs from that of the rule."""


Condition = Callable[[Facts], Finding | None]
"""Of a rule: what it found, or None where the statement is not made."""


@dataclass(frozen=True, slots=True)
class Rule:
    """A statement and when it is made.

    The order of the table is the order of priority and of the impression: a row can exclude only
    rows below it.
    """

    code: str
    section: Section
    text: str
    limits: str
    """The condition in words, for the documentation."""
    condition: Condition
    source: str
    certainty: Certainty = "definite"
    waves: tuple[str, ...] = ("QRS",)
    needs: tuple[str, ...] = ()
    """Leads without which the condition is not tested."""
    implies: tuple[str, ...] = ()
    """Statements that this one makes superfluous."""
    excludes: tuple[str, ...] = ()
    """Statements that this one contradicts, or the criteria of which it invalidates."""
    abnormal: bool = True
    """Whether it excludes *normal ECG*."""

    def apply(self, facts: Facts) -> Statement | None:
        """Return the statement with its evidence; None where the condition does not hold."""
        if not facts.has(*self.needs):
            return None
        finding = self.condition(facts)
        if finding is None:
            return None
        return Statement(
            code=self.code,
            text=finding.text or self.text,
            evidence=finding.evidence,
            source="measured",
            certainty=finding.certainty or self.certainty,
            leads=finding.leads,
            waves=self.waves,
        )
