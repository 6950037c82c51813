"""The frames of an examination that can be of the short-axis cine, by elements and names."""

from collections import defaultdict
from collections.abc import Sequence

import numpy as np

from ptacl.errors import BadInput
from ptacl.io.cine.dicom.acquisitions import AFTER_R_WAVE
from ptacl.io.cine.dicom.frame_header import FrameHeader
from ptacl.io.plausibility import RR_MS
from ptacl.types import Caveat

_FEWEST = 8
"""Moments of one heartbeat that a series must show to be a cine whatever its name."""
_LEAST_OF_BEAT = 0.5
"""Of the R–R interval that these moments span: the jitter of a perfusion series spans less."""


def cine_frames(
    where: str, headers: Sequence[FrameHeader]
) -> tuple[list[FrameHeader], list[Caveat]]:
    """Frames that are no other series, and what was decided about their names.

    Raises:
        BadInput: all are of other series; which.
    """
    evident = _evident_cines(headers)
    chosen = [one for one in headers if one.kind.other is None or one.series in evident]
    if headers and not chosen:
        what = " and ".join(sorted({h.kind.other for h in headers if h.kind.other}))
        raise BadInput(
            where,
            f"it is {what}, not a short-axis cine",
            "give the short-axis cine, or take it all the same (--any-series, column "
            "cine_any_series)",
            code="cine.not_short_axis",
        )
    return chosen, [*_names_told(chosen), *_parts_told(headers, chosen)]


def _evident_cines(headers: Sequence[FrameHeader]) -> set[str]:
    """Series whose name says short axis beside another word, and that show a whole heartbeat."""
    series: dict[str, list[FrameHeader]] = defaultdict(list)
    for header in headers:
        if header.kind.weakly:
            series[header.series].append(header)
    return {uid for uid, frames in series.items() if _shows_a_beat(frames)}


def _shows_a_beat(frames: list[FrameHeader]) -> bool:
    place = frames[0].position
    clocks = (
        next((f.clocks[clock] for clock in AFTER_R_WAVE if clock in f.clocks), None)
        for f in frames
        if np.allclose(f.position, place, atol=0.5)
    )
    times = np.array(sorted({time for time in clocks if time is not None}))
    if len(times) < _FEWEST:
        return False
    span = times[-1] - times[0]
    beat = frames[0].rr_ms or frames[0].rate_rr_ms or RR_MS[0]
    return bool(_LEAST_OF_BEAT * beat <= span <= RR_MS[1])


def _names_told(chosen: Sequence[FrameHeader]) -> list[Caveat]:
    words = {one.kind.passed_over or one.kind.other for one in chosen} - {None}
    if not words:
        return []
    what = " and ".join(sorted(str(word) for word in words))
    text = (
        f"The series is named like {what} as well as like a short-axis cine: it was read as the "
        "cine."
    )
    return [Caveat("series_name", text)]


def _parts_told(headers: Sequence[FrameHeader], chosen: Sequence[FrameHeader]) -> list[Caveat]:
    """That a series holds phase, velocity, real or imaginary images beside its magnitude."""
    taken = {one.series for one in chosen}
    left = {one.component for one in headers if one.kind.other and one.series in taken}
    parts = sorted(part for part in left if part)
    if not parts:
        return []
    text = f"The series also holds {' and '.join(parts)} images; the magnitude was taken."
    return [Caveat("magnitude_taken", text, "info")]
