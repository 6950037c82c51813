"""Command that segments cines: one study, or all subjects of a store."""

import json
from dataclasses import asdict
from pathlib import Path
from typing import Annotated, Literal

from tyro.conf import Positional, arg

from ptacl.cli.output import AsJson, finish, progress_bar, say
from ptacl.errors import PtaclError

SlicePosition = Annotated[int | None, arg(name="slice")]


def segment(
    source: Positional[Path],
    out: Positional[Path],
    segmenter: Path | None = None,
    slice_: SlicePosition = None,
    rr_ms: float | None = None,
    order: Literal["trigger", "temporal", "acquisition", "instance"] | None = None,
    any_series: bool = False,
    json_: AsJson = False,
) -> int:
    """Segment short-axis cines: contours of both ventricles, volumes, ejection fraction, mass.

    Of a cine or study (DICOM folder or zip, 4-D NIfTI), all slices are read, and OUT is a folder:
    masks.nii.gz (1 right ventricle, 2 myocardium, 3 left ventricle, in the place of the cine),
    areas.csv, volumes.csv and measurement.json. Stacks are measured by summation of slices, a
    single slice by area-length with wide intervals. What is missing or doubtful is printed: slices
    left out, base or apex not covered, contours to look at. If less than 60 % of the ventricle is
    covered, areas are given and no volumes.

    Of a store, which holds one slice of each heart, OUT is a table (.csv or .parquet) with a row
    for each subject; an interrupted run is resumed by the same command.

    Args:
        source: a cine, a study, or a store.
        out: folder of the results (of a store: the table).
        segmenter: folder of the segmenter; the one that comes with PTACL by default.
        slice_: measure this slice only, counted from 0 at the base.
        rr_ms: the R–R interval in ms, instead of that in the files.
        order: sort key of the frames of DICOM cines, see `ptacl import --help`.
        any_series: accept DICOM series of any name and plane.
        json_: print the measurement as JSON.
    """
    from ptacl.segmentation import segmenter as segmenters

    if (source / "manifest.json").is_file():
        return _segment_store(source, out, segmenter, json_)
    from ptacl.io.cine.read import CineSlices, read_cine, read_usable_slices
    from ptacl.reporting.cine import cine_table
    from ptacl.segmentation.files import check_folder, write_inspection
    from ptacl.segmentation.inspection import inspect_cine
    from ptacl.segmentation.inspection_json import to_dict

    check_folder(out)
    labeller = segmenters.load_segmenter(segmenter)
    if slice_ is None:
        stack = read_usable_slices(source, rr_ms=rr_ms, order=order, any_series=any_series)
    else:
        cine = read_cine(
            source, rr_ms=rr_ms, slice_position=slice_, order=order, any_series=any_series
        )
        stack = CineSlices(source.name, (cine,))
    with progress_bar("%") as progress:
        inspection = inspect_cine(
            stack.slices,
            labeller,
            name=stack.name,
            unreadable=stack.unreadable,
            progress=lambda share: progress(round(100 * share), 100),
        )
    written = write_inspection(inspection, out)
    print(json.dumps(to_dict(inspection)) if json_ else cine_table(inspection))
    say(f"written to {out}: {', '.join(path.name for path in written)}")
    return 0


def _segment_store(source: Path, out: Path, segmenter: Path | None, json_: bool) -> int:
    """Write the table of a store; exit status 3 if subjects failed."""
    from ptacl.inference.store_volumes import measure_store
    from ptacl.segmentation import segmenter as segmenters
    from ptacl.store import open_store

    if out.is_dir():
        raise PtaclError(
            f"{out} is a folder. Of a store, name a table: volumes.csv.", code="output.exists"
        )
    store, labeller = open_store(source), segmenters.load_segmenter(segmenter)
    with progress_bar("subject") as progress:
        result = measure_store(store, labeller, out, progress=progress)
    finish(json_, asdict(result))
    return 3 if result.failed else 0
