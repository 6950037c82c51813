"""Selection of the frames of an examination that may belong to the short-axis cine."""

from collections import defaultdict
from collections.abc import Sequence

import numpy as np

from ptacl.errors import BadInput
from ptacl.io.cine.dicom.acquisitions import AFTER_R_WAVE
from ptacl.io.cine.dicom.frame_header import FrameHeader
from ptacl.io.plausibility import RR_MS
from ptacl.types import Caveat

_FEWEST = 8
"""Minimum number of phases of a series that is accepted as a cine in spite of its name."""
_LEAST_OF_BEAT = 0.5
"""Minimum share of the R–R interval that they span; the jitter of a perfusion series is less."""


def cine_frames(
    where: str, headers: Sequence[FrameHeader]
) -> tuple[list[FrameHeader], list[Caveat]]:
    """Select the frames of series that are not of another kind.

    Args:
        where: name for messages.
        headers: all frames.

    Returns:
        The selected frames, and caveats about ambiguous names.

    Raises:
        BadInput: all frames belong to series of other kinds; the message names these.
    """
    evident = _evident_cines(headers)
    chosen = [header for header in headers if header.kind.other is None or header.series in evident]
    if headers and not chosen:
        kinds = " and ".join(sorted({h.kind.other for h in headers if h.kind.other}))
        raise BadInput(
            where,
            f"it is {kinds}, not a short-axis cine",
            "give the short-axis cine, or accept any series (--any-series, column cine_any_series)",
            code="cine.not_short_axis",
        )
    return chosen, [*_name_caveats(chosen), *_component_caveats(headers, chosen)]


def _evident_cines(headers: Sequence[FrameHeader]) -> set[str]:
    """Return ambiguously named short-axis series with frames over a whole heartbeat."""
    series: dict[str, list[FrameHeader]] = defaultdict(list)
    for header in headers:
        if header.kind.weakly:
            series[header.series].append(header)
    return {uid for uid, frames in series.items() if _covers_beat(frames)}


def _covers_beat(frames: list[FrameHeader]) -> bool:
    position = frames[0].position
    clocks = (
        next((f.clocks[clock] for clock in AFTER_R_WAVE if clock in f.clocks), None)
        for f in frames
        if np.allclose(f.position, position, atol=0.5)
    )
    times = np.array(sorted({time for time in clocks if time is not None}))
    if len(times) < _FEWEST:
        return False
    span = times[-1] - times[0]
    beat = frames[0].rr_ms or frames[0].rate_rr_ms or RR_MS[0]
    return bool(_LEAST_OF_BEAT * beat <= span <= RR_MS[1])


def _name_caveats(chosen: Sequence[FrameHeader]) -> list[Caveat]:
    words = {header.kind.overridden or header.kind.other for header in chosen} - {None}
    if not words:
        return []
    kinds = " and ".join(sorted(str(word) for word in words))
    text = (
        f"The name of the series denotes {kinds} as well as a short-axis cine; it was read as the "
        "cine."
    )
    return [Caveat("series_name", text)]


def _component_caveats(
    headers: Sequence[FrameHeader], chosen: Sequence[FrameHeader]
) -> list[Caveat]:
    """Return a caveat if a series has phase, velocity, real or imaginary images too."""
    selected_series = {header.series for header in chosen}
    excluded = {
        header.component
        for header in headers
        if header.kind.other and header.series in selected_series
    }
    components = sorted(component for component in excluded if component)
    if not components:
        return []
    names = " and ".join(components)
    text = f"The series also contains {names} images; the magnitude images were used."
    return [Caveat("magnitude_taken", text, "info")]
