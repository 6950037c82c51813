"""What a report holds beyond the page: dates, comment, indexed values, attribution, two hearts."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
from jaxtyping import UInt8

from ptacl.errors import PtaclError
from ptacl.inference.volume_table import VolumeRow
from ptacl.reporting.details import ReportDetails
from ptacl.types import LEADS, Attribution, Inspection, Neighbour
from ptacl.wording import signed

from ..text.attribution_sentences import SOURCE, sentence

if TYPE_CHECKING:
    from ptacl.gallery import Gallery

SHOWN_HEARTS = 2
"""Number of nearest neighbours with frames in the report."""
STILL_TITLES = ("End-diastole", "End-systole")


@dataclass(frozen=True, slots=True)
class HeartStills:
    """Two frames of one neighbour's cine."""

    caption: str
    synthetic: bool
    frames: tuple[UInt8[np.ndarray, "rows columns"], UInt8[np.ndarray, "rows columns"]]
    """At end-diastole and end-systole."""


@dataclass(frozen=True, slots=True)
class AttributionText:
    """The attribution of one prediction in words, with its sums by lead and wave."""

    title: str
    sentences: tuple[str, ...]
    sums: pd.DataFrame
    """A row per lead and a column per wave, as text in the unit of the prediction."""


@dataclass(frozen=True, slots=True)
class ReportParts:
    """Parts of a report that the inspection alone does not hold."""

    details: ReportDetails = field(default_factory=ReportDetails)
    indexed: tuple[VolumeRow, ...] = ()
    """Volumes per m² of body surface area; empty where that is not known."""
    attribution: AttributionText | None = None
    hearts: tuple[HeartStills, ...] = ()


def heart_stills(gallery: Gallery, neighbours: Sequence[Neighbour]) -> tuple[HeartStills, ...]:
    """Return end-diastole and end-systole of the nearest neighbours, without missing cines.

    Args:
        gallery: of the neighbours.
        neighbours: the nearest first.
    """
    hearts = []
    for neighbour in neighbours[:SHOWN_HEARTS]:
        try:
            hearts.append(_stills(gallery, neighbour))
        except PtaclError:  # its signals are not there (yet)
            continue
    return tuple(hearts)


def _stills(gallery: Gallery, neighbour: Neighbour) -> HeartStills:
    # Imported here: the filters below it load slowly, and the first page makes no report.
    from ptacl.signal.systole import end_systole_frames, nearest_frame

    cine = gallery.cine(neighbour.subject_id)
    end_systole = int(end_systole_frames(cine.frames[None], cine.phases[None])[0])
    lvef = float(gallery.table.loc[neighbour.subject_id, "lvef_pct"])
    measured = f", LVEF {lvef:.0f} %" if np.isfinite(lvef) else ""
    simulated = ", simulated heart" if gallery.simulated else ""
    return HeartStills(
        f"{neighbour.subject_id}{simulated}, similarity {neighbour.similarity:.2f}{measured}",
        bool(gallery.simulated),
        (cine.frames[nearest_frame(cine.phases, 0.0)], cine.frames[end_systole]),
    )


def attribution_text(
    attribution: Attribution, inspection: Inspection, sample_rate_hz: float
) -> AttributionText:
    """Return an attribution in words and as a table.

    Args:
        attribution: of one prediction.
        inspection: of the same ECG.
        sample_rate_hz: of the prepared ECG.
    """
    # Imported here: they import torch and the filters, which are loaded by now.
    from ptacl.inference.attribution import by_wave, strongest
    from ptacl.signal.delineation.intervals import without_unmeasured
    from ptacl.signal.delineation.waves import find_waves

    prepared = inspection.prepared
    signal = prepared.signal_mv[:, : prepared.valid_samples]
    waves = without_unmeasured(
        find_waves(signal, prepared.r_peaks, sample_rate_hz), inspection.intervals
    )
    sums = by_wave(attribution, waves, prepared.r_peaks / sample_rate_hz)
    first = strongest(sums, attribution.value - attribution.average_value)
    return AttributionText(
        f"What drove {attribution.name}",
        (sentence(attribution, first).replace("**", ""), SOURCE),
        pd.DataFrame(
            {
                f"{wave} {attribution.unit}": [signed(value, 2) for value in values]
                for wave, values in sums.items()
            },
            index=pd.Index(LEADS),
        ),
    )
