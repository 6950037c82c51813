"""Damaged files: whatever is done to a recording, a reader says yes or says why not."""

from collections.abc import Iterator

import numpy as np

from ptacl.errors import PtaclError
from ptacl.io import read_ecg_files
from ptacl.types import Ecg


def outcome(content: bytes, name: str = "ecg.xml") -> Ecg | PtaclError:
    """A valid record or an error with words; any other exception fails the test."""
    try:
        ecg = read_ecg_files({name: content})
    except PtaclError as error:
        assert str(error).endswith(".")
        return error
    assert ecg.signal_mv.shape[0] == 12
    assert ecg.duration_s >= 5
    assert holds_numbers(ecg)
    return ecg


def holds_numbers(ecg: Ecg) -> bool:
    """Whether nothing of a record is infinite: what is no number is missing, NaN, or left out."""
    said = [ecg.sample_rate_hz, ecg.median_rate_hz or 0.0, *ecg.measurements.values()]
    median = np.empty(0) if ecg.median_mv is None else ecg.median_mv
    return bool(
        np.isfinite(said).all() and not np.isinf(ecg.signal_mv).any() and not np.isinf(median).any()
    )


def cut_short(content: bytes, places: int) -> Iterator[bytes]:
    """The content cut at evenly spread places, the empty file first."""
    for place in range(places):
        yield content[: place * len(content) // places]


def flipped(content: bytes, times: int, seed: int = 0) -> Iterator[bytes]:
    """The content with one to four bytes changed, early ones more often."""
    random = np.random.default_rng(seed)
    for time in range(times):
        damaged = np.frombuffer(content, np.uint8).copy()
        reach = len(damaged) if time % 2 else min(len(damaged), 4000)
        places = random.integers(0, reach, size=1 + time % 4)
        damaged[places] = random.integers(0, 256, size=len(places))
        yield damaged.tobytes()
