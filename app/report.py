"""One inspection as a page to keep: a single HTML file that prints, and the same as JSON.

Nothing in it is fetched from anywhere. Text that came with a file is escaped.
"""

import json
from collections.abc import Sequence
from html import escape
from pathlib import Path

import pandas as pd
from panel import VolumeRow, rows_table
from paper_svg import paper_svg
from volumes_html import volumes_html
from words import (
    DISCLAIMER,
    REFERENCE_SOURCE,
    SYNTHETIC,
    SYNTHETIC_HELP,
    familiarity_sentence,
    quality_sentence,
    volume_sentence,
)

import ptacl
from ptacl.types import Inspection

STYLE = "".join(
    (Path(__file__).parent / name).read_text(encoding="utf-8")
    for name in ("report.css", "volumes.css")
)
INTERVALS = (
    ("Rate", "heart_rate_bpm", "/min"),
    ("PR", "pr_ms", "ms"),
    ("QRS", "qrs_ms", "ms"),
    ("QT", "qt_ms", "ms"),
    ("QTc", "qtc_ms", "ms"),
    ("QRS axis", "qrs_axis_deg", "°"),
)


def to_html(
    inspection: Inspection,
    rows: Sequence[VolumeRow],
    title: str,
    *,
    filter_label: str = "as recorded",
) -> str:
    """The inspection as one page of HTML.

    Args:
        inspection: what the model says.
        rows: its volumes as they stand on the screen (absolute or indexed).
        title: name of the recording; from the file, so it is escaped.
        filter_label: what was done to the trace.
    """
    badge = ""
    if inspection.model.synthetic:
        badge = f'<span class="badge" title="{escape(SYNTHETIC_HELP)}">{SYNTHETIC}</span>'
    quality = quality_sentence(inspection.prepared.quality)
    familiar = familiarity_sentence(inspection.familiarity)
    parts = [
        f"<h1>ECG of {escape(title)} {badge}</h1>",
        f"<p><b>Quality:</b> {quality[0]}. {escape(quality[1])}<br>",
        f"<b>This model has seen such ECGs:</b> {escape(familiar[1])}</p>",
        _intervals(inspection),
        paper_svg(inspection.ecg.signal_mv, inspection.ecg.sample_rate_hz, filter_label),
        _volumes(inspection, rows),
        _neighbours(inspection),
        _footer(inspection),
    ]
    return (
        '<!doctype html><html lang="en"><head><meta charset="utf-8">'
        f"<title>{escape(title)} · PTACL</title><style>{STYLE}</style></head>"
        f"<body>{''.join(parts)}</body></html>"
    )


def to_json(inspection: Inspection) -> str:
    """What ``ptacl inspect --json`` prints."""
    from ptacl.inspection import to_dict  # imports torch, so only when somebody saves

    return json.dumps(to_dict(inspection), indent=1)


def _intervals(inspection: Inspection) -> str:
    device = inspection.ecg.measurements
    rows = {
        name: {
            "measured here (QTc after Fridericia)": _number(
                getattr(inspection.intervals, key), unit
            ),
            **(
                {"printed by the device (QTc by its formula)": _number(device.get(key), unit)}
                if device
                else {}
            ),
        }
        for name, key, unit in INTERVALS
    }
    return _table(pd.DataFrame(rows))


def _volumes(inspection: Inspection, rows: Sequence[VolumeRow]) -> str:
    if not rows:
        return "<p>No volumes are predicted from a recording of this quality.</p>"
    return (
        "<h2>Volumes the MRI would measure</h2>"
        f"<p>{escape(volume_sentence(rows, inspection.sex))}</p>"
        f"{volumes_html(rows, inspection.sex)}"
        f"{_table(rows_table(list(rows), inspection.sex).set_index(''))}"
        f"<p class='note'>{escape(REFERENCE_SOURCE)} Indexed values: per m² of body surface area "
        "after Du Bois.</p>"
    )


def _neighbours(inspection: Inspection) -> str:
    if not inspection.neighbours:
        return ""
    entries = ", ".join(
        f"{escape(n.subject_id)} ({n.similarity:.2f})" for n in inspection.neighbours
    )
    return f"<h2>Most alike hearts of the gallery</h2><p>{entries} (cosine similarity)</p>"


def _footer(inspection: Inspection) -> str:
    model = inspection.model
    trained = f", {SYNTHETIC}: {SYNTHETIC_HELP}" if model.synthetic else ""
    return (
        f"<footer>{DISCLAIMER}. Model {escape(model.name)} {escape(model.version)}"
        f"{escape(trained)} PTACL {ptacl.__version__}.</footer>"
    )


def _number(value: float | None, unit: str) -> str:
    return "–" if value is None or value != value else f"{value:.0f} {unit}"


def _table(frame: pd.DataFrame) -> str:
    return frame.to_html(border=0, escape=True, na_rep="")
