"""Report of one inspection as a single HTML file that prints, and its data as JSON.

The file fetches nothing. `report.html` is the template, `report.css` the style sheet.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from markupsafe import Markup

from ptacl.notebook.ecg_svg import paper_svg
from ptacl.notebook.volumes_html import STYLE, volumes_html
from ptacl.reporting.details import ReportDetails
from ptacl.types import Inspection

from ..layout.table_html import table_html
from ..text.impression_sentences import TITLE
from ..text.markup import read_style, render
from ..text.sentences import SYNTHETIC, SYNTHETIC_HELP
from .content import (
    ANOMALY_TITLE,
    COMMENT_TITLE,
    FINDINGS_TITLE,
    INDEXED_TITLE,
    NEIGHBOURS_TITLE,
    PERSON_TITLE,
    VOLUMES_TITLE,
    ReportContent,
)
from .parts import STILL_TITLES
from .stills_png import data_uri

if TYPE_CHECKING:
    from ptacl.gallery import Gallery


def to_html(content: ReportContent) -> Markup:
    """Return the report as one page of HTML."""
    attribution = content.parts.attribution
    return render(
        "report/report.html",
        content=content,
        css=read_style("report/report.css") + STYLE,
        synthetic=SYNTHETIC,
        synthetic_help=SYNTHETIC_HELP,
        intervals=table_html(content.intervals),
        paper=paper_svg(content.signal_mv, content.sample_rate_hz, content.filter_label),
        impression_title=TITLE,
        lead_waves=table_html(content.lead_waves),
        volumes_title=VOLUMES_TITLE,
        volumes_chart=volumes_html(content.rows, content.sex),
        volumes_table=table_html(content.volumes),
        findings_title=FINDINGS_TITLE,
        anomaly_title=ANOMALY_TITLE,
        neighbours_title=NEIGHBOURS_TITLE,
        person_title=PERSON_TITLE,
        comment_title=COMMENT_TITLE,
        indexed_title=INDEXED_TITLE,
        indexed_table=table_html(content.indexed_volumes) if content.parts.indexed else "",
        attribution_table=table_html(attribution.sums) if attribution else "",
        hearts=[
            (
                heart.caption,
                heart.synthetic,
                zip(STILL_TITLES, map(data_uri, heart.frames), strict=True),
            )
            for heart in content.parts.hearts
        ],
    )


def to_json(
    inspection: Inspection,
    gallery: Gallery,
    details: ReportDetails,
    subject_id: str | None = None,
) -> str:
    """Return what ``ptacl inspect --json`` prints, with the samples and what the reader added.

    Args:
        inspection: with the impression as the reader left it.
        gallery: that it was read with.
        details: dates and comment.
        subject_id: of the gallery; None for an ECG that was read from a file.
    """
    # Imported here: it reads the files of a gallery, and only a download needs it.
    from ptacl.inference.repeat import repeatable

    record = repeatable(inspection, gallery, subject_id=subject_id)
    return json.dumps({**record, "report": details.as_json()}, indent=1)
