"""Options of the commands that measure cines, and the steps that they share."""

from collections.abc import Callable
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

from tyro.conf import OmitArgPrefixes, arg

from ptacl.cli.output import finish
from ptacl.display.progress import progress_bar
from ptacl.io.cine.options import FrameOrder

if TYPE_CHECKING:
    from ptacl.inference.folder import FolderResult
    from ptacl.io.cine.read import CineSlices

    MeasureStore = Callable[..., FolderResult]


@dataclass(frozen=True, slots=True)
class CineOptions:
    """How cines are read."""

    order: FrameOrder | None = None
    """sort key of the frames of DICOM cines. trigger: time after the R wave. temporal: temporal
    position. acquisition: acquisition time. instance: instance number. By default the first of
    these that is different in all frames of a slice."""
    rr_ms: float | None = None
    """the R–R interval of the cines in ms, instead of that in their files."""
    any_series: bool = False
    """accept DICOM series of any name and plane."""


@dataclass(frozen=True, slots=True)
class StudyOptions(CineOptions):
    """How one study is read and labelled."""

    segmenter: Path | None = None
    """folder of the segmenter; the one that comes with PTACL by default."""
    slice_: Annotated[int | None, arg(name="slice")] = None
    """measure this slice only, counted from 0 at the base."""


OfCines = Annotated[CineOptions, OmitArgPrefixes]
OfStudy = Annotated[StudyOptions, OmitArgPrefixes]
DEFAULT_CINES, DEFAULT_STUDY = CineOptions(), StudyOptions()


def is_store(source: Path) -> bool:
    """Return whether a folder is a store, not a study."""
    return (source / "manifest.json").is_file()


def read_slices(source: Path, options: StudyOptions) -> "CineSlices":
    """Read the usable slices of a cine or study, or the one that is named.

    Args:
        source: a cine or a study.
        options: see the class.

    Raises:
        PtaclError: it cannot be read, or has no such slice.
    """
    from ptacl.io.cine.read import CineSlices, read_cine, read_usable_slices

    if options.slice_ is None:
        return read_usable_slices(
            source, rr_ms=options.rr_ms, order=options.order, any_series=options.any_series
        )
    only = read_cine(
        source, rr_ms=options.rr_ms, slice_position=options.slice_, order=options.order,
        any_series=options.any_series,
    )  # fmt: skip
    return CineSlices(source.name, (only,))


def measure_whole_store(
    measure: "MeasureStore", source: Path, out: Path, segmenter: Path | None, json_: bool
) -> int:
    """Write the table of a store and print a summary; exit status 3 if subjects failed.

    Args:
        measure: (store, labeller, out, progress) → result.
        source: folder of the store.
        out: the table.
        segmenter: folder of the segmenter; the one that comes with PTACL by default.
        json_: print the summary as JSON.
    """
    from ptacl.segmentation import segmenter as segmenters
    from ptacl.store import open_store

    store, labeller = open_store(source), segmenters.load_segmenter(segmenter)
    with progress_bar("subject") as progress:
        result = measure(store, labeller, out, progress=progress)
    finish(json_, asdict(result))
    return 3 if result.failed else 0
