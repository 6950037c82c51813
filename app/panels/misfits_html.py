"""Stretches that do not fit a normal heart as a list; the ECG paper lights the one pointed at.

Plain HTML with the attributes of the statements (`browser/ecg_paper/evidence.js`).
"""

from collections.abc import Sequence
from dataclasses import dataclass

from markupsafe import Markup

from ptacl.restoration.record import finding_text
from ptacl.types import Finding

from ..text.markup import render

_WAVES = {"P": ("P",), "QRS": ("QRS",), "ST–T": ("ST", "T"), "rhythm": ("RR",)}


@dataclass(frozen=True, slots=True)
class _Item:
    key: str
    lead: str
    waves: tuple[str, ...]
    span: str
    """Start and end in ms after the R peak of each beat; empty for a stretch of the recording."""
    at: str
    """Start and end of a stretch in seconds."""
    text: str


def misfits_html(findings: Sequence[Finding], first: int = 0) -> Markup:
    """Return the list; `impression.css` is its style sheet.

    Args:
        findings: the most deviating first.
        first: number of findings in lists before this one, for unique keys.
    """
    items = [_item(number, each) for number, each in enumerate(findings, first)]
    return Markup(render("panels/misfits.html", findings=items))


def _item(number: int, finding: Finding) -> _Item:
    span = f"{finding.start_ms:.0f} {finding.end_ms:.0f}"
    at = f"{finding.start_ms / 1000:.3f} {finding.end_ms / 1000:.3f}"
    of_rhythm = finding.wave == "rhythm"
    return _Item(
        f"misfit-{number}",
        finding.lead,
        _WAVES[finding.wave],
        "" if of_rhythm else span,
        at if of_rhythm else "",
        finding_text(finding),
    )
