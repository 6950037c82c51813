"""The vocabulary: all rules in order of priority, and what follows from their relations."""

from functools import cache

from ptacl.impression.chamber_rules import CHAMBER_RULES
from ptacl.impression.conduction_rules import AXIS_RULES, CONDUCTION_RULES
from ptacl.impression.infarct_rules import INFARCT_RULES
from ptacl.impression.repolarisation_rules import NORMAL, REPOLARISATION_RULES
from ptacl.impression.rhythm_rules import AV_RULES, PACING_RULES, RHYTHM_RULES
from ptacl.impression.rules import Rule

RULES: tuple[Rule, ...] = (
    *PACING_RULES, *RHYTHM_RULES, *AV_RULES, *CONDUCTION_RULES, *AXIS_RULES, *CHAMBER_RULES,
    *INFARCT_RULES, *REPOLARISATION_RULES,
)  # fmt: skip
BY_CODE = {rule.code: rule for rule in RULES}


@cache
def implied_by(code: str) -> frozenset[str]:
    """Return all statements that a statement makes superfluous, directly or through others."""
    direct = BY_CODE[code].implies
    return frozenset(direct).union(*(implied_by(each) for each in direct))


@cache
def contradict(first: str, second: str) -> bool:
    """Return whether two statements contradict one another.

    They do if one of them, or what it implies, excludes the other or what that implies. Every
    abnormal statement excludes *normal ECG*.

    Example:
        >>> contradict("lbbb", "lvh"), contradict("lafb", "inferior_infarct")
        (True, False)
    """
    ours, theirs = {first} | implied_by(first), {second} | implied_by(second)
    return any(
        other in _excluded(one) or one in _excluded(other)
        for one in ours - theirs
        for other in theirs - ours
    )


def _excluded(code: str) -> tuple[str, ...]:
    rule = BY_CODE[code]
    return (*rule.excludes, NORMAL) if rule.abnormal else rule.excludes
