"""Reconstruction of SCP-ECG samples: differences, decimation, the subtracted reference beat.

Standard: EN 1064:2005+A1:2007, 5.8 and annex C. A writer may subtract a reference beat (the median
beat) from each similar beat, and may replace runs of 2 to 4 samples outside the protected zones
around the QRS by their means ("bimodal compression"). The interpolation and the range of the low-
pass follow E. Cervesato's decoder (BioSig, 2004), made to that annex.
"""

from collections.abc import Sequence
from itertools import pairwise

import numpy as np
from jaxtyping import Bool, Float64, Int64

from ptacl.io.ecg.integer_wrap import wrapped_to_16_bits
from ptacl.io.ecg.scp.huffman import HuffmanTable, decode_huffman
from ptacl.io.ecg.scp.layout import Beats, Zone
from ptacl.io.ecg.scp.sections import damaged

Samples = Float64[np.ndarray, " samples"]
Stored = Float64[np.ndarray, " stored"]
ReferenceBeat = Float64[np.ndarray, " reference"]

_SAMPLE_BITS = 16


def decode_lead(
    where: str, data: bytes, tables: tuple[HuffmanTable, ...], differences: int, count: int
) -> Int64[np.ndarray, " samples"]:
    """Decode the first ``count`` samples of one lead in the record's units.

    Args:
        where: the file's name, for messages.
        data: the lead's bytes.
        tables: of section 2; none where each sample is two bytes.
        differences: order of the differences that were stored, 0, 1 or 2.
        count: samples.

    Raises:
        BadInput: there are fewer, or invalid bits.
    """
    if tables:
        samples = undo_differences(decode_huffman(where, data, tables, count), differences)
        # Custom tables may hold more than the 16 bits of the standard's samples.
        is_wide = any(table.number_bits > _SAMPLE_BITS for table in tables)
        return samples if is_wide else wrapped_to_16_bits(samples)
    if len(data) < 2 * count:
        raise damaged(where, "a lead holds fewer samples than the record states")
    stored = np.frombuffer(data, "<i2", count).astype(np.int64)
    return wrapped_to_16_bits(undo_differences(stored, differences))


def undo_differences(
    stored: Int64[np.ndarray, " samples"], order: int
) -> Int64[np.ndarray, " samples"]:
    """Integrate differences; as many first samples as the order were stored as such.

    Example:
        >>> undo_differences(np.array([5, 7, 1, -3]), 2)  # 5, 7, 2·7 - 5 + 1, 2·10 - 7 - 3
        array([ 5,  7, 10, 10])
    """
    if order == 0 or len(stored) < order:
        return stored
    if order == 1:
        return np.cumsum(stored)
    slopes = np.cumsum(np.concatenate([[stored[1] - stored[0]], stored[2:]]))
    return np.concatenate([stored[:1], stored[0] + np.cumsum(slopes)])


def stored_count(lead: Zone, protected: Sequence[Zone], factor: int) -> int:
    """Return the number of stored values of a lead with decimated unprotected samples."""
    return sum(
        size if is_protected else size // factor + size % factor
        for size, is_protected in _pieces(lead, protected)
    )


def undo_decimation(stored: Stored, lead: Zone, protected: Sequence[Zone], factor: int) -> Samples:
    """Return all samples of a lead from the stored ones.

    Between protected zones each number is the centre of ``factor`` samples; the others are
    interpolated, and the remainder at the end was stored unchanged.
    """
    parts, at = [], 0
    for size, is_protected in _pieces(lead, protected):
        runs = 0 if is_protected else size // factor
        if runs:
            middles = factor // 2 + factor * np.arange(runs)
            parts.append(np.interp(np.arange(runs * factor), middles, stored[at : at + runs]))
        parts.append(stored[at + runs : at + size - runs * (factor - 1)])
        at += size - runs * (factor - 1)
    return np.concatenate(parts)


def smooth(samples: Samples, lead: Zone, beats: Beats, *, subtracted: bool) -> Samples:
    """Apply the low-pass after the interpolation: the mean of three samples, in whole units.

    Unchanged are the protected zones, the ends of the lead, and the samples on both sides of a jump
    where the subtraction of a reference beat begins or ends.
    """
    means = np.array(samples)
    means[1:-1] = np.rint((samples[:-2] + samples[1:-1] + samples[2:]) / 3)
    unchanged = _mask(lead, beats.protected)
    unchanged[[0, -1]] = True
    if subtracted:
        begins = [Zone(beat.zone.first - 1, beat.zone.first) for beat in beats.subtracted]
        ends = [Zone(beat.zone.last, beat.zone.last + 1) for beat in beats.subtracted]
        unchanged |= _mask(lead, [*begins, *ends])
    return np.where(unchanged, samples, means)


def add_reference_beat(
    samples: Samples, lead: Zone, beats: Beats, reference: ReferenceBeat
) -> Samples:
    """Add the reference beat to the residual rhythm, aligned at the fiducial points."""
    whole = np.array(samples)
    for beat in beats.subtracted:
        # Sample n corresponds to sample n + shift of the reference beat, both counted from 1.
        shift = beats.reference_fiducial - beat.fiducial
        first = max(beat.zone.first, lead.first, 1 - shift)
        last = min(beat.zone.last, lead.last, len(reference) - shift)
        if first <= last:
            part = reference[first + shift - 1 : last + shift]
            whole[first - lead.first : last - lead.first + 1] += part
    return whole


def _mask(lead: Zone, zones: Sequence[Zone]) -> Bool[np.ndarray, " samples"]:
    """Return which samples of a lead are in any of the zones."""
    bounds = np.array([(zone.first, zone.last + 1) for zone in zones], np.int64).reshape(-1, 2)
    bounds = np.clip(bounds - lead.first, 0, lead.size)
    steps = np.zeros(lead.size + 1, np.int64)
    np.add.at(steps, bounds[:, 0], 1)
    np.add.at(steps, bounds[:, 1], -1)
    return np.cumsum(steps)[:-1] > 0


def _pieces(lead: Zone, protected: Sequence[Zone]) -> list[tuple[int, bool]]:
    """Return the lead as segments: (samples, whether protected)."""
    mask = _mask(lead, protected)
    edges = np.flatnonzero(mask[1:] != mask[:-1]) + 1
    bounds = [0, *edges.tolist(), len(mask)]
    return [(end - start, bool(mask[start])) for start, end in pairwise(bounds)]
