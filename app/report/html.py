"""Report of one inspection as a single HTML file that prints, and its data as JSON.

The file fetches nothing. `report.html` is the template, `report.css` the style sheet.
"""

import json

from markupsafe import Markup

from ptacl.inference.inspection_json import to_dict
from ptacl.notebook.ecg_svg import paper_svg
from ptacl.notebook.volumes_html import STYLE, volumes_html
from ptacl.types import Inspection

from ..layout.table_html import table_html
from ..text.impression_sentences import TITLE
from ..text.markup import read_style, render
from ..text.sentences import SYNTHETIC, SYNTHETIC_HELP
from .content import ANOMALY_TITLE, FINDINGS_TITLE, NEIGHBOURS_TITLE, VOLUMES_TITLE, ReportContent


def to_html(content: ReportContent) -> Markup:
    """Return the report as one page of HTML."""
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
    )


def to_json(inspection: Inspection) -> str:
    """Return what ``ptacl inspect --json`` prints."""
    return json.dumps(to_dict(inspection), indent=1)
