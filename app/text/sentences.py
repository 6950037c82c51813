"""The words of the pages: labels with units, and sentences about one inspection."""

from __future__ import annotations

import math
import re
from collections.abc import Sequence
from typing import TYPE_CHECKING

from ptacl.inference.volume_table import VolumeRow
from ptacl.measurements import MEASUREMENTS
from ptacl.phenotypes import PHENOTYPES
from ptacl.regression.covariates import READ_FROM
from ptacl.signal.delineation.conventions import T_END_IN_WORDS
from ptacl.signal.delineation.device_comparison import differences
from ptacl.types import (
    EcgQuality,
    Familiarity,
    Inspection,
    Neighbour,
    Severity,
    Sex,
    withholding_reason,
)
from ptacl.wording import SEX_PLURAL

if TYPE_CHECKING:
    from ptacl.gallery import Gallery

SYNTHETIC = "synthetic"
SYNTHETIC_HELP = (
    "Simulated hearts, or a model trained on them. Nothing here is evidence about real patients."
)
REFERENCE_AGES = (45, 74)
REFERENCE_SOURCE = (
    "Reference interval: mean ± 1.96 SD of healthy people of 45–74 years "
    "(Petersen et al., JCMR 2017;19:18, UK Biobank)."
)
QTC_OURS, QTC_DEVICE = "QTc after Fridericia", "QTc by its formula"
INTERVAL_MEANING = (
    "The 90 % interval: of ten people like those the model was tried on, nine have their measured "
    "value inside. For other people it may hold fewer."
)
INDEXED = "Indexed values: per m² of body surface area after Du Bois"
LIMITS = (
    "Predicted, not measured: no image was taken, and a cardiac MRI may find something else.",
    INTERVAL_MEANING,
    "Predictions are drawn to the middle: a heart far from the average is probably farther from it "
    "than its prediction.",
    "Not every mistake of a recording shows in it: a gain of 2 or ½, exchanged electrodes of left "
    "arm and left leg, and exchanged neighbours among V2 to V6 can pass unnoticed.",
    "Alike hearts are the nearest in one gallery; a heart that it lacks cannot be found in it.",
)
"""What a reader of a saved report must know about its numbers."""
MEAN_OF_TWO = (
    "Each value is the mean of two readings, by the encoder and by what is measured on the ECG "
    "(heights of its waves, intervals, axis)."
)
BEFORE = "Before reading the numbers"
"""Stands before a caveat."""
_STATES: dict[Severity, str] = {"info": "info", "check": "check", "withhold": "withheld"}
_WITHHELD = "Volumes and alike hearts are withheld"
SEX_WORDS: dict[Sex | None, str] = {**SEX_PLURAL, None: "women and men"}

LABELS = {
    "sex": "Sex",
    "age_years": "Age (years)",
    "height_cm": "Height (cm)",
    "weight_kg": "Weight (kg)",
    **{entry.key: f"{entry.name} ({entry.unit})" for entry in PHENOTYPES},
    **{f"predicted_{p.key}": f"{p.name} from the ECG ({p.unit})" for p in PHENOTYPES},
    **{entry.key: f"{entry.own_label} ({entry.unit})" for entry in MEASUREMENTS},
    "rr_ms": "R–R of the scan (ms)",
    "own_rank": "Rank of its own heart",
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


def name_and_unit(column: str) -> tuple[str, str]:
    """A column's name, and its unit to stand behind a number; no unit where it has none.

    >>> name_and_unit("lvef_pct"), name_and_unit("sex")
    (('LVEF', '%'), ('Sex', ''))
    """
    name, _, unit = label(column).partition(" (")
    return name, unit.removesuffix(")")


def quality_sentence(quality: EcgQuality) -> tuple[str, str]:
    """State (``good``, ``check`` or ``withheld``), and what it means for the prediction."""
    if reason := withholding_reason(quality, quality.caveats):
        return "withheld", f"{reason} Prediction withheld."
    if flagged := flagged_leads(quality):
        return "check", f"{listed(flagged)}: prediction shown with a warning."
    return "good", "All 12 leads are good."


def withheld_sentence(inspection: Inspection) -> str:
    """That nothing is predicted, and why."""
    if inspection.prepared.quality.usable and inspection.withheld:
        return f"{_WITHHELD}. {inspection.withheld}"
    return f"{_WITHHELD} for a recording of this quality. {inspection.withheld}".rstrip()


def caveats(inspection: Inspection) -> list[tuple[str, str]]:
    """State and sentence of each caveat, the gravest first; may hold text of the file."""
    return [(_STATES[caveat.severity], caveat.text) for caveat in inspection.caveats]


def flagged_leads(quality: EcgQuality) -> list[str]:
    """The leads that are not good, each with its reason: ``V3 flat``."""
    return [f"{lead.lead} {lead.reason}" for lead in quality.per_lead if lead.state != "good"]


def familiarity_sentence(familiarity: Familiarity) -> tuple[str, str]:
    """State and sentence: has this model seen such ECGs?"""
    if familiarity.familiar:
        return "good", (
            f"Yes: {familiarity.percentile:.0f} % of its cohort's held-out ECGs lie nearer to what "
            "it was trained on (limit 95 %)."
        )
    return "check", (
        f"No: {familiarity.percentile:.0f} % of its cohort's held-out ECGs lie nearer to what it "
        "was trained on. Read the numbers below with reserve."
    )


def reserve_sentence(inspection: Inspection) -> str:
    """Why the volumes are to be read with reserve; empty where nothing speaks against them."""
    quality, familiar = inspection.prepared.quality, inspection.familiarity.familiar
    unseen = "" if familiar else "This model has not seen such ECGs."
    return " ".join(clause for clause in (quality.reason, unseen) if clause)


def intervals_sentence(inspection: Inspection) -> str:
    """What was measured on the ECG, and how far the device's numbers lie from ours."""
    ours, device = inspection.intervals, inspection.ecg.measurements
    rate = "" if math.isnan(ours.heart_rate_bpm) else f" at {ours.heart_rate_bpm:.0f} a minute"
    said = f"Measured over {len(inspection.prepared.r_peaks)} beats{rate}."
    apart = {
        name: abs(device[key] - value)
        for name, key in (
            (m.short_name, m.key) for m in MEASUREMENTS if m.device_tolerance and m.unit == "ms"
        )
        if math.isfinite(value := getattr(ours, key)) and math.isfinite(device.get(key, math.nan))
    }
    if math.isfinite(ours.qt_ms):
        said += f" T end: {T_END_IN_WORDS}."
    far = [m.short_name for m in MEASUREMENTS if m.key in differences(ours, device)]
    far = [name for name in far if name in apart]
    if far:
        differ = [f"{name} by {apart[name]:.0f} ms" for name in far]
        return f"{said} This differs from the device's measurements: {listed(differ)}."
    if not apart:
        return said
    farthest = max(apart, key=apart.__getitem__)
    return f"{said} The device's {listed(list(apart))} lie within {apart[farthest]:.0f} ms of ours."


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


def shown_reference(sex: Sex | None) -> str:
    """Whose reference interval is drawn, and why there are two where the sex is unknown.

    >>> shown_reference("male")
    'Grey: the reference interval for men.'
    """
    if sex:
        return f"Grey: the reference interval for {SEX_WORDS[sex]}."
    return (
        "Grey: the reference intervals for women (above) and men (below); the sex is not known, "
        "so both are shown."
    )


def read_sentence(inspection: Inspection) -> str:
    """What the volumes were read from, and how."""
    _, *told = READ_FROM[inspection.known]
    said = f"Read from {listed(['the ECG', *told])}." if told else "Read from the ECG alone."
    return f"{said} {MEAN_OF_TWO}" if inspection.model.measures else said


def marks_sentence(*, measured: bool) -> str:
    """What is drawn in a row of the volumes."""
    hollow = " Blue diamond: measured by MRI." if measured else ""
    return f"Red dot and line: predicted, with its 90 % interval.{hollow} Blue ticks: alike hearts."


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


def origin_sentence(gallery: Gallery) -> str:
    """What the model learned from, and what it compares with."""
    trained = "simulated hearts" if gallery.trained_on_simulated else "a real cohort"
    return (
        f"Trained on {trained}; compared with the {len(gallery):,} hearts of the gallery "
        f"{gallery.name}, made from the store {gallery.store_name}."
    )


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
