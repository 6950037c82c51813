"""From the rules that hold to an impression: excluded and implied statements are dropped."""

from collections.abc import Iterable
from dataclasses import replace

from ptacl.impression.facts import Facts
from ptacl.impression.repolarisation_rules import NORMAL
from ptacl.impression.vocabulary import BY_CODE, RULES, contradict, implied_by
from ptacl.types import Statement


def statements_of(facts: Facts) -> tuple[Statement, ...]:
    """Return the statements about an ECG in the order of the vocabulary.

    No two of them contradict one another, and none follows from another one.

    Args:
        facts: measured on the ECG.
    """
    candidates = [statement for rule in RULES if (statement := rule.apply(facts)) is not None]
    return solve(candidates)


def solve(candidates: Iterable[Statement]) -> tuple[Statement, ...]:
    """Drop what earlier statements exclude, then what the others imply.

    Args:
        candidates: statements of the vocabulary in its order, each code once.
    """
    solved: list[Statement] = []
    for statement in candidates:
        if not any(contradict(former.code, statement.code) for former in solved):
            solved.append(statement)
    implied = frozenset().union(*(implied_by(statement.code) for statement in solved))
    return tuple(
        _otherwise_normal(statement, len(solved)) if statement.code == NORMAL else statement
        for statement in solved
        if statement.code not in implied
    )


def contradictions(codes: Iterable[str]) -> list[tuple[str, str]]:
    """Return the pairs of statements that contradict or imply one another.

    Args:
        codes: of an impression; codes of no rule (of the model, of neighbours) are passed over.
    """
    known = [code for code in codes if code in BY_CODE]
    return [
        (first, second)
        for at, first in enumerate(known)
        for second in known[at + 1 :]
        if contradict(first, second) or second in implied_by(first) or first in implied_by(second)
    ]


def _otherwise_normal(normal: Statement, count: int) -> Statement:
    """Return *otherwise normal ECG* where more than the plain rhythm is stated."""
    return replace(normal, text="Otherwise normal ECG") if count > 2 else normal
