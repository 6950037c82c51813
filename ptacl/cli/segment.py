"""Command that segments cines: one study, or all subjects of a store."""

import json
from pathlib import Path

from tyro.conf import Positional

from ptacl.cli.cine_options import (
    DEFAULT_STUDY,
    OfStudy,
    is_store,
    measure_whole_store,
    read_slices,
)
from ptacl.cli.output import AsJson
from ptacl.display.progress import print_message, progress_bar
from ptacl.errors import PtaclError


def segment(
    source: Positional[Path],
    out: Positional[Path],
    study: OfStudy = DEFAULT_STUDY,
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
        study: how it is read and labelled.
        json_: print the measurement as JSON.
    """
    from ptacl.segmentation import segmenter as segmenters

    if is_store(source):
        return _segment_store(source, out, study.segmenter, json_)
    from ptacl.reporting.cine import cine_table
    from ptacl.segmentation.files import check_folder, write_inspection
    from ptacl.segmentation.inspection import inspect_cine
    from ptacl.segmentation.inspection_json import to_dict

    check_folder(out)
    labeller = segmenters.load_segmenter(study.segmenter)
    stack = read_slices(source, study)
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
    print_message(f"written to {out}: {', '.join(path.name for path in written)}")
    return 0


def _segment_store(source: Path, out: Path, segmenter: Path | None, json_: bool) -> int:
    """Write the table of a store; exit status 3 if subjects failed."""
    from ptacl.inference.store_volumes import measure_store

    if out.is_dir():
        raise PtaclError(
            f"{out} is a folder. Of a store, name a table: volumes.csv.", code="output.exists"
        )
    return measure_whole_store(measure_store, source, out, segmenter, json_)
