"""Texts of the pages: disclaimers, explanations, and sentences about one inspection."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Protocol

from ptacl.measurements import MEASUREMENTS
from ptacl.phenotypes import interval_against_references
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
from ptacl.wording import SYNTHETIC as SYNTHETIC
from ptacl.wording import SYNTHETIC_HELP as SYNTHETIC_HELP
from ptacl.wording import flagged_leads

from .labels import SEX_WORDS, listed

if TYPE_CHECKING:
    from ptacl.gallery import Gallery

REFERENCE_AGES = (45, 74)
REFERENCE_SOURCE = (
    "Reference interval: mean ± 1.96 SD of healthy people of 45–74 years "
    "(Petersen et al., JCMR 2017;19:18, UK Biobank)."
)
QTC_OURS, QTC_DEVICE = "QTc after Fridericia", "QTc by its formula"
INTERVAL_MEANING = (
    "90 % interval: it contains the measured value of nine in ten people like those of the "
    "calibration set. In other populations its coverage may be lower."
)
INDEXED = "Indexed values: per m² of body surface area after Du Bois"
LIMITS = (
    "Predicted, not measured: no image was taken, and a cardiac MRI may give other values.",
    INTERVAL_MEANING,
    "Regression to the mean: a heart far from the average is probably farther from it than its "
    "prediction.",
    "Not every recording error is detected: a gain of 2 or ½ of all leads or of one, swapped "
    "electrodes of left arm and left leg, and swapped neighbours among V3 to V6 may be missed. So "
    "may atrial flutter with 3:1 conduction, and pacemaker spikes removed by a 40 Hz filter.",
    "Similar hearts are the nearest neighbours in one gallery, which may hold none like this one.",
)
"""Limits of the predictions, as printed on a report."""
MEAN_OF_TWO = (
    "Each value is the mean of two regressions, on features of the encoder and on ECG measurements "
    "(wave amplitudes, intervals, axis)."
)
BEFORE = "Before reading the numbers"
"""Title of the caveats."""
DISTRIBUTION = "Out-of-distribution check"
"""Title of the verdict on whether the ECG resembles the training ECGs."""
_STATES: dict[Severity, str] = {"info": "info", "check": "check", "withhold": "withheld"}
_WITHHELD = "Volumes and similar hearts are withheld"


def quality_sentence(quality: EcgQuality) -> tuple[str, str]:
    """Return the state (``good``, ``check`` or ``withheld``) and its effect on the prediction."""
    if reason := withholding_reason(quality, quality.caveats):
        return "withheld", f"{reason} Prediction withheld."
    if flagged := flagged_leads(quality):
        return "check", f"{listed(flagged)}: prediction shown with a warning."
    return "good", "All 12 leads are good."


def withheld_sentence(inspection: Inspection) -> str:
    """Return why nothing is predicted."""
    if inspection.prepared.quality.usable and inspection.withheld:
        return f"{_WITHHELD}. {inspection.withheld}"
    return f"{_WITHHELD} for a recording of this quality. {inspection.withheld}".rstrip()


def caveats(inspection: Inspection) -> list[tuple[str, str]]:
    """Return state and sentence of each caveat, the gravest first; may hold text of the file."""
    return [(_STATES[caveat.severity], caveat.text) for caveat in inspection.caveats]


def distribution_sentence(familiarity: Familiarity, *, predicted: bool = True) -> tuple[str, str]:
    """Return state and sentence of the out-of-distribution check.

    Args:
        familiarity: of the ECG.
        predicted: whether there are numbers to be cautious with.
    """
    nearer, farther = familiarity.percentile, 100 - familiarity.percentile
    if familiarity.familiar:
        return "good", (
            f"In distribution: closer to the training ECGs than {farther:.0f} % of held-out ECGs "
            "(limit 5 %)."
        )
    caution = " Interpret the predicted volumes with caution." if predicted else ""
    return "check", (
        f"Out of distribution: {nearer:.0f} % of held-out ECGs are closer to the training ECGs."
        f"{caution}"
    )


def warning_sentence(inspection: Inspection) -> str:
    """Return why the volumes need caution; empty without a reason."""
    reasons = [inspection.prepared.quality.reason]
    if not inspection.familiarity.familiar:
        reasons.append("This ECG is outside the distribution of the training ECGs.")
    return " ".join(filter(None, reasons))


def intervals_sentence(inspection: Inspection) -> str:
    """Return how the intervals were measured, and how they differ from the device's."""
    ours, device = inspection.intervals, inspection.ecg.measurements
    rate = "" if math.isnan(ours.heart_rate_bpm) else f" at {ours.heart_rate_bpm:.0f} a minute"
    text = f"Measured over {len(inspection.prepared.r_peaks)} beats{rate}."
    difference_ms = {
        name: abs(device[key] - value)
        for name, key in (
            (m.short_name, m.key) for m in MEASUREMENTS if m.device_tolerance and m.unit == "ms"
        )
        if math.isfinite(value := getattr(ours, key)) and math.isfinite(device.get(key, math.nan))
    }
    if math.isfinite(ours.qt_ms):
        text += f" T end: {T_END_IN_WORDS}."
    differing = {m.short_name for m in MEASUREMENTS if m.key in differences(ours, device)}
    far = [f"{name} by {ms:.0f} ms" for name, ms in difference_ms.items() if name in differing]
    if far:
        return f"{text} This differs from the device's measurements: {listed(far)}."
    if not difference_ms:
        return text
    largest_ms = max(difference_ms.values())
    return (
        f"{text} The device's {listed(list(difference_ms))} differ by at most {largest_ms:.0f} ms."
    )


class Judged(Protocol):
    """A row of a table of volumes, predicted or measured."""

    @property
    def name(self) -> str:
        """Abbreviation of the phenotype."""

    @property
    def low(self) -> float:
        """Lower end of the 90 % interval."""

    @property
    def high(self) -> float:
        """Upper end of the 90 % interval."""

    @property
    def reference(self) -> Mapping[Sex, tuple[float, float]]:
        """Reference interval of each sex."""

    def verdict(self, sex: Sex | None) -> str:
        """Return how it compares with the reference interval."""


def volume_sentence(rows: Sequence[Judged], sex: Sex | None) -> str:
    """Return which volumes are outside the reference interval, and which may be.

    A value outside whose interval crosses the reference limit is *possibly* outside; of values
    within, those whose interval crosses it are named.
    """
    if not rows:
        return ""
    outside = [(row.name, verdict) for row in rows if (verdict := row.verdict(sex)) != "within"]
    within = [row for row in rows if row.verdict(sex) == "within"]
    beyond = [row.name for row in within if _crosses_limit(row, sex)]
    reference_sex = SEX_WORDS[sex]
    if not outside:
        text = f"All {len(rows)} values are within the reference interval for {reference_sex}"
        if not beyond:
            return f"{text}, and so are their 90 % intervals."
        return f"{text}; the 90 % intervals of {listed(beyond)} reach outside it."
    by_verdict: dict[str, list[str]] = {}
    for name, verdict in outside:
        by_verdict.setdefault(verdict, []).append(name)
    clauses = [f"{listed(names)} {verdict}" for verdict, names in by_verdict.items()]
    tail = f"; the other {len(within)} within" if within else ""
    if beyond:
        tail += f", with 90 % intervals of {listed(beyond)} that reach outside"
    return f"Against the reference interval for {reference_sex}: {'; '.join(clauses)}{tail}."


def _crosses_limit(row: Judged, sex: Sex | None) -> bool:
    return interval_against_references(row.low, row.high, row.reference, sex) != "within"


def shown_reference(sex: Sex | None) -> str:
    """Return which reference interval is drawn; both where the sex is unknown.

    >>> shown_reference("male")
    'Grey: the reference interval for men.'
    """
    if sex:
        return f"Grey: the reference interval for {SEX_WORDS[sex]}."
    return (
        "Grey: the reference intervals for women (above) and men (below); the sex is not known, "
        "so both are shown."
    )


def inputs_sentence(inspection: Inspection) -> str:
    """Return the inputs of the prediction, and the method."""
    _, *covariates = READ_FROM[inspection.known]
    text = "Predicted from the ECG alone."
    if covariates:
        text = f"Predicted from {listed(['the ECG', *covariates])}."
    return f"{text} {MEAN_OF_TWO}" if inspection.model.measures else text


def legend_sentence(*, measured: bool) -> str:
    """Return the legend of a row of the volumes."""
    hollow = " Blue diamond: measured by MRI." if measured else ""
    return (
        f"Red dot and line: predicted, with its 90 % interval.{hollow} Blue ticks: similar hearts."
    )


def age_note(age_years: float | None) -> str:
    """Return a warning where the reference intervals do not cover this age."""
    youngest, oldest = REFERENCE_AGES
    if age_years is None or math.isnan(age_years) or youngest <= age_years < oldest + 1:
        return ""
    return f" This person is {age_years:.0f}, outside that age range."


def neighbour_sentence(neighbours: Sequence[Neighbour], lvef: Sequence[float]) -> str:
    """Return the measured LVEF of the nearest neighbours."""
    if not neighbours or not lvef:
        return ""
    count = f"{len(lvef)} hearts" if len(lvef) > 1 else "one heart"
    span = f"{min(lvef):.0f}–{max(lvef):.0f} %" if len(lvef) > 1 else f"{lvef[0]:.0f} %"
    return f"Nearest neighbours: {count} with a measured LVEF of {span}."


def origin_sentence(gallery: Gallery) -> str:
    """Return the training data of the model and the gallery that it compares with."""
    trained = "simulated hearts" if gallery.trained_on_simulated else "a real cohort"
    return (
        f"Trained on {trained}; compared with the {len(gallery):,} hearts of the gallery "
        f"{gallery.name}, made from the store {gallery.store_name}."
    )
