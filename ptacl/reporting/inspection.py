"""Inspection of an ECG as text for a terminal."""

from ptacl.measurements import shown_in
from ptacl.regression.covariates import READ_FROM
from ptacl.reporting.probabilities import findings_lines
from ptacl.restoration.record import anomaly_lines
from ptacl.signal.delineation.conventions import T_END_IN_WORDS
from ptacl.types import Inspection, Rhythm
from ptacl.wording import (
    DISCLAIMER,
    SEX_PLURAL,
    flagged_leads,
    number,
    rhythm_title,
    sexes_of,
)

MEAN_OF_TWO = " (mean of two predictions: by the encoder, and by ECG measurements)"


def inspection_table(inspection: Inspection) -> str:
    """Format an inspection for a terminal."""
    ecg, quality = inspection.ecg, inspection.prepared.quality
    origin = "trained on SIMULATED hearts" if inspection.model.synthetic else "research model"
    flagged = flagged_leads(quality)
    # Where the sex is unknown, both reference intervals are printed.
    sexes = sexes_of(inspection.sex)
    familiar = "yes" if inspection.familiarity.familiar else "no"
    lines = [
        f"ECG        {ecg.source_format}, {ecg.duration_s:.1f} s at {ecg.sample_rate_hz:g} Hz",
        f"quality    {'usable' if quality.usable else 'not usable'} {quality.reason}".rstrip(),
        f"leads      {'; '.join(flagged) or 'all good'}",
        *(f"{caveat.severity:<10} {caveat.text}" for caveat in inspection.caveats),
        _measured(inspection),
        *_rhythm(inspection.rhythm),
        f"T end      {T_END_IN_WORDS}",
        f"seen such  {familiar} (distance at the {inspection.familiarity.percentile:.0f}th "
        "percentile of held-out ECGs)",
        *_impression(inspection),
        "",
        f"read from  {', '.join(READ_FROM[inspection.known])}"
        f"{MEAN_OF_TWO if inspection.model.measures else ''}",
        f"{'':8}{'value':>8}{'90 % interval':>18}   reference "
        f"{', '.join(SEX_PLURAL[sex] for sex in sexes)}",
    ]
    for p in inspection.predictions:
        spans = [f"{p.reference[sex][0]:.0f}–{p.reference[sex][1]:.0f}" for sex in sexes]
        interval = f"{p.low:.0f} – {p.high:.0f}"
        lines.append(f"{p.name:8}{p.value:8.0f}{interval:>18}   {', '.join(spans)} {p.unit}")
    lines += findings_lines(inspection)
    if not inspection.predictions:
        lines.append(f"predictions withheld: {inspection.withheld}".rstrip(": "))
    lines += ["", *anomaly_lines(inspection.anomaly)]
    lines += ["", "alike hearts  " + ", ".join(
        f"{n.subject_id} ({n.similarity:.2f})" for n in inspection.neighbours
    )]  # fmt: skip
    model = inspection.model
    lines += [
        "",
        f"{model.name} {model.version}, {origin}. {DISCLAIMER}.",
    ]
    return "\n".join(lines)


def _impression(inspection: Inspection) -> list[str]:
    """Return the draft impression, a line a statement with its evidence."""
    impression = inspection.impression
    if impression.withheld:
        return ["", f"nothing stated: {impression.withheld}"]
    if not impression.statements:
        return []
    return ["", "draft impression", *(
        f"  {statement.text} [{statement.source}, {statement.certainty}]: {statement.evidence}"
        for statement in impression.statements
    )]  # fmt: skip


def _rhythm(rhythm: Rhythm | None) -> list[str]:
    """Return the rhythm with its probability and evidence, a line; none where it is not named."""
    if rhythm is None:
        return []
    return [
        f"rhythm     {rhythm_title(rhythm)}, {100 * rhythm.probability:.0f} % "
        f"({'; '.join(rhythm.evidence)})"
    ]


def _measured(inspection: Inspection) -> str:
    """Return ``rate       61/min   PR 160 ms …``."""
    parts: list[str] = []
    for entry in shown_in("inspection"):
        value = number(getattr(inspection.intervals, entry.key), entry.decimals)
        space = " " if entry.unit.isalpha() else ""
        formula = f" ({entry.formula})" if entry.formula else ""
        name = entry.short_name if parts else f"{entry.short_name:<10}"
        parts.append(f"{name} {value}{space}{entry.unit}{formula}")
    return "   ".join(parts)
