"""Frames of an MFER file: channels in their units, decoded from samples and definitions.

Standard: ISO 22077-1:2015. A frame (``MWF_WAV``) is a number of sequences, each with a block of
samples per channel; value = stored · step, less an offset.
"""

from dataclasses import dataclass, field

import numpy as np
from jaxtyping import Float64

from ptacl.errors import BadInput
from ptacl.io.ecg.binary import mfer_content as mwf
from ptacl.io.ecg.leads.twelve_leads import SCP_LEAD_CODES
from ptacl.io.ecg.recording import Channel
from ptacl.types import INDEPENDENT_LEADS

_TYPES = ("i2", "u2", "i4", "u1", "u2", "i1", "u4", "f4", "f8")
"""By the code of the data type; higher codes are compressed."""
_VOLT = 0
_HERTZ, _SECOND = 0, 1
_MOST_CHANNELS = 64
_DOMINANT_BEAT = 9
_OWN = (mwf.BLOCK, mwf.SEQUENCES, mwf.LEAD, mwf.DATA_TYPE, mwf.INTERVAL, mwf.STEP, mwf.OFFSET,
        mwf.NULL)  # fmt: skip
"""Definitions that may be set per channel."""

Values = dict[int, bytes]


@dataclass(frozen=True, slots=True)
class Frame:
    """The channels of one ``MWF_WAV``."""

    channels: tuple[Channel, ...]
    rates_hz: tuple[float | None, ...]
    is_beat: bool
    start: int | None
    """Number of its first sample, if stated."""

    @property
    def layout(self) -> tuple[object, ...]:
        """Return the layout; frames of one layout can be parts of one recording."""
        return tuple((channel.name, channel.unit) for channel in self.channels), self.rates_hz

    @property
    def rank(self) -> tuple[int, int]:
        """Return the number of standard leads and the length, for choosing the best frame."""
        leads = {channel.name for channel in self.channels}.intersection(SCP_LEAD_CODES.values())
        longest = max((len(channel.samples) for channel in self.channels), default=0)
        return min(len(leads), len(INDEPENDENT_LEADS)), longest


@dataclass(slots=True)
class State:
    """The definitions that are valid at the current position in the file."""

    little: bool = False
    channels: int = 1
    common: Values = field(default_factory=dict)
    own: dict[int, Values] = field(default_factory=dict)

    def of(self, channel: int) -> Values:
        """Return the definitions that are valid for one channel."""
        # A lead name for all channels applies to the first.
        left_out = mwf.LEAD if channel else None
        common = {tag: value for tag, value in self.common.items() if tag != left_out}
        return common | self.own.get(channel, {})

    def number(self, value: bytes, signed: bool = False) -> int:
        """Decode an integer in the current byte order."""
        return int.from_bytes(value, "little" if self.little else "big", signed=signed)


def frames(where: str, content: bytes) -> list[Frame]:
    """Return every frame of a file, in order.

    Raises:
        BadInput: compressed, cut short, or more channels than an ECG has.
    """
    state, result = State(), []
    for definition in mwf.definitions(where, content):
        if definition.tag == mwf.SAMPLES:
            result.append(_frame(where, state, definition.value))
            state.common.pop(mwf.POINTER, None)  # valid for one frame only
        else:
            _define(where, state, definition)
    return result


def _define(where: str, state: State, definition: mwf.Definition) -> None:
    if definition.tag == mwf.BYTE_ORDER:
        state.little = definition.value == b"\x01"
    elif definition.tag == mwf.CHANNELS:
        state.channels = state.number(definition.value) if definition.value else 1
        state.own = {}
        if not 0 < state.channels <= _MOST_CHANNELS:
            message = f"it claims {state.channels:,} channels"
            raise BadInput(where, message, "export the ECG alone", code="file.too_large")
    elif definition.tag == mwf.COMPRESSION and any(definition.value[:2]):
        raise _compressed(where)
    elif definition.channel is not None and definition.tag in _OWN:
        _put(state.own.setdefault(definition.channel, {}), definition)
    elif definition.channel is None and definition.tag in (*_OWN, mwf.WAVEFORM, mwf.POINTER):
        _put(state.common, definition)


def _put(values: Values, definition: mwf.Definition) -> None:
    # A definition of length zero resets the previous one.
    values.pop(definition.tag, None)
    if definition.value:
        values[definition.tag] = definition.value


def _frame(where: str, state: State, samples: bytes) -> Frame:
    values = [state.of(channel) for channel in range(state.channels)]
    kinds = [_kind(where, state, channel_values) for channel_values in values]
    blocks = [
        max(state.number(channel_values.get(mwf.BLOCK, b"\x01")), 1) for channel_values in values
    ]
    sizes = [block * kind.itemsize for block, kind in zip(blocks, kinds, strict=True)]
    count = _sequences(where, state, values, len(samples) // sum(sizes))
    rows = np.frombuffer(samples, np.uint8, count * sum(sizes)).reshape(count, -1)
    ends = np.cumsum(sizes)
    channels = tuple(
        _channel(state, channel_values, rows[:, end - size : end].tobytes(), kind)
        for channel_values, end, size, kind in zip(values, ends, sizes, kinds, strict=True)
    )
    is_beat = state.number(state.common.get(mwf.WAVEFORM, b"")[:2]) == _DOMINANT_BEAT
    start = state.number(state.common[mwf.POINTER]) if mwf.POINTER in state.common else None
    return Frame(
        channels,
        tuple(_rate_hz(state, channel_values) for channel_values in values),
        is_beat,
        start,
    )


def _sequences(where: str, state: State, values: list[Values], available: int) -> int:
    """Return the number of sequences, checked against the available bytes."""
    claimed = {
        state.number(channel_values[mwf.SEQUENCES])
        for channel_values in values
        if mwf.SEQUENCES in channel_values
    }
    if len(claimed) > 1:
        raise BadInput(
            where,
            "its channels differ in their sequences",
            "export the ECG alone",
            code="ecg.unequal_leads",
        )
    count = claimed.pop() if claimed else available
    if count > available or not count:
        raise BadInput(
            where,
            f"it is cut short: {available:,} sequences of {count:,}",
            "copy it again",
            code="file.damaged",
        )
    return count


def _kind(where: str, state: State, values: Values) -> np.dtype:
    code = values.get(mwf.DATA_TYPE, b"\x00")[0]
    if code >= len(_TYPES):
        raise _compressed(where)
    return np.dtype(_TYPES[code]).newbyteorder("<" if state.little else ">")


def _compressed(where: str) -> BadInput:
    return BadInput(
        where,
        "its samples are compressed",
        "export it without compression",
        code="file.compression",
    )


def _channel(state: State, values: Values, content: bytes, kind: np.dtype) -> Channel:
    stored = np.frombuffer(content, kind)
    samples: Float64[np.ndarray, " samples"] = stored.astype(np.float64)
    null = values.get(mwf.NULL, b"")
    if len(null) == kind.itemsize:
        samples[stored == np.frombuffer(null, kind)[0]] = np.nan
    elif kind.kind == "i" and not null:
        samples[stored == np.iinfo(kind).min] = np.nan
    offset = values.get(mwf.OFFSET, b"")
    if len(offset) == kind.itemsize:
        samples = _centred(samples, float(np.frombuffer(offset, kind)[0]))
    step, unit = _step(state, values)
    return Channel(_lead(state, values), samples * step, unit)


def _centred(
    samples: Float64[np.ndarray, " samples"], offset: float
) -> Float64[np.ndarray, " samples"]:
    """Subtract or add the stated offset, whichever brings the samples closer to zero.

    Descriptions differ in the sign of the offset, and an unsigned offset can only be subtracted.
    The baseline level of an ECG has no meaning, so the smaller residual level decides.
    """
    known = samples[np.isfinite(samples)]
    level = float(np.median(known)) if known.size else 0.0
    return samples + (offset if abs(level + offset) < abs(level - offset) else -offset)


def _lead(state: State, values: Values) -> str:
    content = values.get(mwf.LEAD, b"")
    code = content[0] if len(content) == 1 else state.number(content[:2])
    return SCP_LEAD_CODES.get(code, f"channel of code {code}")


def _step(state: State, values: Values) -> tuple[float, str | None]:
    """Return the step size; a missing step leaves the unit unknown."""
    content = values.get(mwf.STEP, b"")
    if len(content) < 3:
        return 1.0, None
    return _decimal(state, content), "V" if content[0] == _VOLT else "not a voltage"


def _rate_hz(state: State, values: Values) -> float | None:
    content = values.get(mwf.INTERVAL, b"")
    if len(content) < 3:
        return None
    number = _decimal(state, content)
    if number <= 0 or content[0] not in (_HERTZ, _SECOND):
        return None
    return round(number if content[0] == _HERTZ else 1 / number, 6)


def _decimal(state: State, content: bytes) -> float:
    """Decode mantissa and decimal exponent, after the byte of the unit."""
    exponent = int.from_bytes(content[1:2], "big", signed=True)
    return float(f"{state.number(content[2:], signed=True)}e{exponent}")
