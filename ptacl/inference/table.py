"""Table of inspected recordings: columns and rows, the same for a folder, the app and downloads."""

import dataclasses
import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

import pandas as pd

from ptacl.errors import BadInput, PtaclError
from ptacl.measurements import DEVICE_RANGES, MEASUREMENTS
from ptacl.metrics.findings import FINDINGS
from ptacl.phenotypes import PHENOTYPES, Phenotype, against_reference
from ptacl.restoration.record import anomaly_row
from ptacl.types import (
    SEVERITIES,
    Caveat,
    Ecg,
    EcgIntervals,
    EcgQuality,
    Familiarity,
    FindingProbability,
    Impression,
    Inspection,
    ModelInfo,
    Neighbour,
    Prediction,
    PreparedEcg,
    Rhythm,
    Sex,
)
from ptacl.wording import DISCLAIMER, SEX_PLURAL, rhythm_title, sexes_of

Row = dict[str, str | float | bool | None]
"""Column key to value; absent columns are empty."""

NOTICE = f"{DISCLAIMER}."
READ, FAILED = "read", "failed"


@dataclass(frozen=True, slots=True)
class Column:
    """A column of the table."""

    key: str
    title: str
    """Title with the unit."""
    kind: Literal["text", "number", "flag"] = "text"
    digits: int = 0
    """Decimals of a number."""


ANOMALY_COLUMNS = (
    Column("anomaly_percentile", "Does not fit a normal heart (percentile)", "number", 1),
    Column("anomaly_unusual", "Unusual for a normal heart", "flag"),
    Column("anomaly_findings", "What does not fit"),
    Column("anomaly_withheld", "Why there is no judgement of what fits"),
)
"""Filled by `restoration.record.anomaly_row`."""


def columns(
    sex: Sex | None = None, phenotypes: Sequence[Phenotype] = PHENOTYPES
) -> tuple[Column, ...]:
    """Return the columns in order.

    Args:
        sex: compare with the reference interval of this sex; with both if it is unknown.
        phenotypes: those that the model predicts (`Gallery.phenotypes`).
    """
    return (
        Column("file", "File"),
        Column("status", "Status"),
        Column("reason", "Why it failed"),
        Column("code", "Error code"),
        Column("format", "Format"),
        Column("sample_rate_hz", "Sample rate (Hz)", "number", 1),
        Column("duration_s", "Length (s)", "number", 1),
        *_measured_columns(),
        Column("rhythm", "Rhythm"),
        Column("rhythm_probability", "Probability of the rhythm", "number", 2),
        Column("rhythm_evidence", "Evidence of the rhythm"),
        Column("usable", "Usable", "flag"),
        Column("quality", "Quality"),
        Column("leads_to_check", "Leads to check"),
        Column("bad_leads", "Bad leads"),
        Column("completed_leads", "Leads derived, flat or with gaps"),
        Column("estimated_leads", "Leads estimated from the others"),
        Column("caveats", "Caveats"),
        Column("statements", "Draft impression (codes)"),
        Column("familiar", "In distribution", "flag"),
        Column("familiarity_percentile", "Distance to the training ECGs (percentile)", "number", 0),
        *_phenotype_columns(phenotypes, sexes_of(sex)),
        *_finding_columns(),
        *ANOMALY_COLUMNS,
        Column("nearest", "Nearest neighbour"),
        Column("nearest_similarity", "Similarity of the nearest neighbour", "number", 3),
        Column("neighbours", "Nearest neighbours"),
        Column("model", "Model"),
        Column("synthetic", "Model trained on simulated hearts", "flag"),
        Column("notice", "Notice"),
    )


def inspection_row(inspection: Inspection) -> Row:
    """Return the row of an inspected recording."""
    return {
        **recording_row(inspection.ecg, inspection.prepared, inspection.intervals),
        **model_row(
            inspection.predictions,
            inspection.neighbours,
            inspection.familiarity,
            inspection.model,
        ),
        **finding_row(inspection.findings),
        **anomaly_row(inspection.anomaly),
        **rhythm_row(inspection.rhythm),
        "caveats": caveats_text(inspection.caveats),
        "statements": statement_codes(inspection.impression),
    }


def rhythm_row(rhythm: Rhythm | None) -> Row:
    """Return the columns of the rhythm; empty where it is not named."""
    if rhythm is None:
        return {}
    return {
        "rhythm": rhythm_title(rhythm),
        "rhythm_probability": rhythm.probability,
        "rhythm_evidence": "; ".join(rhythm.evidence),
    }


def recording_row(ecg: Ecg, prepared: PreparedEcg, intervals: EcgIntervals) -> Row:
    """Return the columns that need no model: measurements by ptacl and by the device."""
    measured = {key: _finite(value) for key, value in dataclasses.asdict(intervals).items()}
    device = {
        f"device_{key}": _finite(value)
        for key, value in ecg.measurements.items()
        if key in DEVICE_RANGES
    }
    return {
        "status": READ,
        "format": ecg.source_format,
        "sample_rate_hz": ecg.sample_rate_hz,
        "duration_s": ecg.duration_s,
        **measured,
        **device,
        **_quality(prepared.quality),
        "completed_leads": "; ".join(f"{lead} {how}" for lead, how in ecg.missing.items()),
        "estimated_leads": "; ".join(prepared.quality.estimated),
        "caveats": caveats_text((*ecg.caveats, *prepared.quality.caveats)),
    }


def statement_codes(impression: Impression) -> str:
    """Return the codes of the statements on the measured waves; empty where none is made."""
    return "; ".join(s.code for s in impression.statements if s.source == "measured")


def caveats_text(caveats: Iterable[Caveat]) -> str:
    """Return the caveats of a recording as text, the most severe first."""
    return " ".join(c.text for c in sorted(caveats, key=lambda c: -SEVERITIES.index(c.severity)))


def model_row(
    predictions: Iterable[Prediction],
    neighbours: Iterable[Neighbour],
    familiarity: Familiarity,
    model: ModelInfo,
) -> Row:
    """Return the columns of the model; without predictions if they are withheld."""
    row: Row = {
        "familiar": familiarity.familiar,
        "familiarity_percentile": familiarity.percentile,
        **model_columns(model),
    }
    for entry in predictions:
        row |= {
            entry.key: entry.value,
            f"{entry.key}_low": entry.low,
            f"{entry.key}_high": entry.high,
        }
        for sex, span in entry.reference.items():
            mark = against_reference(entry.value, entry.low, entry.high, span)
            row[f"{entry.key}_for_{SEX_PLURAL[sex]}"] = mark
    near = list(neighbours)
    if near:
        row |= {"nearest": near[0].subject_id, "nearest_similarity": near[0].similarity}
        row["neighbours"] = "; ".join(f"{n.subject_id} ({n.similarity:.2f})" for n in near)
    return row


def finding_row(findings: Iterable[FindingProbability]) -> Row:
    """Return the columns of the findings: probability, and its state by the thresholds."""
    row: Row = {}
    for entry in findings:
        row |= {f"probability_{entry.key}": entry.probability, f"{entry.key}_is": entry.state}
    return row


def failed_row(reason: str, code: str, model: ModelInfo) -> Row:
    """Return the row of a file that could not be read.

    Args:
        reason: plain sentences.
        code: of the error (`ptacl.errors.ERROR_CODES`).
        model: the model that would have read it.
    """
    return {"status": FAILED, "reason": reason, "code": code, **model_columns(model)}


def reason(error: PtaclError) -> str:
    """Return why a file failed, without its name, which is in the row already."""
    if isinstance(error, BadInput):
        clauses = (error.found, error.do)
        return " ".join(f"{clause[:1].upper()}{clause[1:]}." for clause in clauses)
    return str(error)


def model_columns(model: ModelInfo) -> Row:
    """Return the columns that identify the model, in every row so that excerpts keep them."""
    return {
        "model": f"{model.name}, PTACL {model.version}",
        "synthetic": model.synthetic,
        "notice": NOTICE,
    }


def table(
    rows: Iterable[Mapping[str, Any]],
    sex: Sex | None = None,
    phenotypes: Sequence[Phenotype] = PHENOTYPES,
) -> pd.DataFrame:
    """Build a table with all `columns`, typed; a value that a row lacks is empty."""
    wanted = columns(sex, phenotypes)
    values: list[list[Any]] = [[] for _ in wanted]
    for row in rows:  # one at a time: there may be very many
        for column, entries in zip(wanted, values, strict=True):
            entries.append(row.get(column.key))
    return pd.DataFrame(
        {
            column.key: _values(entries, column)
            for column, entries in zip(wanted, values, strict=True)
        }
    )


def _values(values: list[Any], column: Column) -> pd.Series:
    if column.kind == "number":
        return pd.Series(values, dtype="float64").round(column.digits)
    if column.kind == "flag":
        return pd.Series(values, dtype="boolean")
    # A file name may hold bytes that are no text.
    return pd.Series(
        [v.encode("utf-8", "replace").decode() if v else None for v in values], dtype="string"
    )


def _measured_columns() -> Iterable[Column]:
    """Yield the columns of each measurement, by ptacl and by the device."""
    for entry in MEASUREMENTS:
        formula = f" after {entry.formula}" if entry.formula else ""
        if entry.is_measured:
            yield Column(entry.key, f"{entry.label}{formula} ({entry.unit})", "number", 1)
        if entry.device_range is not None:
            title = f"{entry.label} ({entry.unit}), device"
            yield Column(f"device_{entry.key}", title, "number", 1)


def _phenotype_columns(phenotypes: Iterable[Phenotype], sexes: Iterable[Sex]) -> Iterable[Column]:
    for entry in phenotypes:
        yield Column(entry.key, f"{entry.name} ({entry.unit})", "number", 1)
        yield Column(f"{entry.key}_low", f"{entry.name}, 90 % from", "number", 1)
        yield Column(f"{entry.key}_high", f"{entry.name}, 90 % to", "number", 1)
        for sex in sexes:
            group = SEX_PLURAL[sex]
            yield Column(f"{entry.key}_for_{group}", f"{entry.name} for {group}")


def _finding_columns() -> Iterable[Column]:
    for finding in FINDINGS:
        yield Column(f"probability_{finding.key}", f"{finding.title}, probability", "number", 3)
        yield Column(f"{finding.key}_is", f"{finding.title}, by its thresholds")


def _quality(quality: EcgQuality) -> Row:
    def leads(state: str) -> str:
        return "; ".join(f"{q.lead} {q.reason}" for q in quality.per_lead if q.state == state)

    return {
        "usable": quality.usable,
        "quality": quality.reason,
        "leads_to_check": leads("check"),
        "bad_leads": leads("bad"),
    }


def _finite(value: float) -> float | None:
    return float(value) if math.isfinite(value) else None
