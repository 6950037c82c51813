"""The two recordings of a subject: their paths and reading options."""

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
"""Metadata of a field added later: at its default it does not change the digest of a store's plan
(`store.plan`)."""


@dataclass(frozen=True, slots=True)
class PairSource:
    """Paths and reading options of the ECG and the cine of a subject."""

    subject: Subject
    ecg: Path
    cine: Path
    ecg_rate_hz: float | None = None
    """Sample rate in Hz for ECG files that do not state it."""
    ecg_unit: str | None = None
    rr_ms: float | None = None
    """R–R interval of the scan in ms for cine files that do not state it."""
    truth: Mapping[str, float] = field(default_factory=dict)
    cine_order: FrameOrder | None = field(default=None, metadata=_IF_GIVEN)
    """Criterion that orders the frames of the cine, instead of the default rules."""
    cine_any_series: bool = field(default=False, metadata=_IF_GIVEN)
    """Whether to accept the cine regardless of its series description and plane."""


def with_reading(source: PairSource, reading: CineReading) -> PairSource:
    """Apply the reading options of a whole cohort to a subject, unless its row sets its own."""
    return replace(
        source,
        rr_ms=reading.rr_ms if source.rr_ms is None else source.rr_ms,
        cine_order=source.cine_order or reading.order,
        cine_any_series=source.cine_any_series or reading.any_series,
    )


def load_pair(source: PairSource) -> Pair:
    """Read both files of a subject.

    Raises:
        BadInput: one of the files cannot be read; the message names it.
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
