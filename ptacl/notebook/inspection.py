"""An inspection in a notebook: paper, findings, volumes on their reference intervals."""

from typing import TYPE_CHECKING

import pandas as pd
from markupsafe import Markup

from ptacl.inference.volume_table import VolumeRow, query_rows
from ptacl.measurements import shown_in
from ptacl.notebook.axes import new_axes
from ptacl.notebook.colours import ECG
from ptacl.notebook.ecg import ecg_paper, recording_facts
from ptacl.notebook.facts import record_html
from ptacl.notebook.volumes_html import row_scale, volumes_html
from ptacl.phenotypes import PHENOTYPE_KEYS
from ptacl.types import Inspection
from ptacl.wording import flagged_leads, number, rhythm_title, sexes_of

if TYPE_CHECKING:
    from matplotlib.axes import Axes

_NOBODY = pd.DataFrame(columns=["height_cm", "weight_kg", *PHENOTYPE_KEYS])
"""An inspection does not hold the measurements of its neighbours."""
BAND_GREY, BAND_HEIGHT = "#dfe1e4", 0.6


def html(inspection: Inspection) -> Markup:
    """Return the paper, what was measured, and the volumes."""
    return record_html(
        "Inspected ECG",
        _facts(inspection),
        ecg_paper(inspection.ecg),
        volumes_html(_rows(inspection), inspection.sex),
        synthetic=inspection.model.synthetic,
        predicted=True,
    )


def plot(inspection: Inspection, axes: "Axes | None" = None) -> "Axes":
    """Draw each prediction with its interval on its reference interval, all on one scale."""
    axes = new_axes(axes)
    rows = _rows(inspection)
    for index, row in enumerate(rows):
        percent = row_scale(row, inspection.sex)
        for sex in sexes_of(inspection.sex):
            low, high = map(percent, row.reference[sex])
            axes.barh(index, high - low, BAND_HEIGHT, low, color=BAND_GREY, alpha=0.6)
        axes.plot([percent(row.low), percent(row.high)], [index, index], color=ECG)
        axes.plot(percent(row.value), index, "o", color=ECG)
    labels = [f"{row.name} {row.value:.0f} {row.unit}" for row in rows]
    axes.set_yticks(range(len(rows)), labels)
    axes.set(xticks=[], xlim=(0, 100), title=inspection.withheld or "Predicted, on the reference")
    axes.invert_yaxis()
    return axes


def frame(inspection: Inspection) -> pd.DataFrame:
    """Return a row for each predicted phenotype, in its unit; none where they are withheld."""
    columns = ["name", "unit", "value", "low", "high"]
    rows = []
    for entry in inspection.predictions:
        row = {column: getattr(entry, column) for column in columns}
        for sex, (low, high) in entry.reference.items():
            row |= {f"reference_{sex}_low": low, f"reference_{sex}_high": high}
        rows.append(row)
    keys = pd.Index([entry.key for entry in inspection.predictions], name="phenotype")
    return pd.DataFrame(rows, keys, None if rows else columns)


def _rows(inspection: Inspection) -> list[VolumeRow]:
    predicted = {p.key: (p.value, p.low, p.high) for p in inspection.predictions}
    return query_rows(predicted, _NOBODY, None)


def _facts(inspection: Inspection) -> list[tuple[str, str]]:
    quality, rhythm = inspection.prepared.quality, inspection.rhythm
    flawed = "; ".join(flagged_leads(quality)) or "all leads good"
    named = f"{rhythm_title(rhythm)}, {100 * rhythm.probability:.0f} %" if rhythm else ""
    model = inspection.model
    return [
        *recording_facts(inspection.ecg)[:1],
        ("Quality", f"{quality.reason or 'usable'} ({flawed})"),
        ("Measured", _measured(inspection)),
        ("Rhythm", named),
        ("Draft impression", " ".join(f"{s.text}." for s in inspection.impression.statements)),
        ("Caveats", " ".join(caveat.text for caveat in inspection.caveats)),
        ("Predictions", f"withheld: {inspection.withheld}" if inspection.withheld else ""),
        ("Nearest", ", ".join(n.subject_id for n in inspection.neighbours)),
        ("Model", f"{model.name}, PTACL {model.version}"),
    ]


def _measured(inspection: Inspection) -> str:
    return ", ".join(
        f"{entry.short_name} {number(getattr(inspection.intervals, entry.key), entry.decimals)} "
        f"{entry.unit}"
        for entry in shown_in("inspection")
    )
