"""The words of the pages: labels with units, and sentences about one inspection."""

import math
import re
from collections.abc import Sequence

from panel import VolumeRow

from ptacl.phenotypes import PHENOTYPES
from ptacl.types import EcgQuality, Familiarity, Neighbour, Sex

DISCLAIMER = "Research use only, not a medical device"
SYNTHETIC = "synthetic"
SYNTHETIC_HELP = (
    "Simulated hearts, or a model trained on them. Nothing here is evidence about real patients."
)
REFERENCE_AGES = (45, 74)
REFERENCE_SOURCE = (
    "Reference interval: mean ± 1.96 SD of healthy people of 45–74 years "
    "(Petersen et al., JCMR 2017;19:18, UK Biobank)."
)
SEX_WORDS: dict[Sex | None, str] = {"female": "women", "male": "men", None: "women and men"}

LABELS = {
    "sex": "Sex",
    "age_years": "Age (years)",
    "height_cm": "Height (cm)",
    "weight_kg": "Weight (kg)",
    **{entry.key: f"{entry.name} ({entry.unit})" for entry in PHENOTYPES},
    **{f"predicted_{p.key}": f"{p.name} from the ECG ({p.unit})" for p in PHENOTYPES},
    "heart_rate_bpm": "Heart rate (/min)",
    "pr_ms": "PR (ms)",
    "qrs_ms": "QRS (ms)",
    "qt_ms": "QT (ms)",
    "qtc_ms": "QTc, Fridericia (ms)",
    "qrs_axis_deg": "QRS axis (°)",
    "rr_sd_ms": "R–R standard deviation (ms)",
    "rr_ms": "R–R of the scan (ms)",
    "own_rank": "Rank of the own heart",
    "alignment_error_frames": "Alignment error (frames)",
    "familiarity_distance": "Distance to known ECGs",
    "truth_lbbb": "Left bundle branch block",
    "truth_af": "Atrial fibrillation",
    "truth_ectopy": "Ectopic beats",
    "truth_dcm": "Simulated dilation",
    "truth_hyp": "Simulated hypertrophy",
    "truth_rvl": "Simulated RV load",
}


def label(column: str) -> str:
    """A column of the gallery's table as a person reads it, with its unit.

    >>> label("lvef_pct"), label("truth_noise_mv")
    ('LVEF (%)', 'Simulated noise mv')
    """
    if column in LABELS:
        return LABELS[column]
    words = column.removeprefix("truth_").replace("_", " ")
    return f"Simulated {words}" if column.startswith("truth_") else words.capitalize()


def quality_sentence(quality: EcgQuality) -> tuple[str, str]:
    """State (``good``, ``check`` or ``withheld``) and the sentence that goes with it."""
    if not quality.usable:
        return "withheld", quality.reason or "The recording does not allow a prediction."
    doubtful = [f"{lead.lead} {lead.reason}" for lead in quality.per_lead if lead.state != "good"]
    if doubtful:
        return "check", f"Check {', '.join(doubtful)}."
    return "good", "All 12 leads are good."


def familiarity_sentence(familiarity: Familiarity) -> tuple[str, str]:
    """State and sentence: has this model seen such ECGs?"""
    if familiarity.familiar:
        return "good", (
            "Yes: its distance to the training ECGs stands at percentile "
            f"{familiarity.percentile:.0f} of its cohort's held-out ECGs (limit 95)."
        )
    return "check", (
        f"No: it lies farther from the training ECGs than {familiarity.percentile:.0f} % of its "
        "cohort's held-out ECGs. Read the numbers below with reserve."
    )


def volume_sentence(rows: Sequence[VolumeRow], sex: Sex | None) -> str:
    """Which of the volumes lie outside the reference interval, in plain words.

    An interval that crosses the reference limit makes the statement *possible*, never certain.
    """
    if not rows:
        return ""
    found = [(row.name, verdict) for row in rows if (verdict := row.verdict(sex)) != "within"]
    whom = SEX_WORDS[sex]
    if not found:
        return f"All {len(rows)} values lie within the reference interval for {whom}."
    by_verdict: dict[str, list[str]] = {}
    for name, verdict in found:
        by_verdict.setdefault(verdict, []).append(name)
    clauses = [f"{listed(names)} {verdict}" for verdict, names in by_verdict.items()]
    rest = len(rows) - len(found)
    tail = f"; the other {rest} within" if rest else ""
    return f"Against the reference interval for {whom}: {'; '.join(clauses)}{tail}."


def age_note(age_years: float | None) -> str:
    """A warning where the reference intervals were not measured at this age."""
    youngest, oldest = REFERENCE_AGES
    if age_years is None or math.isnan(age_years) or youngest <= age_years < oldest + 1:
        return ""
    return f" This person is {age_years:.0f}: outside that age."


def neighbour_sentence(neighbours: Sequence[Neighbour], lvef: Sequence[float]) -> str:
    """What the most alike hearts of the gallery measure."""
    if not neighbours or not lvef:
        return ""
    count = f"{len(lvef)} hearts" if len(lvef) > 1 else "one heart"
    span = f"{min(lvef):.0f}–{max(lvef):.0f} %" if len(lvef) > 1 else f"{lvef[0]:.0f} %"
    return f"Looks like {count} of the gallery with a measured LVEF of {span}."


def literal(text: str) -> str:
    """Text that came with a file, so that Markdown shows it as it is and fetches nothing.

    >>> literal("![x](http://host/p.png)_1.csv")
    '\\\\!\\\\[x\\\\](http://host/p.png)\\\\_1.csv'
    """
    return re.sub(r"([\\*_\[\]!<>$~#|])", r"\\\1", text)


def listed(names: Sequence[str]) -> str:
    """Names as a phrase.

    >>> listed(["LVEDV", "LVESV", "LVM"])
    'LVEDV, LVESV and LVM'
    """
    if len(names) < 2:
        return "".join(names)
    return f"{', '.join(names[:-1])} and {names[-1]}"
