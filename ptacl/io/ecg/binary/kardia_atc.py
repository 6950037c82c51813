"""AliveCor Kardia recordings (``.atc``): blocks of a name, a length, content and a checksum.

Format: Alive File Format Specification 1.7, as documented by AliveCor's ``ATCpy``. Lead I is the
block ``ecg ``, followed by ``ecg2`` (II) to ``ecg6`` (aVF) for six-lead recorders; 16-bit little-
endian, resolution in nanovolts per step. Recorders without chest leads do not suffice for a
prediction; `twelve_leads.require_enough_leads` refuses them.
"""

import struct
from collections.abc import Iterator, Mapping

import numpy as np

from ptacl.errors import BadInput
from ptacl.io.ecg.leads.sentinels import signal_of
from ptacl.io.ecg.recording import Channel, Recording
from ptacl.types import LEADS

MAGIC = b"ALIVE\x00\x00\x00"
_HEADER_BYTES = 12
_BLOCK_HEADER = 8
_CHECKSUM = 4
_MOST_BLOCKS = 64
_RHYTHM = (b"ecg ", b"ecg2", b"ecg3", b"ecg4", b"ecg5", b"ecg6")
_AVERAGE = (b"avg ", b"avg2")


def is_kardia_atc(content: bytes) -> bool:
    """Return whether content is a Kardia recording."""
    return content.startswith(MAGIC)


def read_kardia_atc(name: str, files: Mapping[str, bytes]) -> Recording:
    """Read the one lead, or the six limb leads, of the recorder.

    Raises:
        BadInput: cut short, a checksum mismatch, or no format block.
    """
    blocks = dict(_blocks(name, files[name]))
    if len(blocks.get(b"fmt ", b"")) < 5 or b"ecg " not in blocks:
        raise BadInput(
            name, "it holds no format and no lead", "export it again", code="ecg.no_signal"
        )
    _, rate_hz, step_nv = struct.unpack_from("<BHH", blocks[b"fmt "])
    if not step_nv:
        raise BadInput(name, "its resolution is missing", "export it again", code="ecg.no_scale")
    rhythm = _channels(blocks, _RHYTHM, step_nv)
    return Recording(rhythm, float(rate_hz), median=_channels(blocks, _AVERAGE, step_nv))


def _channels(
    blocks: Mapping[bytes, bytes], names: tuple[bytes, ...], step_nv: int
) -> tuple[Channel, ...]:
    recorded = [
        (lead, blocks[block]) for lead, block in zip(LEADS, names, strict=False) if block in blocks
    ]
    return tuple(
        Channel(lead, signal_of(np.frombuffer(part, "<i2", len(part) // 2)) * step_nv, "nV")
        for lead, part in recorded
    )


def _blocks(where: str, content: bytes) -> Iterator[tuple[bytes, bytes]]:
    """Return name and content of each block; the checksum is the sum of all its bytes."""
    at = _HEADER_BYTES
    for _ in range(_MOST_BLOCKS):
        if at >= len(content):
            return
        name, (length,) = (
            content[at : at + 4],
            struct.unpack("<I", content[at + 4 : at + 8].ljust(4, b"\xff")),
        )
        end = at + _BLOCK_HEADER + length
        if end + _CHECKSUM > len(content):
            raise BadInput(
                where, "it is cut short: a block is not whole", "copy it again", code="file.damaged"
            )
        (stored,) = struct.unpack_from("<I", content, end)
        if stored not in _sums(content[at:end]):
            raise BadInput(
                where,
                "a checksum does not match: it is damaged",
                "copy it again",
                code="file.damaged",
            )
        yield name, content[at + _BLOCK_HEADER : end]
        at = end + _CHECKSUM


def _sums(block: bytes) -> set[int]:
    """Return the valid checksums; some AliveCor files sum bytes above 127 as negative."""
    every = np.frombuffer(block, np.uint8)
    plain, signed = int(every.sum(dtype=np.int64)), int(every.view(np.int8).sum(dtype=np.int64))
    return {plain % 2**32, signed % 2**32}
