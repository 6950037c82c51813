"""Signal description of an SCP-ECG record: leads, beats, coded samples.

Standard: EN 1064:2005+A1:2007, 5.6 (section 3, leads), 5.7 (section 4, beats), 5.8 and 5.9
(sections 5 and 6, coded samples). Sample numbers begin at 1 and count at the rate before
decimation.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from itertools import pairwise

from ptacl.errors import BadInput
from ptacl.io.ecg.leads.twelve_leads import SCP_LEAD_CODES
from ptacl.io.ecg.scp.sections import damaged, fields

MOST_SAMPLES = 2**19
"""Samples per lead: its at most 65,535 bytes hold no more codes than bits."""

_SUBTRACTED = 1
_REFERENCE_TYPE = 0


@dataclass(frozen=True, slots=True)
class Zone:
    """Samples from first to last, both included."""

    first: int
    last: int

    @property
    def size(self) -> int:
        """Return the number of samples."""
        return self.last - self.first + 1


@dataclass(frozen=True, slots=True)
class Lead:
    """One lead of section 3."""

    name: str | None
    """None if it is none of the twelve."""
    zone: Zone
    """The samples at which it was recorded."""


@dataclass(frozen=True, slots=True)
class Beat:
    """Position at which the reference beat was subtracted from the rhythm."""

    zone: Zone
    fiducial: int
    """The sample aligned with the fiducial sample of the reference beat."""


@dataclass(frozen=True, slots=True)
class Beats:
    """Section 4."""

    reference_ms: int
    """Length of the reference beat; 0 if there is none."""
    reference_fiducial: int
    subtracted: tuple[Beat, ...]
    """The beats of type 0, that of the reference beat."""
    protected: tuple[Zone, ...]
    """Zones around each QRS that are neither decimated nor filtered."""


@dataclass(frozen=True, slots=True)
class CodedSignals:
    """Section 5 or 6, still coded."""

    nanovolts: int
    """One unit of the samples; 0 if not stated."""
    interval_us: int
    """Sample interval; 0 if not stated."""
    differences: int
    """0: samples, 1: first differences, 2: second differences."""
    bimodal: bool
    """Whether samples outside the protected zones are decimated; section 6 only."""
    data: tuple[bytes, ...]
    """One entry per lead, in the order of section 3."""


NO_BEATS = Beats(0, 0, (), ())


def read_leads(where: str, body: bytes) -> tuple[tuple[Lead, ...], bool]:
    """Read the leads of section 3, and whether a reference beat was subtracted.

    Raises:
        BadInput: damaged, or a lead ends before it begins.
    """
    count, flags = fields(where, body, 0, "BB")
    leads = tuple(_lead(where, body, 2 + 9 * number) for number in range(count))
    return leads, bool(flags & _SUBTRACTED)


def _lead(where: str, body: bytes, at: int) -> Lead:
    first, last, code = fields(where, body, at, "IIB")
    # Some writers count from 0 and give the end as the count.
    zone = Zone(max(first, 1), last)
    if not 1 <= zone.size <= MOST_SAMPLES:
        raise damaged(where, "a lead has an impossible length")
    return Lead(SCP_LEAD_CODES.get(code), zone)


def read_beats(where: str, body: bytes) -> Beats:
    """Read section 4; protected zones may be absent or empty, and are sorted.

    Raises:
        BadInput: damaged.
    """
    reference_ms, fiducial, count = fields(where, body, 0, "HHH")
    rows = [fields(where, body, 6 + 14 * number, "HIII") for number in range(count)]
    subtracted = tuple(
        Beat(Zone(first, last), middle)
        for kind, first, middle, last in rows
        if kind == _REFERENCE_TYPE and 1 <= first <= last
    )
    at = 6 + 14 * count
    zones = [
        Zone(*fields(where, body, offset, "II"))
        for offset in range(at, min(at + 8 * count, len(body) - 7), 8)
    ]
    protected = sorted((z for z in zones if 1 <= z.first <= z.last), key=lambda zone: zone.first)
    return Beats(reference_ms, fiducial, subtracted, tuple(protected))


def read_signals(where: str, body: bytes, lead_count: int) -> CodedSignals:
    """Read section 5 or 6.

    Raises:
        BadInput: damaged, or the leads together are longer than the section.
    """
    nanovolts, interval_us, differences, bimodal = fields(where, body, 0, "HHBB")
    lengths = fields(where, body, 6, f"{lead_count}H")
    starts = [6 + 2 * lead_count + sum(lengths[:number]) for number in range(lead_count + 1)]
    if starts[-1] > len(body):
        raise damaged(where, "its leads are longer than their section")
    if differences > 2:
        raise damaged(where, f"samples coded as differences of order {differences}")
    data = tuple(body[start:end] for start, end in pairwise(starts))
    return CodedSignals(nanovolts, interval_us, differences, bimodal == 1, data)


def required(where: str, sections: Mapping[int, bytes], number: int, what: str) -> bytes:
    """Return the body of a section that is required.

    Raises:
        BadInput: the section is missing.
    """
    if number in sections:
        return sections[number]
    raise BadInput(
        where,
        f"it is an SCP-ECG record without {what}",
        "export it with its signals",
        code="ecg.no_signal",
    )
