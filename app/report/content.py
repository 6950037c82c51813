"""Content of the report of one inspection, independent of its file format."""

from collections.abc import Sequence
from dataclasses import dataclass, field

import pandas as pd

from ptacl.impression.lead_table import lead_table
from ptacl.inference.volume_table import VolumeRow, rows_table
from ptacl.reporting.person import person_lines
from ptacl.reporting.probabilities import finding_sentences
from ptacl.restoration.record import anomaly_sentence, finding_text
from ptacl.types import Anomaly, EcgSignal, Impression, Inspection, Sex
from ptacl.wording import DISCLAIMER

from ..panels.intervals_table import intervals_table
from ..text.impression_sentences import WITHHELD, as_line, device_sentence
from ..text.rhythm_sentences import rhythm_verdicts
from ..text.sentences import (
    BEFORE,
    DISTRIBUTION,
    INDEXED,
    LIMITS,
    REFERENCE_SOURCE,
    SYNTHETIC_HELP,
    age_note,
    caveats,
    distribution_sentence,
    inputs_sentence,
    intervals_sentence,
    legend_sentence,
    neighbour_sentence,
    quality_sentence,
    shown_reference,
    volume_sentence,
    warning_sentence,
    withheld_sentence,
)
from .parts import ReportParts

PERSON_TITLE = "Person and dates"
COMMENT_TITLE = "Comment of the reader"
INDEXED_TITLE = "Volumes per m² of body surface area"
VOLUMES_TITLE = "Volumes the MRI would measure"
FINDINGS_TITLE = "Probabilities of findings"
ANOMALY_TITLE = "What does not fit"
NEIGHBOURS_TITLE = "Most similar hearts in the gallery"


@dataclass(frozen=True, slots=True)
class ReportContent:
    """Content of a report; text of a file is not yet escaped."""

    title: str
    """Name of the recording, as on the page."""
    synthetic: bool
    verdicts: tuple[tuple[str, str, str], ...]
    """Subject, state (``good``, ``check``, ``withheld``) and sentence of each verdict."""
    intervals: pd.DataFrame
    """Measured here and, if any, by the device."""
    intervals_text: str
    signal_mv: EcgSignal
    sample_rate_hz: float
    filter_label: str
    rows: tuple[VolumeRow, ...]
    """Empty where the prediction is withheld."""
    sex: Sex | None
    impression: tuple[str, ...]
    """Sentences of the draft impression as the reader left them, or why there are none."""
    device_statements: str
    """Sentence; empty where the file has none."""
    lead_waves: pd.DataFrame
    """Waves of each lead in mV; empty where nothing is stated."""
    volumes_text: str
    volumes_warning: str
    """Empty without a reason for a warning."""
    volumes_notes: tuple[str, ...]
    findings: tuple[str, ...]
    """A sentence each; empty where the gallery has no probabilities."""
    anomaly: tuple[str, ...]
    """What does not fit: the verdict, then the stretches; empty without a restorer."""
    neighbours: str
    """Ids with their similarity; empty without neighbours."""
    neighbours_text: str
    limits: tuple[str, ...]
    footer: str
    person: tuple[tuple[str, str], ...] = ()
    """Label and value of dates, age, sex, body size and body surface area."""
    parts: ReportParts = field(default_factory=ReportParts)

    @property
    def volumes(self) -> pd.DataFrame:
        """Table of the volumes as text."""
        return rows_table(list(self.rows), self.sex).set_index("")

    @property
    def indexed_volumes(self) -> pd.DataFrame:
        """Table of the indexed volumes as text; empty where the body surface is not known."""
        return rows_table(list(self.parts.indexed), self.sex).set_index("")


def compose(
    inspection: Inspection,
    rows: Sequence[VolumeRow],
    title: str,
    *,
    origin: str,
    filter_label: str,
    parts: ReportParts | None = None,
) -> ReportContent:
    """Return the content of the page as a report.

    Args:
        inspection: result of the model.
        rows: its volumes as on the page (absolute or indexed).
        title: name of the recording.
        origin: training data and gallery of the model (`sentences.origin_sentence`).
        filter_label: name of the display filter.
        parts: what the inspection alone does not hold; a plain date by default.
    """
    parts = parts or ReportParts()
    quality = quality_sentence(inspection.prepared.quality)
    distribution = distribution_sentence(
        inspection.familiarity, predicted=bool(inspection.predictions)
    )
    neighbours = inspection.neighbours
    lvef = next((row.neighbours for row in rows if row.key == "lvef_pct"), ())
    return ReportContent(
        title=title,
        synthetic=inspection.model.synthetic,
        verdicts=(
            ("Quality", *quality),
            (DISTRIBUTION, *distribution),
            *((subject, *verdict) for subject, verdict in rhythm_verdicts(inspection)),
            *((BEFORE, *caveat) for caveat in caveats(inspection)),
        ),
        intervals=intervals_table(inspection),
        intervals_text=intervals_sentence(inspection),
        signal_mv=inspection.ecg.signal_mv,
        sample_rate_hz=inspection.ecg.sample_rate_hz,
        filter_label=filter_label,
        rows=tuple(rows),
        sex=inspection.sex,
        impression=impression_lines(inspection.impression),
        device_statements=device_sentence(inspection.ecg.device_statements),
        lead_waves=lead_table(inspection.impression),
        volumes_text=volume_sentence(rows, inspection.sex) or withheld_sentence(inspection),
        volumes_warning=warning_sentence(inspection) if rows else "",
        volumes_notes=(
            inputs_sentence(inspection),
            legend_sentence(measured=any(row.measured is not None for row in rows)),
            f"{shown_reference(inspection.sex)} {REFERENCE_SOURCE}"
            f"{age_note(inspection.person.age_years)}",
            *([f"{INDEXED}."] if any("m²" in row.unit for row in (*rows, *parts.indexed)) else []),
        ),
        findings=tuple(finding_sentences(inspection)),
        anomaly=anomaly_lines(inspection.anomaly),
        neighbours=", ".join(f"{n.subject_id} ({n.similarity:.2f})" for n in neighbours),
        neighbours_text=neighbour_sentence(neighbours, lvef),
        limits=LIMITS,
        footer=_footer(inspection, origin),
        person=(
            *parts.details.dated(),
            *person_lines(inspection.person, inspection.ecg.stated),
        ),
        parts=parts,
    )


def anomaly_lines(anomaly: Anomaly | None) -> tuple[str, ...]:
    """Return the verdict on what does not fit, and the stretches; empty without a restorer."""
    if anomaly is None:
        return ()
    return (anomaly_sentence(anomaly), *[finding_text(finding) for finding in anomaly.findings])


def impression_lines(impression: Impression) -> tuple[str, ...]:
    """Return the sentences of an impression, or the one that says why there are none."""
    if impression.withheld:
        return (f"{WITHHELD}: {impression.withheld}",)
    return tuple(as_line(statement) for statement in impression.statements)


def _footer(inspection: Inspection, origin: str) -> str:
    """Return the footer of all pages; the version is that of PTACL at the inspection."""
    model = inspection.model
    synthetic = f" {SYNTHETIC_HELP}" if model.synthetic else ""
    return f"{DISCLAIMER}. Model {model.name}, PTACL {model.version}. {origin}{synthetic}"
