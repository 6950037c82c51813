"""One inspection as a page to keep: a single HTML file that prints, and the same as JSON.

Nothing in it is fetched from anywhere. Text that came with a file is escaped.
"""

import json
from html import escape
from pathlib import Path

import pandas as pd

from ptacl.inference.inspection_json import to_dict
from ptacl.types import Inspection

from ..panels.volumes_html import volumes_html
from ..text.sentences import SYNTHETIC, SYNTHETIC_HELP
from .content import ALIKE_TITLE, VOLUMES_TITLE, ReportContent
from .ecg_svg import paper_svg

_HERE = Path(__file__).parent
STYLE = "".join(
    file.read_text(encoding="utf-8")
    for file in (_HERE / "report.css", _HERE.parent / "panels" / "volumes.css")
)


def to_html(content: ReportContent) -> str:
    """The report as one page of HTML."""
    badge = ""
    if content.synthetic:
        badge = f'<span class="badge" title="{escape(SYNTHETIC_HELP)}">{SYNTHETIC}</span>'
    title = escape(content.title)
    parts = [
        f"<h1>ECG of {title} {badge}</h1>",
        _verdicts(content),
        f"{_table(content.intervals)}<p>{escape(content.intervals_said)}</p>",
        paper_svg(content.signal_mv, content.sample_rate_hz, content.filter_label),
        _volumes(content),
        _alike(content),
        f"<h2>Limits</h2>{_list(content.limits)}",
        f"<footer>{escape(content.footer)}</footer>",
    ]
    return (
        '<!doctype html><html lang="en"><head><meta charset="utf-8">'
        f"<title>{title} · PTACL</title><style>{STYLE}</style></head>"
        f"<body>{''.join(parts)}</body></html>"
    )


def to_json(inspection: Inspection) -> str:
    """What ``ptacl inspect --json`` prints."""
    return json.dumps(to_dict(inspection), indent=1)


def _verdicts(content: ReportContent) -> str:
    lines = [f"<b>{what}:</b> {state}. {escape(said)}" for what, state, said in content.verdicts]
    return f"<p>{'<br>'.join(lines)}</p>"


def _volumes(content: ReportContent) -> str:
    said = f"<h2>{VOLUMES_TITLE}</h2><p>{escape(content.volumes_said)}</p>"
    if not content.rows:
        return said
    warning = ""
    if content.volumes_warning:
        warning = f"<p class='warning'>⚠ {escape(content.volumes_warning)}</p>"
    notes = "".join(f"<p class='note'>{escape(note)}</p>" for note in content.volumes_notes)
    drawn = volumes_html(content.rows, content.sex)
    return f"{said}{warning}{drawn}{_table(content.volumes)}{notes}"


def _alike(content: ReportContent) -> str:
    if not content.alike:
        return ""
    return (
        f"<h2>{ALIKE_TITLE}</h2><p>{escape(content.alike_said)}<br>"
        f"{escape(content.alike)} (cosine similarity)</p>"
    )


def _list(sentences: tuple[str, ...]) -> str:
    return f"<ul>{''.join(f'<li>{escape(sentence)}</li>' for sentence in sentences)}</ul>"


def _table(frame: pd.DataFrame) -> str:
    return frame.to_html(border=0, escape=True, na_rep="")
