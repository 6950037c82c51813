"""Sentences about the probabilities of findings."""

from collections.abc import Sequence

from ptacl.types import FindingProbability

FINDINGS_HELP = (
    "Calibrated probabilities of what the MRI would measure; in brackets sensitivity and "
    "specificity of the threshold. Flagged: few hearts without the "
    "finding reach this probability. Unlikely: few hearts with it stay below. Between the two it "
    "is not excluded, also where every predicted value is within the reference interval: "
    "predictions are drawn towards the average. The interval of LVEF is read from such "
    "probabilities too, and reaches further down where a low value is likely."
)


def counted(findings: Sequence[FindingProbability], *, synthetic: bool) -> str:
    """Return among how many hearts the thresholds were measured.

    ``Thresholds: 631 simulated held-out hearts, of which 52 have LVEF below 50 % …``
    """
    if not findings:
        return ""
    first = findings[0].flag
    kind = "simulated held-out hearts" if synthetic else "held-out hearts"
    numbers = ", ".join(f"{each.flag.n} {each.title}" for each in findings)
    origin = " No real heart is among them: in patients all of it may differ." if synthetic else ""
    return f"Thresholds: measured on {first.n + first.n_without} {kind} ({numbers}).{origin}"
