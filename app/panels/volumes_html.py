"""The volumes of one ECG as a table that is a chart: each row drawn on its reference interval.

Plain HTML: it stands on the page with the first paint, prints, and is read out as a table.
`volumes.css` says how it looks.
"""

from collections.abc import Callable, Iterator, Sequence
from html import escape

from ptacl.inference.volume_table import VolumeRow
from ptacl.types import Sex
from ptacl.wording import sexes_of

from ..charts.palette import CMR, CMR_ON_DARK, ECG, ECG_ON_DARK
from ..text.sentences import SEX_WORDS

LOWEST, HIGHEST = -0.7, 1.7
"""Ends of a row where 0 and 1 are the reference limits; a mark farther out stands at its end."""
MARGIN_PERCENT = 2.5

Scale = Callable[[float], float]
"""A value in the row's unit → percent of the row's width."""


def volumes_html(rows: Sequence[VolumeRow], sex: Sex | None) -> str:
    """A row a phenotype: grey reference band, filled prediction with whisker, hollow measurement.

    Each row is scaled so that its reference interval (the hull of both, where the sex is unknown)
    spans the same width, its limits written at the band's ends.
    """
    if not rows:
        return ""
    whom = SEX_WORDS[sex] if sex else "women above, men below"
    return (
        f'<table class="volumes" style="--ecg:light-dark({ECG},{ECG_ON_DARK});'
        f'--cmr:light-dark({CMR},{CMR_ON_DARK})"><thead><tr>'
        '<th scope="col"><span class="unseen">Volume</span></th>'
        f'<th scope="col">reference: {whom}</th>'
        '<th scope="col">predicted (90 % interval)</th></tr></thead>'
        f"<tbody>{''.join(_row(row, sex) for row in rows)}</tbody></table>"
    )


def _row(row: VolumeRow, sex: Sex | None) -> str:
    return (
        f'<tr><th scope="row" title="{escape(row.title)}">{escape(row.name)}</th>'
        f"<td>{_track(row, sex)}</td>"
        f"<td><b>{row.value:.0f}</b> ({row.low:.0f}–{row.high:.0f}) {escape(row.unit)}</td></tr>"
    )


def _track(row: VolumeRow, sex: Sex | None) -> str:
    scale = row_scale(row, sex)
    sexes = sexes_of(sex)
    bands = "".join(_band(row, whom, scale, both=sex is None) for whom in sexes)
    return (
        f'<div class="track" role="img" aria-label="{_words(row, sex)}">'
        f"{bands}{''.join(_marks(row, scale))}</div>"
    )


def _words(row: VolumeRow, sex: Sex | None) -> str:
    """What the drawing of a row shows, for those who hear the page."""
    measured = "" if row.measured is None else f", measured {row.measured:.0f}"
    return escape(f"{row.verdict(sex)} the reference interval{measured}")


def row_scale(row: VolumeRow, sex: Sex | None) -> Scale:
    """Where a value of this row stands: its reference interval spans the same width in each row."""
    bands = [row.reference[sex]] if sex else list(row.reference.values())
    low, high = min(b[0] for b in bands), max(b[1] for b in bands)

    def percent(value: float) -> float:
        place = min(max((value - low) / (high - low), LOWEST), HIGHEST)
        share = (place - LOWEST) / (HIGHEST - LOWEST)
        return round(MARGIN_PERCENT + (100 - 2 * MARGIN_PERCENT) * share, 2)

    return percent


def _band(row: VolumeRow, whom: Sex, scale: Scale, *, both: bool) -> str:
    """One band: its limits below the ends. Two: beside them, clear of the whisker between."""
    low, high = row.reference[whom]
    kind = f"{'half' if both else 'whole'} {whom}"
    words = escape(f"reference, {SEX_WORDS[whom]}: {low:.0f}–{high:.0f} {row.unit}")
    return (
        f'<i class="band {kind}" title="{words}" '
        f'style="left:{scale(low)}%;right:{100 - scale(high):.2f}%"></i>'
        f'<small class="{kind} low" style="right:{100 - scale(low):.2f}%">{low:.0f}</small>'
        f'<small class="{kind} high" style="left:{scale(high)}%">{high:.0f}</small>'
    )


def _marks(row: VolumeRow, scale: Scale) -> Iterator[str]:
    """Neighbours, interval, measurement and prediction of one phenotype."""
    for value in row.neighbours:
        yield _mark("alike", "alike heart", value, row, scale)
    yield (
        f'<i class="interval" '
        f'style="left:{scale(row.low)}%;right:{100 - scale(row.high):.2f}%"></i>'
    )
    if row.measured is not None:
        yield _mark("measured", "measured", row.measured, row, scale)
    yield _mark("predicted", "predicted", row.value, row, scale)


def _mark(kind: str, name: str, value: float, row: VolumeRow, scale: Scale) -> str:
    words = escape(f"{name}: {value:.0f} {row.unit}")
    return f'<i class="{kind}" title="{words}" style="left:{scale(value)}%"></i>'
