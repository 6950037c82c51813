"""Channels of a DICOM waveform: stored integers, padding, scale, skew.

Standard: DICOM PS3.3 C.10.9 (waveform module).
"""

from dataclasses import dataclass
from typing import Literal

import numpy as np
from jaxtyping import Bool, Float64, Int64, Integer
from pydicom.dataset import Dataset

from ptacl.errors import BadInput
from ptacl.io.ecg.leads.sentinels import ENDS_OF_16_BITS, ENDS_OF_32_BITS, without_sentinels
from ptacl.io.ecg.recording import Channel
from ptacl.io.ecg.units import is_voltage
from ptacl.types import Caveat

_SAMPLES = {
    (8, "SB"): "i1", (8, "UB"): "u1", (16, "SS"): "i2", (16, "US"): "u2",
    (32, "SL"): "i4", (32, "UL"): "u4", (64, "SV"): "i8", (64, "UV"): "u8",
}  # fmt: skip
"""Bits allocated and sample interpretation (PS3.3 C.10.9.1.5) → sample type."""
_ENDS = {2: ENDS_OF_16_BITS, 4: ENDS_OF_32_BITS}
"""Lowest and highest signed samples, by their bytes."""

Order = Literal["<", ">"]
_COMPANDED = {"MB": "mu-law", "AB": "A-law"}
PADDED_S = 0.3
"""Shortest run at an end of the recording, in seconds, in which all channels at the padding value
are padding. Between two beats a coarse converter rests at zero as well, though rarely in all leads
at once."""
PADDED_LEAD_S = 1.5
"""The same for one channel, in seconds: at 40 beats/min a run of this length would lack a beat."""


@dataclass(frozen=True, slots=True)
class Stored:
    """Samples of a group as integers, and the caveats of decoding them."""

    samples: Int64[np.ndarray, "samples channels"]
    ends: tuple[int, ...]
    """Numbers at which a channel has no signal."""
    caveats: tuple[Caveat, ...]


def group_channels(
    where: str, group: Dataset, order: Order
) -> tuple[tuple[Channel, ...], tuple[Caveat, ...]]:
    """Return the channels of a multiplex group in order, without names.

    Raises:
        BadInput: cut short, undescribed channels, or samples of an unknown type.
    """
    stored = _stored(where, group, order)
    rate_hz = float(group.SamplingFrequency)
    missing = _padded(stored.samples, _padding(where, group, order), rate_hz)
    channels = []
    for number, definition in enumerate(group.ChannelDefinitionSequence):
        samples = without_sentinels(stored.samples[:, number], stored.ends)
        samples[missing[:, number]] = np.nan
        skewed = _shifted(samples, _skew(definition, rate_hz))
        channels.append(_scaled(definition, skewed))
    return tuple(channels), stored.caveats


def _stored(where: str, group: Dataset, order: Order) -> Stored:
    kind = _sample_type(where, group, order)
    count, samples = int(group.NumberOfWaveformChannels), int(group.NumberOfWaveformSamples)
    definitions = group.ChannelDefinitionSequence
    if len(definitions) != count:
        message = f"it announces {count} channels and describes {len(definitions)}"
        raise BadInput(where, message, "export it again", code="file.damaged")
    claimed = samples * count * kind.itemsize
    if len(group.WaveformData) < claimed:
        raise BadInput(
            where,
            f"it is cut short: {len(group.WaveformData):,} bytes of signal of {claimed:,}",
            "copy it again",
            code="file.damaged",
        )
    raw = np.frombuffer(group.WaveformData[:claimed], kind).reshape(samples, count)
    whole = raw.astype(np.int64)
    bits = [int(d.get("WaveformBitsStored") or 8 * kind.itemsize) for d in definitions]
    fewer = [n for n in range(count) if kind.kind == "i" and 1 < bits[n] < 8 * kind.itemsize]
    extended = [n for n in fewer if _extend_sign(whole, n, bits[n])]
    caveats = (_extended(bits[extended[0]], 8 * kind.itemsize),) if extended else ()
    return Stored(whole, _ENDS.get(kind.itemsize, ()) if kind.kind == "i" else (), caveats)


def _extend_sign(samples: Int64[np.ndarray, "samples channels"], number: int, bits: int) -> bool:
    """Extend the sign of a channel from the highest stored bit; return True if it was needed.

    The standard extends the sign to all allocated bits. If negative numbers occur, or numbers
    beyond the stored bits, the sign was extended already or the bit depth is misstated.
    """
    channel = samples[:, number]
    values = channel[~np.isin(channel, ENDS_OF_16_BITS)]
    if values.min(initial=0) < 0 or values.max(initial=0) >= 2**bits:
        return False
    above = (channel >= 2 ** (bits - 1)) & (channel < 2**bits)
    channel[above] -= 2**bits
    return bool(above.any())


def _extended(stored: int, allocated: int) -> Caveat:
    text = (
        f"The file stores {stored} of {allocated} bits and leaves the sign out of the upper ones. "
        "It was put back."
    )
    return Caveat("sign_extended", text, "info")


def _sample_type(where: str, group: Dataset, order: Order) -> np.dtype:
    bits, meaning = int(group.WaveformBitsAllocated), str(group.WaveformSampleInterpretation)
    if meaning in _COMPANDED:
        message = f"its samples are companded ({_COMPANDED[meaning]}), as sound is"
        raise BadInput(where, message, "export them as plain integers", code="file.compression")
    if (bits, meaning) not in _SAMPLES:
        raise BadInput(
            where,
            f"its samples are of no known kind ({bits} bits)",
            "export it again",
            code="ecg.sample_format",
        )
    return np.dtype(_SAMPLES[bits, meaning]).newbyteorder(order)


def _padding(where: str, group: Dataset, order: Order) -> int | None:
    value = group.get("WaveformPaddingValue")
    kind = _sample_type(where, group, order)
    if isinstance(value, bytes):
        whole = value[: kind.itemsize]
        return int(np.frombuffer(whole, kind)[0]) if len(whole) == kind.itemsize else None
    return None if value is None else int(value)


def _padded(
    samples: Integer[np.ndarray, "samples channels"], padding: int | None, rate_hz: float
) -> Bool[np.ndarray, "samples channels"]:
    """Return where the padding value means no signal.

    Some devices declare 0 as padding and store true zeros within the signal. The value is padding
    where the signal has no such value, or in runs at the ends.
    """
    here = samples == padding if padding is not None else np.zeros(samples.shape, np.bool_)
    if padding is None or not here.any():
        return here
    together = _at_ends(np.asarray(here.all(axis=1)), PADDED_S * rate_hz)
    missing = np.zeros_like(here)
    for number in range(samples.shape[1]):
        others = samples[~here[:, number], number]
        if others.size and _is_outlier(padding, others):
            missing[:, number] = here[:, number]
        elif others.size:
            missing[:, number] = together | _at_ends(here[:, number], PADDED_LEAD_S * rate_hz)
    return missing


def _is_outlier(value: int, others: Integer[np.ndarray, " others"]) -> bool:
    """Return whether a value is further from the others than their range."""
    low, high = int(others.min()), int(others.max())
    return value < low - (high - low) or value > high + (high - low)


def _at_ends(here: Bool[np.ndarray, " samples"], least: float) -> Bool[np.ndarray, " samples"]:
    """Return the runs at the beginning and the end that are long enough."""
    elsewhere = np.flatnonzero(~here)
    mask = np.zeros_like(here)
    if len(elsewhere):
        first, last = int(elsewhere[0]), int(elsewhere[-1]) + 1
        mask[:first] = first >= least
        mask[last:] = len(here) - last >= least
    return mask


def _skew(definition: Dataset, rate_hz: float) -> int:
    """Return the delay of a channel within its group, in samples (C.10.9.1.4.3)."""
    samples = definition.get("ChannelSampleSkew")
    seconds = definition.get("ChannelTimeSkew")
    skew = float(samples) if samples not in (None, "") else float(seconds or 0.0) * rate_hz
    return round(skew)


def _shifted(samples: Float64[np.ndarray, " samples"], by: int) -> Float64[np.ndarray, " samples"]:
    if not 0 < abs(by) < len(samples):
        return samples
    moved = np.full_like(samples, np.nan)
    moved[max(by, 0) : len(samples) + min(by, 0)] = samples[max(-by, 0) : len(samples) - max(by, 0)]
    return moved


def _scaled(definition: Dataset, stored: Float64[np.ndarray, " samples"]) -> Channel:
    # PS3.3 C.10.9.1.4.2: value = stored · sensitivity · correction + baseline, in the given unit.
    sensitivity = float(definition.get("ChannelSensitivity") or 0.0)
    if not sensitivity:
        return Channel("", stored, None)
    correction = float(definition.get("ChannelSensitivityCorrectionFactor") or 1.0)
    baseline = float(definition.get("ChannelBaseline") or 0.0)
    return Channel("", stored * sensitivity * correction + baseline, _unit(definition))


def _unit(definition: Dataset) -> str | None:
    units = definition.get("ChannelSensitivityUnitsSequence")
    if not units:
        return None
    spelt = [str(units[0].get(tag, "")) for tag in ("CodeValue", "CodeMeaning")]
    return next((unit for unit in spelt if is_voltage(unit)), spelt[0])
