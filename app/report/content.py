"""What a report of one inspection says, in whatever form it is saved."""

from collections.abc import Sequence
from dataclasses import dataclass

import pandas as pd

from ptacl.inference.volume_table import VolumeRow, rows_table
from ptacl.types import EcgSignal, Inspection, Sex
from ptacl.wording import DISCLAIMER

from ..panels.intervals_table import intervals_table
from ..text.sentences import (
    BEFORE,
    INDEXED,
    LIMITS,
    REFERENCE_SOURCE,
    SYNTHETIC_HELP,
    age_note,
    caveats,
    familiarity_sentence,
    intervals_sentence,
    marks_sentence,
    neighbour_sentence,
    quality_sentence,
    read_sentence,
    reserve_sentence,
    shown_reference,
    volume_sentence,
    withheld_sentence,
)

VOLUMES_TITLE = "Volumes the MRI would measure"
ALIKE_TITLE = "Most alike hearts of the gallery"


@dataclass(frozen=True, slots=True)
class ReportContent:
    """Everything that stands on a report; text that came with a file is not yet escaped."""

    title: str
    """Name of the recording, as on the page."""
    synthetic: bool
    verdicts: tuple[tuple[str, str, str], ...]
    """What is judged, its state (``good``, ``check``, ``withheld``), and the sentence."""
    intervals: pd.DataFrame
    """Ours, and the device's where it printed any."""
    intervals_said: str
    signal_mv: EcgSignal
    sample_rate_hz: float
    filter_label: str
    rows: tuple[VolumeRow, ...]
    """Empty where the quality forbids a prediction."""
    sex: Sex | None
    volumes_said: str
    volumes_warning: str
    """Empty where nothing speaks against them."""
    volumes_notes: tuple[str, ...]
    alike: str
    """Ids with their similarity; empty where there are none."""
    alike_said: str
    limits: tuple[str, ...]
    footer: str

    @property
    def volumes(self) -> pd.DataFrame:
        """The volumes as text."""
        return rows_table(list(self.rows), self.sex).set_index("")


def compose(
    inspection: Inspection,
    rows: Sequence[VolumeRow],
    title: str,
    *,
    origin: str,
    filter_label: str,
) -> ReportContent:
    """Say what the page says.

    Args:
        inspection: what the model says.
        rows: its volumes as they stand on the screen (absolute or indexed).
        title: name of the recording.
        origin: what the model learned from and compares with (`words.origin_sentence`).
        filter_label: what was done to the trace.
    """
    quality = quality_sentence(inspection.prepared.quality)
    familiar = familiarity_sentence(inspection.familiarity)
    near = inspection.neighbours
    lvef = next((row.neighbours for row in rows if row.key == "lvef_pct"), ())
    return ReportContent(
        title=title,
        synthetic=inspection.model.synthetic,
        verdicts=(
            ("Quality", *quality),
            ("This model has seen such ECGs", *familiar),
            *((BEFORE, *caveat) for caveat in caveats(inspection)),
        ),
        intervals=intervals_table(inspection),
        intervals_said=intervals_sentence(inspection),
        signal_mv=inspection.ecg.signal_mv,
        sample_rate_hz=inspection.ecg.sample_rate_hz,
        filter_label=filter_label,
        rows=tuple(rows),
        sex=inspection.sex,
        volumes_said=volume_sentence(rows, inspection.sex) or withheld_sentence(inspection),
        volumes_warning=reserve_sentence(inspection) if rows else "",
        volumes_notes=(
            read_sentence(inspection),
            marks_sentence(measured=any(row.measured is not None for row in rows)),
            f"{shown_reference(inspection.sex)} {REFERENCE_SOURCE}"
            f"{age_note(inspection.person.age_years)}",
            *([f"{INDEXED}."] if any("m²" in row.unit for row in rows) else []),
        ),
        alike=", ".join(f"{n.subject_id} ({n.similarity:.2f})" for n in near),
        alike_said=neighbour_sentence(near, lvef),
        limits=LIMITS,
        footer=_footer(inspection, origin),
    )


def _footer(inspection: Inspection, origin: str) -> str:
    """What stands on every page: the version is PTACL's, with which the model spoke."""
    model = inspection.model
    synthetic = f" {SYNTHETIC_HELP}" if model.synthetic else ""
    return f"{DISCLAIMER}. Model {model.name}, PTACL {model.version}. {origin}{synthetic}"
