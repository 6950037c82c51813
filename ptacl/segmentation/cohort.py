"""Phenotypes measured on the cines of a cohort, where its table lacks them (``import --measure``).

A value of the table is never replaced. Each measured one carries its method and the version of the
segmenter, in the store's column ``measured``, in its notes and in its provenance.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from functools import lru_cache, partial
from pathlib import Path

from ptacl.errors import PtaclError
from ptacl.io.cine.read import read_cine, read_usable_slices
from ptacl.io.cine.slice_selection import UnreadableSlice, mid_ventricular
from ptacl.io.cohort.sources import PairSource, load_pair
from ptacl.io.ecg.read import read_ecg
from ptacl.parallel.worker import announce_file, is_memory_error
from ptacl.phenotypes import PHENOTYPE_KEYS, POSSIBLE, phenotypes_in
from ptacl.segmentation import segmenter as segmenters
from ptacl.segmentation.inspection import inspect_cine
from ptacl.segmentation.labeller import Labeller
from ptacl.segmentation.records import CineInspection, Measured
from ptacl.types import Caveat, Cine, ModelInfo, Pair, Subject

MEASURED, NOT_MEASURED = "phenotypes_measured", "phenotypes_not_measured"
"""Codes of the caveats of a cine that was measured, or that did not allow it."""


def measuring(folder: Path | None = None) -> tuple[Callable[[PairSource], Pair], ModelInfo]:
    """Return the function that reads and measures a subject, and what measures.

    Args:
        folder: of the segmenter; the one that comes with PTACL by default.

    Raises:
        PtaclError: there is no segmenter.
    """
    return partial(load_measured_pair, segmenter=folder), _segmenter(folder).info


def load_measured_pair(source: PairSource, *, segmenter: Path | None = None) -> Pair:
    """Read both files of a subject and measure the phenotypes that its table lacks.

    All slices of the cine are measured; the pair keeps the one that `load_pair` reads.

    Args:
        source: paths, reading options and the subject of the table.
        segmenter: folder of the segmenter.

    Raises:
        BadInput: one of the files cannot be read; the message names it.
    """
    lacking = [key for key in PHENOTYPE_KEYS if key not in source.subject.phenotypes]
    if not lacking:
        return load_pair(source)
    announce_file(source.ecg.name)
    ecg = read_ecg(source.ecg, sample_rate_hz=source.ecg_rate_hz, unit=source.ecg_unit)
    announce_file(source.cine.name)
    cine, slices, unreadable = _read(source)
    try:
        inspection = inspect_cine(
            slices, _segmenter(segmenter), name=source.cine.name, unreadable=unreadable
        )
    except PtaclError as error:
        if is_memory_error(error):
            raise
        caveat = Caveat(NOT_MEASURED, f"Nothing was measured on the cine: {error}")
        return Pair(source.subject, ecg, _with_caveat(cine, caveat), source.truth)
    found = usable_phenotypes(inspection, lacking)
    subject = with_measured(source.subject, found, inspection.segmenter)
    return Pair(subject, ecg, _with_caveat(cine, _caveat(inspection, found)), source.truth)


def usable_phenotypes(
    inspection: CineInspection, keys: Sequence[str] = PHENOTYPE_KEYS
) -> dict[str, Measured]:
    """Return the measured phenotypes that a heart can have, by key.

    Args:
        inspection: of a cine.
        keys: phenotypes to return.
    """
    found = {}
    for key, value in inspection.measurement.phenotypes.items():
        low, high = POSSIBLE[key]
        if key in keys and low <= value.value <= high:
            found[key] = value
    return found


def with_measured(subject: Subject, found: Mapping[str, Measured], segmenter: ModelInfo) -> Subject:
    """Add measured phenotypes to a subject; those that it has stay as they are.

    Args:
        subject: as in the cohort's table.
        found: measured phenotypes.
        segmenter: what measured them.
    """
    added = {key: value for key, value in found.items() if key not in subject.phenotypes}
    by = f"{segmenter.name} {segmenter.version}"
    return replace(
        subject,
        phenotypes={**subject.phenotypes, **{key: value.value for key, value in added.items()}},
        measured={key: f"{value.method}, {by}" for key, value in added.items()},
    )


def _read(source: PairSource) -> tuple[Cine, tuple[Cine, ...], tuple[UnreadableSlice, ...]]:
    """Return the slice of the pair, all usable slices, and those that are not."""
    rr_ms, order, any_series = source.rr_ms, source.cine_order, source.cine_any_series
    stack = read_usable_slices(source.cine, rr_ms=rr_ms, order=order, any_series=any_series)
    middle = mid_ventricular(stack.slices[0].slice_count or 1)
    same = [cine for cine in stack.slices if (cine.slice_position or 0) == middle]
    if stack.unreadable or not same:
        cine = read_cine(source.cine, rr_ms=rr_ms, order=order, any_series=any_series)
        return cine, stack.slices, stack.unreadable
    return same[0], stack.slices, ()


def _with_caveat(cine: Cine, caveat: Caveat) -> Cine:
    return replace(cine, caveats=(*cine.caveats, caveat))


def _caveat(inspection: CineInspection, found: Mapping[str, Measured]) -> Caveat:
    """Describe what was measured, or why nothing was."""
    reasons = [flag.text for flag in inspection.flags if flag.severity == "withhold"]
    if not found:
        text = " ".join(reasons) or "The values are none that a heart can have."
        return Caveat(NOT_MEASURED, f"Nothing was measured on the cine. {text}")
    names = ", ".join(entry.name for entry in phenotypes_in(found))
    methods = " and ".join(sorted({value.method for value in found.values()}))
    by = f"{inspection.segmenter.name} {inspection.segmenter.version}"
    doubts = [flag.text for flag in inspection.flags if flag.severity == "check"]
    text = f"{names} were measured on the cine by {methods} ({by})."
    return Caveat(MEASURED, " ".join([text, *doubts]), "check" if doubts else "info")


@lru_cache(maxsize=1)
def _segmenter(folder: Path | None) -> Labeller:
    """Load a segmenter once for each process."""
    return segmenters.load_segmenter(folder)
