"""Many uploads in a row, good and bad, as the app reads and inspects them."""

import os
import random
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

from ptacl.errors import PtaclError
from ptacl.inference.model import Model, load
from ptacl.io import read_ecg_files
from tests.made.files import csv_bytes, npz_bytes

WARM = 30
"""Uploads after which libraries have taken what they keep."""


def resident_mb() -> float:
    """Return the resident memory of this process in MB."""
    pages = int(Path("/proc/self/statm").read_text().split()[1])
    return pages * os.sysconf("SC_PAGE_SIZE") / 2**20


def uploads(times: int) -> Iterator[tuple[str, ...]]:
    """Read and inspect files, every third of them damaged."""
    model, rng, ends = load("demo"), random.Random(0), Counter[str]()
    start = 0.0
    for number in range(times + WARM):
        if number == WARM:
            start = resident_mb()
        ends[_end_of(model, _content(rng, number), number)] += number >= WARM
    growth = resident_mb() - start
    seen = ", ".join(f"{count} {end}" for end, count in sorted(ends.items()) if count)
    yield "uploads, good and bad", str(times), f"{seen}; memory {growth:+.0f} MB"


def _content(rng: random.Random, number: int) -> bytes:
    rr_s = 0.6 + (number % 50) / 100
    content = csv_bytes(rr_s) if number % 2 else npz_bytes(rr_s)
    if number % 3:
        return content
    if number % 2:
        return content[: rng.randrange(len(content))]
    place = rng.randrange(len(content))
    return content[:place] + rng.randbytes(64) + content[place + 64 :]


def _end_of(model: Model, content: bytes, number: int) -> str:
    try:
        model.inspect(read_ecg_files({f"a.{'csv' if number % 2 else 'npz'}": content}))
    except PtaclError:
        return "refused with a sentence"
    except Exception as error:
        return f"FAULTS ({type(error).__name__})"
    return "inspected"
