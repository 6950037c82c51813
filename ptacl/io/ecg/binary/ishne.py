"""ISHNE Holter recordings: a header of 522 bytes, then interleaved 16-bit samples.

Format: Badilini, The ISHNE Holter Standard Output File Format, Ann Noninvasive Electrocardiol
1998;3:263. All numbers are little-endian; the resolution is in nanovolts per step.
"""

import binascii
import struct
from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from ptacl.errors import BadInput
from ptacl.io.ecg.leads.sentinels import signal_of
from ptacl.io.ecg.recording import Channel, Recording
from ptacl.io.stated_person import stated_person
from ptacl.types import LEADS, Caveat

MAGIC = b"ISHNE1.0"
_FIXED_BYTES = 522
_CHECKED_FROM = 10
_MOST_LEADS = 12
_SEXES = {1: "male", 2: "female"}
_FIRST_LEAD_CODE = 5
_LEAD_NAMES = {2: "X", 3: "Y", 4: "Z"} | {
    _FIRST_LEAD_CODE + index: lead for index, lead in enumerate(LEADS)
}
"""Lead codes of the standard 12; the others are unknown, bipolar or EASI leads."""


@dataclass(frozen=True, slots=True)
class _Header:
    lead_codes: tuple[int, ...]
    steps_nv: tuple[int, ...]
    rate_hz: int
    samples: int
    """Samples per lead."""
    start: int
    """Byte offset of the samples."""
    checksum_holds: bool
    sex: str


def is_ishne(content: bytes) -> bool:
    """Return whether content is an ISHNE recording; an annotation file has another magic word."""
    return content.startswith(MAGIC)


def read_ishne(name: str, files: Mapping[str, bytes]) -> Recording:
    """Read all leads over their whole length.

    Raises:
        BadInput: cut short, damaged, or a lead without a resolution.
    """
    content = files[name]
    header = _header(name, content)
    count = len(header.lead_codes)
    # The stated count was checked against the size of the file.
    stored = np.frombuffer(content, "<i2", header.samples * count, header.start)
    by_lead = stored.reshape(header.samples, count)
    channels = tuple(
        Channel(
            _LEAD_NAMES.get(code, f"lead of code {code}"), signal_of(by_lead[:, i]) * step, "nV"
        )
        for i, (code, step) in enumerate(zip(header.lead_codes, header.steps_nv, strict=True))
    )
    stated = stated_person(header.sex)  # the format has no age
    return Recording(channels, float(header.rate_hz), caveats=_caveats(header), stated=stated)


def _header(where: str, content: bytes) -> _Header:
    if len(content) < _FIXED_BYTES:
        raise BadInput(
            where, "it is cut short: its header is not whole", "copy it again", code="file.damaged"
        )
    (stored_sum,) = struct.unpack_from("<H", content, 8)
    claimed, _, start = struct.unpack_from("<3i", content, 14)
    (sex,) = struct.unpack_from("<h", content, 128)
    (count,) = struct.unpack_from("<h", content, 156)
    codes = struct.unpack_from(f"<{_MOST_LEADS}h", content, 158)
    steps_nv = struct.unpack_from(f"<{_MOST_LEADS}h", content, 206)
    (rate_hz,) = struct.unpack_from("<h", content, 272)
    if not 0 < count <= _MOST_LEADS or not _FIXED_BYTES <= start <= len(content):
        raise BadInput(where, "its header is damaged", "copy it again", code="file.damaged")
    if min(steps_nv[:count]) <= 0:
        raise BadInput(
            where, "the resolution of a lead is missing", "export it again", code="ecg.no_scale"
        )
    return _Header(
        codes[:count],
        steps_nv[:count],
        rate_hz,
        _samples(where, claimed, (len(content) - start) // (2 * count), count),
        start,
        stored_sum == binascii.crc_hqx(content[_CHECKED_FROM:start], 0xFFFF),
        _SEXES.get(sex, ""),
    )


def _samples(where: str, claimed: int, available: int, count: int) -> int:
    """Return the samples per lead; some writers state the total of all leads, some nothing."""
    if claimed <= 0 or claimed == available * count:
        return available
    if claimed > available:
        message = f"it is cut short: a lead holds {available:,} samples of {claimed:,}"
        raise BadInput(where, message, "copy it again", code="file.damaged")
    return claimed


def _caveats(header: _Header) -> tuple[Caveat, ...]:
    if header.checksum_holds:
        return ()
    text = (
        "The checksum of the file's header does not match: the file may be damaged, or its writer "
        "counted in another way."
    )
    return (Caveat("checksum_fails", text, "check"),)
