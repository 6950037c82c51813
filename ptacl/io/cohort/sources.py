"""Where the two recordings of a subject lie, whichever way the cohort says it."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from ptacl.io.cine.options import CineReading, FrameOrder
from ptacl.io.cine.read import read_cine
from ptacl.io.ecg.read import read_ecg
from ptacl.parallel.worker import announce_file
from ptacl.types import Pair, Subject

_IF_GIVEN: dict[str, Any] = {"digest": "if given"}
"""A field that came later: where it says nothing, a store's plan is what it was (`store.plan`)."""


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
    cine_order: FrameOrder | None = field(default=None, metadata=_IF_GIVEN)
    """What puts the frames of the cine in order, where its trigger times do not."""
    cine_any_series: bool = field(default=False, metadata=_IF_GIVEN)
    """Whether the cine is taken whatever its series' name and plane seem to say."""


def with_reading(source: PairSource, reading: CineReading) -> PairSource:
    """What is said for a whole cohort goes to each subject whose table says nothing else."""
    return replace(
        source,
        rr_ms=reading.rr_ms if source.rr_ms is None else source.rr_ms,
        cine_order=source.cine_order or reading.order,
        cine_any_series=source.cine_any_series or reading.any_series,
    )


def load_pair(source: PairSource) -> Pair:
    """Read both files of a subject.

    Raises:
        BadInput: one of them cannot be read; the message names it.
    """
    announce_file(source.ecg.name)
    ecg = read_ecg(source.ecg, sample_rate_hz=source.ecg_rate_hz, unit=source.ecg_unit)
    announce_file(source.cine.name)
    cine = read_cine(
        source.cine,
        rr_ms=source.rr_ms,
        order=source.cine_order,
        any_series=source.cine_any_series,
    )
    return Pair(source.subject, ecg, cine, source.truth)
