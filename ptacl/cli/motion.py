"""Command that measures motion and strain: of one study, or of all subjects of a store."""

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


def motion(
    source: Positional[Path],
    out: Positional[Path | None] = None,
    study: OfStudy = DEFAULT_STUDY,
    json_: AsJson = False,
) -> int:
    """Measure the motion of short-axis cines: circumferential and radial strain, rotation.

    The muscle of each slice is followed over the beat. Printed for every slice with a closed wall:
    peak global circumferential strain (GCS; middle of the wall and endocardium), peak radial
    strain, time to peak, mechanical dispersion (SD of the six segments' times to peak), rotation
    (counter-clockwise from the apex is positive) and the strain of the right ventricle's free wall;
    then the six segments of the middle slice, counted from the anterior insertion of the right
    ventricle. Strain is Lagrangian and relative to the first frame: shortening is negative. What is
    doubtful is printed: images that the motion does not explain, points that do not return to their
    start. It takes a few seconds a slice.

    With OUT, a folder, strain.csv (all curves) and motion.json are written.

    Of a store, which holds one slice of each heart, OUT is a table (.csv or .parquet) with a row
    for each subject, and the curves of all go into a file beside it with the ending .npz; an
    interrupted run is resumed by the same command.

    Args:
        source: a cine, a study, or a store.
        out: folder of the results (of a store: the table).
        study: how it is read and labelled.
        json_: print the measurement as JSON.
    """
    from ptacl.segmentation import segmenter as segmenters

    if is_store(source):
        return _measure_store(source, out, study.segmenter, json_)
    from ptacl.motion.files import check_folder, write_motion
    from ptacl.motion.inspection import inspect_motion
    from ptacl.motion.motion_json import to_dict
    from ptacl.reporting.motion import motion_table

    if out is not None:
        check_folder(out)
    labeller = segmenters.load_segmenter(study.segmenter)
    stack = read_slices(source, study)
    with progress_bar("%") as progress:
        # Drawing the labels takes about as long as following the motion.
        labels = labeller.label(stack.slices, lambda share: progress(round(50 * share), 100))
        inspection = inspect_motion(
            stack.slices,
            labels,
            labeller.info,
            name=stack.name,
            unreadable=stack.unreadable,
            progress=lambda share: progress(round(50 + 50 * share), 100),
        )
    print(json.dumps(to_dict(inspection)) if json_ else motion_table(inspection))
    if out is not None:
        written = write_motion(inspection, out)
        print_message(f"written to {out}: {', '.join(path.name for path in written)}")
    return 0


def _measure_store(source: Path, out: Path | None, segmenter: Path | None, json_: bool) -> int:
    """Write table and curves of a store; exit status 3 if subjects failed."""
    from ptacl.inference.store_motion import measure_store_motion

    if out is None or out.is_dir():
        raise PtaclError(
            "Of a store, name a table for the results: motion.csv.", code="output.exists"
        )
    return measure_whole_store(measure_store_motion, source, out, segmenter, json_)
