"""EDF and EDF+ recordings, and BDF, the same with 24 bits.

Format: Kemp et al., Electroencephalogr Clin Neurophysiol 1992;82:391 (EDF); Kemp and Olivan, Clin
Neurophysiol 2003;114:1755 (EDF+); BioSemi (BDF). The header is parsed in `edf_header.py`.
Annotations may hold free text; only the start time of each record is read from them.
"""

import re
from collections.abc import Mapping

import numpy as np
from jaxtyping import Float64, Int, Integer

from ptacl.errors import BadInput
from ptacl.io.ecg.binary.edf_header import EdfHeader, EdfSignal, parse_edf_header
from ptacl.io.ecg.leads.lead_names import lead_name
from ptacl.io.ecg.leads.no_signal import in_long_runs
from ptacl.io.ecg.leads.twelve_leads import lead_indices
from ptacl.io.ecg.recording import Channel, Recording
from ptacl.io.stated_person import stated_person
from ptacl.types import Caveat

MOST_SAMPLES_A_LEAD = 4_000_000
"""Longest lead of an interrupted recording, gaps included: two hours at 500 Hz."""
AT_AN_END_S = 0.1
"""Shortest run at the end of the range that means no signal, in seconds. A clipped QRS complex is
shorter: it lasts 0.1 s as a whole."""
_ANNOTATIONS = ("EDF Annotations", "BDF Annotations")
_ONSET = re.compile(rb"([+-]\d{1,9}(?:\.\d{1,9})?)\x14\x14")
"""Beginning of a record's first annotation: its start in seconds, without text."""

Records = Integer[np.ndarray, "records numbers"]
Stored = Integer[np.ndarray, "leads samples"]
Values = Float64[np.ndarray, "leads samples"]


def read_edf(name: str, files: Mapping[str, bytes]) -> Recording:
    """Read the leads, identified by their labels; signals of other kinds are ignored.

    A lead with a physical range of 0 to 0 holds no voltage and is missing.

    Raises:
        BadInput: damaged, leads of different rates, or interrupted without times.
    """
    header = parse_edf_header(name, files[name])
    labels = [signal.label for signal in header.signals]
    rates = [signal.per_record for signal in header.signals]
    leads = [header.signals[index] for index in lead_indices(name, labels, rates)]
    if not leads:
        return Recording((), None)
    records = _records(files[name], header)
    stored = np.stack([_samples_of(signal, records, header.sample_bytes) for signal in leads])
    values = _physical(leads, stored)
    rate_hz = leads[0].per_record / header.record_s
    off = _mask_ends(leads, stored, values, max(round(AT_AN_END_S * rate_hz), 2))
    if header.interrupted:
        values = _spread(name, values, _starts_s(name, header, records), header)
    channels = tuple(
        Channel(signal.label, samples, signal.unit or None)
        for signal, samples in zip(leads, values, strict=True)
    )
    told = _without_range(leads) + off
    return Recording(channels, rate_hz, caveats=told, stated=stated_person(header.sex))


def _records(content: bytes, header: EdfHeader) -> Records:
    """Return the records as 16-bit numbers, or as single bytes for 24-bit samples."""
    kind, width = ("<i2", 1) if header.sample_bytes == 2 else ("u1", 3)
    count = header.records * header.samples * width
    numbers = np.frombuffer(content, kind, count, header.start)
    return numbers.reshape(header.records, header.samples * width)


def _samples_of(
    signal: EdfSignal, records: Records, sample_bytes: int
) -> Integer[np.ndarray, " samples"]:
    end = signal.first + signal.per_record
    if sample_bytes == 2:
        return records[:, signal.first : end].reshape(-1)
    wide = np.zeros((len(records) * signal.per_record, 4), np.uint8)
    wide[:, 1:] = records[:, 3 * signal.first : 3 * end].reshape(-1, 3)
    return wide.view("<i4")[:, 0] >> 8


def _physical(leads: list[EdfSignal], stored: Stored) -> Values:
    """Return the samples in each lead's own unit; NaN where it has no range."""
    scales = np.array([signal.scale or (np.nan, 0.0) for signal in leads])
    values = stored.astype(np.float64)
    with np.errstate(over="ignore"):  # infinite values are detected later
        values += scales[:, 1:]
        values *= scales[:, :1]
    return values


def _mask_ends(
    leads: list[EdfSignal], stored: Stored, values: Values, samples: int
) -> tuple[Caveat, ...]:
    """Mask runs of at least ``samples`` samples at an end of the converter's range.

    EDF has no value for "no signal": a detached electrode drives the converter to an end.
    """
    off = {}
    if stored.size:
        extremes = np.stack([stored.min(axis=1), stored.max(axis=1)], axis=1)
        ends = np.array([signal.digital for signal in leads])
        for row, side in np.argwhere(extremes == ends):
            at_end = in_long_runs(stored[row] == extremes[row, side], samples)
            values[row, at_end] = np.nan
            if at_end.any() and leads[row].scale and (lead := lead_name(leads[row].label)):
                off[lead.lead] = True
    if not off:
        return ()
    text = f"The converter was saturated in {', '.join(off)}: there is no signal."
    return (Caveat("no_signal_values", text),)


def _without_range(leads: list[EdfSignal]) -> tuple[Caveat, ...]:
    names = [lead.lead for signal in leads if not signal.scale
             and (lead := lead_name(signal.label))]  # fmt: skip
    if not names:
        return ()
    text = f"The file gives no range for {', '.join(names)}: what it holds there is no voltage."
    return (Caveat("lead_without_range", text),)


def _starts_s(where: str, header: EdfHeader, records: Records) -> Float64[np.ndarray, " records"]:
    """Return the start of each record in seconds, from its first annotation."""
    annotations = next((signal for signal in header.signals if signal.label in _ANNOTATIONS), None)
    onsets = []
    if annotations is not None:
        width = 1 if header.sample_bytes == 2 else 3
        texts = records[
            :, annotations.first * width : (annotations.first + annotations.per_record) * width
        ]
        onsets = [match for row in texts if (match := _ONSET.match(row.tobytes()))]
    if not onsets or len(onsets) < header.records:
        raise BadInput(
            where,
            "it is an interrupted recording without the start times of its records",
            "export it without interruptions, as EDF or EDF+C",
            code="ecg.no_times",
        )
    return np.array([float(match[1]) for match in onsets])


def _spread(
    where: str,
    values: Values,
    starts_s: Float64[np.ndarray, " records"],
    header: EdfHeader,
) -> Float64[np.ndarray, "leads all_samples"]:
    """Place the records at their times, with NaN between them."""
    per_record = values.shape[1] // header.records
    rate_hz = per_record / header.record_s
    starts: Int[np.ndarray, " records"] = np.rint((starts_s - starts_s[0]) * rate_hz).astype(int)
    if (np.diff(starts) < per_record).any():
        raise BadInput(
            where, "the times of its records overlap", "export it again", code="file.damaged"
        )
    total = int(starts[-1]) + per_record
    if total > MOST_SAMPLES_A_LEAD:
        raise BadInput(
            where, "it is too long for an ECG", "give a part of it", code="file.too_large"
        )
    whole = np.full((len(values), total), np.nan)
    whole[:, (starts[:, None] + np.arange(per_record)).reshape(-1)] = values
    return whole
