"""XLI, the compression of Philips ECGs: LZW over second differences, with predicted limb leads.

All arithmetic wraps at 16 bits, as the samples do.

Format: Watford, Sierra ECG Tools (2011–2024), whose package `sierraecg` decodes the LZW. The rest
of that package reads from a path only, takes three times as long and trusts the sizes in the file.
"""

from collections.abc import Mapping, Sequence
from itertools import islice

import numpy as np
from jaxtyping import Int64
from sierraecg.lzw import LzwDecoder

from ptacl.errors import BadInput
from ptacl.io.ecg.integer_wrap import wrapped_to_16_bits

Steps = Int64[np.ndarray, " samples"]
"""Samples of one lead as integer converter steps."""

_HEADER_BYTES = 8


def decompress(where: str, content: bytes, names: Sequence[str], samples: int) -> dict[str, Steps]:
    """Decompress a waveform into leads by name.

    Args:
        where: the file's name, for messages.
        content: one chunk a lead: its size in 4 bytes, 2 bytes unknown, the first bend in 2, LZW.
        names: of the leads, in the order of the chunks; chunks beyond are left alone.
        samples: of each lead. No lead unfolds further.

    Raises:
        BadInput: cut short, or a lead has more or fewer samples.
    """
    leads = {}
    offset = 0
    for name in names:
        header = content[offset : offset + _HEADER_BYTES]
        size = int.from_bytes(header[:4], "little", signed=True)
        chunk = content[offset + _HEADER_BYTES : offset + _HEADER_BYTES + max(size, 0)]
        if size < 1 or len(chunk) < size:
            raise BadInput(
                where,
                "its compressed waveforms are cut short",
                "export it again",
                code="file.damaged",
            )
        codes = _unpack(where, chunk, samples)
        leads[name] = _integrate(codes, int.from_bytes(header[6:], "little", signed=True))
        offset += _HEADER_BYTES + size
    return _whole_limb_leads(leads)


def _unpack(where: str, chunk: bytes, samples: int) -> Steps:
    """Decode 16-bit numbers: 10-bit LZW of all high bytes, followed by all low bytes."""
    decoder = LzwDecoder(chunk, bits=10)
    # One extra byte is requested to detect and stop a lead that is too long.
    stored = list(islice(iter(decoder.read, -1), 2 * samples + 1))
    if len(stored) != 2 * samples:
        raise BadInput(
            where, "its compressed waveforms are damaged", "export it again", code="file.damaged"
        )
    high, low = np.array(stored, dtype=np.uint16).reshape(2, samples)
    return ((high << 8) | low).view(np.int16).astype(np.int64)


def _integrate(codes: Steps, first_bend: int) -> Steps:
    """Integrate second differences: z(i) = 2 z(i-1) - z(i-2) - (code(i-1) - 64).

    The first difference is in the header, since the code before it is a sample.
    """
    if len(codes) < 3:
        return codes
    bends = np.concatenate([[-first_bend], 64 - codes[2:-1]])
    slopes = np.concatenate([[codes[1] - codes[0]], bends]).cumsum()
    return wrapped_to_16_bits(np.concatenate([codes[:1], slopes]).cumsum())


def _whole_limb_leads(leads: Mapping[str, Steps]) -> dict[str, Steps]:
    """Reconstruct the limb leads after II, stored as residuals of predictions from I and II."""
    if not {"I", "II", "III"} <= set(leads):
        return dict(leads)
    lead_i, lead_ii = leads["I"], leads["II"]
    lead_iii = wrapped_to_16_bits(lead_ii - lead_i - leads["III"])
    predicted = {
        "III": lead_ii - lead_i,
        "aVR": -((lead_i + lead_ii) // 2),
        "aVL": (lead_i - lead_iii) // 2,
        "aVF": (lead_ii + lead_iii) // 2,
    }
    return dict(leads) | {
        name: wrapped_to_16_bits(predicted[name] - leads[name])
        for name in predicted
        if name in leads
    }
