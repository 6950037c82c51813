"""EDF and EDF+ recordings, and BDF: the same with 24 bits.

Format: Kemp et al., Electroencephalogr Clin Neurophysiol 1992;82:391 (EDF); Kemp and Olivan, Clin
Neurophysiol 2003;114:1755 (EDF+); BioSemi (BDF). The header is read in `edf_header.py`. Of the
annotations, which may hold free text, only the start of each record is read.
"""

import re
from collections.abc import Mapping

import numpy as np
from jaxtyping import Float64, Int, Integer

from ptacl.errors import BadInput
from ptacl.io.edf_header import EdfHeader, EdfSignal, parse_edf_header
from ptacl.io.lead_names import lead_name
from ptacl.io.leads import of_one_rate
from ptacl.io.no_signal import in_long_runs
from ptacl.io.recording import Channel, Recording
from ptacl.types import Caveat

MOST_SAMPLES_A_LEAD = 4_000_000
"""Of a recording with interruptions, the gaps included: two hours at 500 Hz."""
AT_AN_END_S = 0.1
"""A clipped QRS complex stands at the end of the range for less: it lasts 0.1 s as a whole."""
_ANNOTATIONS = ("EDF Annotations", "BDF Annotations")
_ONSET = re.compile(rb"([+-]\d{1,9}(?:\.\d{1,9})?)\x14\x14")
"""What the first annotation of a record begins with: its start in seconds, and no text."""

Records = Integer[np.ndarray, "records numbers"]
Stored = Integer[np.ndarray, "records samples"]


def read_edf(name: str, files: Mapping[str, bytes]) -> Recording:
    """Read the leads, known by their labels; signals of other kinds and rates are left out.

    A lead without a range (0 to 0) holds no voltage and is missing; the others are read.
    """
    header = parse_edf_header(name, files[name])
    labels = [signal.label for signal in header.signals]
    rates = [signal.per_record for signal in header.signals]
    leads = [header.signals[place] for place in of_one_rate(name, labels, rates)]
    if not leads:
        return Recording((), None)
    records = _records(files[name], header)
    starts_s = _starts_s(name, header, records) if header.interrupted else None
    channels, off = [], []
    for signal in leads:
        stored = _samples_of(signal, records, header.sample_bytes)
        values = _physical(signal, stored)
        if _stands_at_an_end(signal, stored, values, header.record_s):
            off.append(signal)
        if starts_s is not None:
            values = _spread(name, values, starts_s, header)
        channels.append(Channel(signal.label, values.reshape(-1), signal.unit or None))
    return Recording(
        tuple(channels),
        leads[0].per_record / header.record_s,
        caveats=_without_range(leads) + _at_an_end(off),
    )


def _records(content: bytes, header: EdfHeader) -> Records:
    """The records: numbers of 16 bits, or single bytes where a sample takes three."""
    kind, width = ("<i2", 1) if header.sample_bytes == 2 else ("u1", 3)
    count = header.records * header.samples * width
    numbers = np.frombuffer(content, kind, count, header.start)
    return numbers.reshape(header.records, header.samples * width)


def _samples_of(signal: EdfSignal, records: Records, sample_bytes: int) -> Stored:
    end = signal.first + signal.per_record
    if sample_bytes == 2:
        return records[:, signal.first : end]
    wide = np.zeros((len(records), signal.per_record, 4), np.uint8)
    triples = records[:, 3 * signal.first : 3 * end]
    wide[:, :, 1:] = triples.reshape(len(records), signal.per_record, 3)
    return wide.view("<i4")[:, :, 0] >> 8


def _physical(signal: EdfSignal, stored: Stored) -> Float64[np.ndarray, "records samples"]:
    values = stored.astype(np.float64)
    if signal.scale is None:
        values[:] = np.nan
        return values
    step, offset = signal.scale
    with np.errstate(over="ignore"):
        values += offset
        values *= step
    return values


def _stands_at_an_end(
    signal: EdfSignal,
    stored: Stored,
    values: Float64[np.ndarray, "records samples"],
    record_s: float,
) -> bool:
    """Mask the time for which a converter stood at an end of its range, if there was such a time.

    EDF has no number for "no signal": an electrode that is off drives the converter to an end.
    """
    if signal.scale is None or not stored.size:
        return False
    found = False
    samples = max(round(AT_AN_END_S * signal.per_record / record_s), 2)
    for end, most in zip(signal.digital, (stored.min(), stored.max()), strict=True):
        if most == end and (stands := in_long_runs(stored.reshape(-1) == end, samples)).any():
            values.reshape(-1)[stands] = np.nan
            found = True
    return found


def _at_an_end(off: list[EdfSignal]) -> tuple[Caveat, ...]:
    if not off:
        return ()
    names = [said.lead for signal in off if (said := lead_name(signal.label))]
    text = f"The converter stood at an end of its range in {', '.join(names)}: there is no signal."
    return (Caveat("no_signal_values", text),)


def _without_range(leads: list[EdfSignal]) -> tuple[Caveat, ...]:
    names = [said.lead for signal in leads if not signal.scale
             and (said := lead_name(signal.label))]  # fmt: skip
    if not names:
        return ()
    text = f"The file gives no range for {', '.join(names)}: what it holds there is no voltage."
    return (Caveat("lead_without_range", text),)


def _starts_s(where: str, header: EdfHeader, records: Records) -> Float64[np.ndarray, " records"]:
    """When each record begins, in seconds, as its first annotation says."""
    kept = next((signal for signal in header.signals if signal.label in _ANNOTATIONS), None)
    found = []
    if kept is not None:
        width = 1 if header.sample_bytes == 2 else 3
        said = records[:, kept.first * width : (kept.first + kept.per_record) * width]
        found = [match for row in said if (match := _ONSET.match(row.tobytes()))]
    if not found or len(found) < header.records:
        raise BadInput(
            where,
            "it is a recording with interruptions that does not say when its records begin",
            "export it without interruptions, as EDF or EDF+C",
        )
    return np.array([float(match[1]) for match in found])


def _spread(
    where: str,
    values: Float64[np.ndarray, "records samples"],
    starts_s: Float64[np.ndarray, " records"],
    header: EdfHeader,
) -> Float64[np.ndarray, " all_samples"]:
    """Records at their times, NaN between them."""
    per_record = values.shape[1]
    rate_hz = per_record / header.record_s
    starts: Int[np.ndarray, " records"] = np.rint((starts_s - starts_s[0]) * rate_hz).astype(int)
    if (np.diff(starts) < per_record).any():
        raise BadInput(where, "the times of its records overlap", "export it again")
    total = int(starts[-1]) + per_record
    if total > MOST_SAMPLES_A_LEAD:
        raise BadInput(where, "it is too long for an ECG", "give a part of it")
    whole = np.full(total, np.nan)
    whole[starts[:, None] + np.arange(per_record)] = values
    return whole
