"""Reading of uploads for all sessions, in separate processes with limits."""

from __future__ import annotations

import functools
from collections.abc import Mapping
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from ptacl.io.cine.read import CineSlices
    from ptacl.io.cohort.isolated import IsolatedReader
    from ptacl.io.containers.memory import MemoryFiles
    from ptacl.types import Ecg


@functools.cache
def reader() -> IsolatedReader:
    """Return the reader that all sessions share."""
    from ptacl.io.cohort.isolated import IsolatedReader  # imports every reader

    return IsolatedReader()


def read_ecg(
    files: Mapping[str, bytes],
    *,
    sample_rate_hz: float | None = None,
    unit: str | None = None,
    any_leads: bool = False,
) -> Ecg:
    """Read an uploaded ECG.

    Args:
        files: name → content.
        sample_rate_hz: that the person stated.
        unit: that the person stated.
        any_leads: whether one lead is enough.

    Raises:
        PtaclError: it is no ECG, or exceeds a limit.
    """
    return reader().read_ecg(files, sample_rate_hz=sample_rate_hz, unit=unit, any_leads=any_leads)


def read_cine(files: MemoryFiles, rr_ms: float | None = None) -> CineSlices:
    """Read an uploaded cine.

    Args:
        files: of one cine.
        rr_ms: R–R interval that the person stated.

    Raises:
        PtaclError: it is no short-axis cine, or exceeds a limit.
    """
    return reader().read_cine(files, rr_ms)


def separate(files: Mapping[str, bytes]) -> dict[str, Mapping[str, bytes]]:
    """Split an upload of many files into recordings.

    Args:
        files: name → content.

    Raises:
        PtaclError: the files exceed a limit.
    """
    return reader().separate(files)
