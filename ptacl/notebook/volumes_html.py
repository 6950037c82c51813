"""Volumes of one ECG as a table that is a chart: each row drawn on its reference interval.

Plain HTML: it is there with the first paint, prints, and is read out as a table. `volumes.html` is
the template, `volumes.css` the style sheet.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from markupsafe import Markup

from ptacl.inference.measured_table import MeasuredRow
from ptacl.inference.volume_table import VolumeRow
from ptacl.notebook.colours import CMR, CMR_ON_DARK, ECG, ECG_ON_DARK
from ptacl.notebook.markup import NOTEBOOK
from ptacl.types import Sex
from ptacl.wording import SEX_PLURAL

STYLE = NOTEBOOK.read_style("volumes.css")
"""The style sheet of the table."""
LOWEST, HIGHEST = -0.7, 1.7
"""Ends of a row where 0 and 1 are the reference limits; values beyond are drawn at the end."""
MARGIN_PERCENT = 2.5

Scale = Callable[[float], float]
"""A value in the row's unit → percent of the row's width."""
Mark = tuple[str, str, float]
"""Class, title and percent from the left."""


@dataclass(frozen=True, slots=True)
class _Band:
    """A reference interval in a row; positions in percent."""

    kind: str
    title: str
    left: float
    right: str
    low: str
    low_right: str
    high: str
    high_left: float


@dataclass(frozen=True, slots=True)
class _DrawnRow:
    """The text and the positions (percent) of one row."""

    name: str
    title: str
    description: str
    bands: tuple[_Band, ...]
    intervals: tuple[tuple[str, float, str], ...]
    """Class, and percent from the left and from the right."""
    marks: tuple[Mark, ...]
    """In the order in which they are drawn."""
    value: str
    low: str
    high: str
    unit: str


def volumes_html(rows: Sequence[VolumeRow], sex: Sex | None) -> Markup:
    """Return a row per phenotype: grey reference band, prediction with interval, measurement.

    Each row is scaled so that its reference interval (the hull of both, where the sex is unknown)
    spans the same width.

    Args:
        rows: the phenotypes in their order.
        sex: selects the reference interval; both are drawn where it is None.

    Returns:
        HTML; empty without rows.
    """
    return _panel([_drawn_row(row, sex) for row in rows], sex, "predicted")


def measured_html(rows: Sequence[MeasuredRow], sex: Sex | None) -> Markup:
    """Return the same for measured volumes, with the prediction of an ECG where there is one.

    Args:
        rows: the phenotypes in their order.
        sex: selects the reference interval; both are drawn where it is None.

    Returns:
        HTML; empty without rows.
    """
    return _panel([_drawn_measurement(row, sex) for row in rows], sex, "measured")


def _panel(drawn: list[_DrawnRow], sex: Sex | None, what: str) -> Markup:
    if not drawn:
        return Markup()
    return NOTEBOOK.render(
        "volumes.html",
        rows=drawn,
        **headings(sex, what),
        ecg=(ECG, ECG_ON_DARK),
        cmr=(CMR, CMR_ON_DARK),
    )


def headings(sex: Sex | None, what: str) -> dict[str, str]:
    """Return the headings of the middle and of the last column."""
    return {"reference": SEX_PLURAL[sex] if sex else "women above, men below", "what": what}


def row_scale(row: VolumeRow | MeasuredRow, sex: Sex | None) -> Scale:
    """Return the scale of a row, on which its reference interval spans a fixed width."""
    bands = [row.reference[sex]] if sex else list(row.reference.values())
    low, high = min(b[0] for b in bands), max(b[1] for b in bands)

    def percent(value: float) -> float:
        position = min(max((value - low) / (high - low), LOWEST), HIGHEST)
        share = (position - LOWEST) / (HIGHEST - LOWEST)
        return round(MARGIN_PERCENT + (100 - 2 * MARGIN_PERCENT) * share, 2)

    return percent


def _drawn_row(row: VolumeRow, sex: Sex | None) -> _DrawnRow:
    scale = row_scale(row, sex)
    sexes: tuple[Sex, ...] = (sex,) if sex else ("female", "male")

    def mark(kind: str, name: str, value: float) -> Mark:
        return kind, f"{name}: {value:.0f} {row.unit}", scale(value)

    return _DrawnRow(
        name=row.name,
        title=row.title,
        description=_describe(row, sex),
        bands=tuple(_band(row, of_sex, scale, both=sex is None) for of_sex in sexes),
        intervals=(_interval("interval", row.low, row.high, scale),),
        marks=(
            *(mark("neighbour", "similar heart", value) for value in row.neighbours),
            *(() if row.measured is None else (mark("measured", "measured", row.measured),)),
            mark("predicted", "predicted", row.value),
        ),
        value=f"{row.value:.0f}",
        low=f"{row.low:.0f}",
        high=f"{row.high:.0f}",
        unit=row.unit,
    )


def _drawn_measurement(row: MeasuredRow, sex: Sex | None) -> _DrawnRow:
    scale = row_scale(row, sex)
    sexes: tuple[Sex, ...] = (sex,) if sex else ("female", "male")
    intervals = [_interval("interval of_cine", row.low, row.high, scale)]
    marks: list[Mark] = [("measured", f"measured: {row.value:.0f} {row.unit}", scale(row.value))]
    description = f"{row.verdict(sex)} the reference interval"
    if row.predicted is not None:
        value, low, high = row.predicted
        intervals.insert(0, _interval("interval of_ecg", low, high, scale))
        marks.insert(0, ("predicted", f"predicted: {value:.0f} {row.unit}", scale(value)))
        description += f", predicted {value:.0f}"
    return _DrawnRow(
        name=row.name,
        title=row.title,
        description=description,
        bands=tuple(_band(row, of_sex, scale, both=sex is None) for of_sex in sexes),
        intervals=tuple(intervals),
        marks=tuple(marks),
        value=f"{row.value:.0f}",
        low=f"{row.low:.0f}",
        high=f"{row.high:.0f}",
        unit=row.unit,
    )


def _interval(kind: str, low: float, high: float, scale: Scale) -> tuple[str, float, str]:
    return kind, scale(low), _from_right(scale(high))


def _describe(row: VolumeRow, sex: Sex | None) -> str:
    """Describe the drawing of a row for screen readers."""
    measured = "" if row.measured is None else f", measured {row.measured:.0f}"
    return f"{row.verdict(sex)} the reference interval{measured}"


def _band(row: VolumeRow | MeasuredRow, sex: Sex, scale: Scale, *, both: bool) -> _Band:
    low, high = row.reference[sex]
    return _Band(
        kind=f"{'half' if both else 'whole'} {sex}",
        title=f"reference, {SEX_PLURAL[sex]}: {low:.0f}–{high:.0f} {row.unit}",
        left=scale(low),
        right=_from_right(scale(high)),
        low=f"{low:.0f}",
        low_right=_from_right(scale(low)),
        high=f"{high:.0f}",
        high_left=scale(high),
    )


def _from_right(percent: float) -> str:
    return f"{100 - percent:.2f}"
