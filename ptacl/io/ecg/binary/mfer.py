"""MFER recordings (ISO 22077), as written by Nihon Kohden, Fukuda Denshi and others.

Standard: ISO 22077-1:2015 for the encoding, ISO/TS 22077-2 for the standard 12-lead ECG. A long
recording may consist of several frames; the dominant beat is a separate frame.
"""

from collections.abc import Mapping

import numpy as np

from ptacl.errors import BadInput
from ptacl.io.ecg.binary import mfer_content as mwf
from ptacl.io.ecg.binary.mfer_frame import Frame, frames
from ptacl.io.ecg.leads.twelve_leads import SCP_LEAD_CODES
from ptacl.io.ecg.recording import Channel, Recording
from ptacl.io.stated_person import stated_person
from ptacl.types import Caveat, Person

_SEXES = {b"\x01": "male", b"\x02": "female"}


def is_mfer(content: bytes) -> bool:
    """Return whether content is MFER: by its preamble, or by its first definitions."""
    return mwf.begins_as_mfer(content)


def read_mfer(name: str, files: Mapping[str, bytes]) -> Recording:
    """Read the longest recording with the most leads, and the dominant beat.

    Raises:
        BadInput: no samples, compressed, leads of different rates, cut short or damaged.
    """
    all_frames = frames(name, files[name])
    rhythms, caveats = _join_frames([frame for frame in all_frames if not frame.is_beat])
    if not rhythms:
        raise BadInput(
            name, "it holds no rhythm", "export the ECG with its waveforms", code="ecg.no_signal"
        )
    rhythm = max(rhythms, key=lambda frame: frame.rank)
    count = sum(frame.rank[0] == rhythm.rank[0] for frame in rhythms)
    if count > 1:
        text = f"The file holds {count} recordings of these leads; the longest was read."
        caveats += (Caveat("several_recordings", text, "check"),)
    channels, rate_hz = _leads(name, rhythm)
    beat, beat_rate_hz = _beat(name, all_frames)
    stated = _stated(name, files[name])
    return Recording(channels, rate_hz, {}, beat, beat_rate_hz, caveats=caveats, stated=stated)


def _stated(where: str, content: bytes) -> Person:
    """Return the sex, and the years of the age; the birth date after them is not read."""
    age, sex = "", ""
    for definition in mwf.definitions(where, content):
        if definition.tag == mwf.AGE:
            age = str(definition.value[0]) if definition.value else ""
        elif definition.tag == mwf.SEX:
            sex = _SEXES.get(definition.value, "")
    return stated_person(sex, age)


def _beat(where: str, all_frames: list[Frame]) -> tuple[tuple[Channel, ...], float | None]:
    beats = [frame for frame in all_frames if frame.is_beat]
    if not beats:
        return (), None
    try:
        return _leads(where, max(beats, key=lambda frame: frame.rank))
    except BadInput:  # a damaged dominant beat must not prevent reading the rhythm
        return (), None


def _join_frames(all_frames: list[Frame]) -> tuple[list[Frame], tuple[Caveat, ...]]:
    """Join frames of one layout that follow each other into recordings.

    Frames without a start time are joined in the order of the file, with a caveat.
    """
    runs: list[list[Frame]] = []
    for frame in all_frames:
        if runs and _goes_on(runs[-1], frame):
            runs[-1].append(frame)
        else:
            runs.append([frame])
    parts = max((len(run) for run in runs if run[-1].start is None), default=1)
    text = f"The recording consists of {parts} parts, which were joined in the order of the file."
    caveats = (Caveat("parts_joined", text, "check"),) if parts > 1 else ()
    return [_joined_run(run) for run in runs], caveats


def _goes_on(run: list[Frame], frame: Frame) -> bool:
    if run[0].layout != frame.layout:
        return False
    first = run[0].start
    if first is None or frame.start is None:
        return first is frame.start
    return frame.start == first + sum(len(part.channels[0].samples) for part in run)


def _joined_run(run: list[Frame]) -> Frame:
    if len(run) == 1:
        return run[0]
    channels = tuple(
        Channel(parts[0].name, np.concatenate([part.samples for part in parts]), parts[0].unit)
        for parts in zip(*(frame.channels for frame in run), strict=True)
    )
    return Frame(channels, run[0].rates_hz, False, run[0].start)


def _leads(where: str, frame: Frame) -> tuple[tuple[Channel, ...], float | None]:
    """Return the known leads of a frame; pressures and respiration may have other rates."""
    known = set(SCP_LEAD_CODES.values())
    pairs = [
        (channel, rate)
        for channel, rate in zip(frame.channels, frame.rates_hz, strict=True)
        if channel.name in known
    ]
    rates = {rate for _, rate in pairs}
    if len(rates) > 1:
        raise BadInput(
            where,
            "its leads differ in their rate",
            "export all leads at one rate",
            code="ecg.different_rates",
        )
    return tuple(channel for channel, _ in pairs), rates.pop() if rates else None
