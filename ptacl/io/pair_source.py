"""Where the two recordings of a subject lie, whichever way the cohort says it."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from ptacl.io.cine import read_cine
from ptacl.io.ecg import read_ecg
from ptacl.types import Pair, Subject


@dataclass(frozen=True, slots=True)
class PairSource:
    """Where the ECG and the cine of a subject lie."""

    subject: Subject
    ecg: Path
    cine: Path
    ecg_rate_hz: float | None = None
    """Given where the ECG's file does not say it."""
    ecg_unit: str | None = None
    rr_ms: float | None = None
    """R–R interval of the scan, given where the cine's file does not say it."""
    truth: Mapping[str, float] = field(default_factory=dict)


def load_pair(source: PairSource) -> Pair:
    """Read both files of a subject.

    Raises:
        BadInput: one of them cannot be read; the message names it.
    """
    ecg = read_ecg(source.ecg, sample_rate_hz=source.ecg_rate_hz, unit=source.ecg_unit)
    cine = read_cine(source.cine, rr_ms=source.rr_ms)
    return Pair(source.subject, ecg, cine, source.truth)
