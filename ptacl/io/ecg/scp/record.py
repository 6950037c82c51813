"""SCP-ECG records (``.scp``), versions 1 and 2, and those of 3.0 that keep their sections.

Standard: EN 1064:2005+A1:2007 = ISO 11073-91064:2009. Of section 1 (patient data)
only sex and age are read (`person`), of sections 8, 9 and 11 nothing.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace

import numpy as np

from ptacl.errors import BadInput
from ptacl.io.ecg.leads.lead_groups import partial_lead_caveats
from ptacl.io.ecg.leads.rhythm_strip import without_duplicates
from ptacl.io.ecg.leads.sentinels import without_sentinels
from ptacl.io.ecg.recording import Channel, Recording
from ptacl.io.ecg.scp.huffman import HuffmanTable, huffman_tables
from ptacl.io.ecg.scp.layout import (
    MOST_SAMPLES,
    NO_BEATS,
    Beats,
    CodedSignals,
    Lead,
    read_beats,
    read_leads,
    read_signals,
    required,
)
from ptacl.io.ecg.scp.measurements import read_measurements
from ptacl.io.ecg.scp.person import read_person
from ptacl.io.ecg.scp.sections import damaged, read_sections
from ptacl.io.ecg.scp.signal import (
    ReferenceBeat,
    Samples,
    add_reference_beat,
    decode_lead,
    smooth,
    stored_count,
    undo_decimation,
)

_LEADS, _BEATS, _REFERENCE, _RHYTHM, _LONG_RHYTHM = 3, 4, 5, 6, 12


@dataclass(frozen=True, slots=True)
class _Record:
    """The parts of a record from which its signals are decoded."""

    where: str
    leads: tuple[Lead, ...]
    tables: tuple[HuffmanTable, ...]
    beats: Beats
    rhythm: CodedSignals
    reference: CodedSignals | None
    subtracted: bool
    factor: int
    """Samples per stored number outside the protected zones."""

    @property
    def decoded(self) -> list[int]:
        """Return the indices of the leads among the twelve; others are not decoded."""
        return [number for number, lead in enumerate(self.leads) if lead.name]


def read_scp(name: str, files: Mapping[str, bytes]) -> Recording:
    """Read the rhythm, the reference beat and the device measurements.

    Raises:
        BadInput: damaged, without signals, or a long recording only.
    """
    sections = read_sections(name, files[name])
    if _RHYTHM not in sections and _LONG_RHYTHM in sections:
        raise BadInput(
            name, "it holds a long recording only", "export 10 s at rest", code="ecg.long_recording"
        )
    record = _record(name, sections)
    references = _references_nv(record)
    if record.subtracted and record.beats.subtracted and not references:
        raise damaged(name, "the reference beat that was subtracted is missing")
    rhythm = {
        number: _rhythm_nv(record, number, references.get(number)) for number in record.decoded
    }
    rate_hz = _rate_hz(_interval_us(record))
    channels, duplicate_caveats = without_duplicates(
        _channels(record, _on_one_clock(record, rhythm))
    )
    return Recording(
        channels,
        rate_hz,
        read_measurements(name, sections),
        without_duplicates(_channels(record, references))[0],
        _rate_hz(record.reference.interval_us) if record.reference and references else None,
        caveats=duplicate_caveats + partial_lead_caveats(channels, rate_hz),
        stated=read_person(name, sections),
    )


def _record(where: str, sections: Mapping[int, bytes]) -> _Record:
    leads, subtracted = read_leads(where, required(where, sections, _LEADS, "a list of leads"))
    body = required(where, sections, _RHYTHM, "a rhythm")
    rhythm = read_signals(where, body, len(leads))
    reference = None
    if _REFERENCE in sections:
        reference = read_signals(where, sections[_REFERENCE], len(leads))
        # The unit may be missing in one of the two sections.
        rhythm = replace(rhythm, nanovolts=rhythm.nanovolts or reference.nanovolts)
        reference = replace(reference, nanovolts=reference.nanovolts or rhythm.nanovolts)
    beats = read_beats(where, sections[_BEATS]) if _BEATS in sections else NO_BEATS
    factor = _factor(where, rhythm, reference, subtracted or rhythm.bimodal)
    tables = huffman_tables(where, sections.get(2))
    return _Record(where, leads, tables, beats, rhythm, reference, subtracted, factor)


def _factor(
    where: str, rhythm: CodedSignals, reference: CodedSignals | None, compressed: bool
) -> int:
    # The reference beat is never decimated: its rate is that of the undecimated rhythm.
    if not compressed or reference is None or not reference.interval_us:
        return 1
    factor, rest = divmod(rhythm.interval_us, reference.interval_us)
    if rest or not factor:
        raise damaged(where, "its rhythm and its reference beat have rates that do not fit")
    return factor


def _interval_us(record: _Record) -> int:
    if record.factor > 1 and record.reference is not None:
        return record.reference.interval_us
    return record.rhythm.interval_us


def _rate_hz(interval_us: int) -> float | None:
    return 1e6 / interval_us if interval_us else None


def _references_nv(record: _Record) -> dict[int, ReferenceBeat]:
    """Return the reference beat of each lead, by the lead's number."""
    signals = record.reference
    if signals is None or not signals.interval_us or not record.beats.reference_ms:
        return {}
    count = record.beats.reference_ms * 1000 // signals.interval_us
    try:
        return {
            number: _decoded(record, signals, number, count) * (signals.nanovolts or 1)
            for number in record.decoded
        }
    except BadInput:
        if record.subtracted:
            raise
        return {}  # a damaged reference beat must not prevent reading the rhythm


def _rhythm_nv(record: _Record, number: int, reference_nv: ReferenceBeat | None) -> Samples:
    lead, beats, factor = record.leads[number].zone, record.beats, record.factor
    count = stored_count(lead, beats.protected, factor) if factor > 1 else lead.size
    samples = _decoded(record, record.rhythm, number, count)
    if factor > 1:
        samples = undo_decimation(samples, lead, beats.protected, factor)
        samples = smooth(samples, lead, beats, subtracted=record.subtracted)
    rhythm_nv = samples * (record.rhythm.nanovolts or 1)
    if not record.subtracted or reference_nv is None:
        return rhythm_nv
    return add_reference_beat(rhythm_nv, lead, beats, reference_nv)


def _decoded(record: _Record, signals: CodedSignals, number: int, count: int) -> Samples:
    order, data = signals.differences, signals.data[number]
    return without_sentinels(decode_lead(record.where, data, record.tables, order, count))


def _on_one_clock(record: _Record, rhythm_nv: Mapping[int, np.ndarray]) -> dict[int, Samples]:
    """Place leads on one time axis, with gaps where they were not recorded."""
    zones = {number: record.leads[number].zone for number in rhythm_nv}
    first = min((zone.first for zone in zones.values()), default=1)
    last = max((zone.last for zone in zones.values()), default=0)
    if last - first >= MOST_SAMPLES:
        raise damaged(record.where, "its leads were recorded hours from each other")
    whole = {}
    for number, zone in zones.items():
        whole[number] = np.full(last - first + 1, np.nan)
        whole[number][zone.first - first : zone.last - first + 1] = rhythm_nv[number]
    return whole


def _channels(record: _Record, signals_nv: Mapping[int, Samples]) -> tuple[Channel, ...]:
    # Integer nanovolts divided by a thousand are exactly the decimal numbers.
    has_unit = bool(record.rhythm.nanovolts)
    return tuple(
        Channel(
            record.leads[number].name or "",
            nv / 1000 if has_unit else nv,
            "uV" if has_unit else None,
        )
        for number, nv in signals_nv.items()
    )
