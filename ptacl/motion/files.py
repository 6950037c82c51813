"""The folder that ``ptacl motion`` writes: curves and peaks."""

from pathlib import Path

from ptacl.motion.curve_files import STRAIN, write_curves
from ptacl.motion.motion_json import RECORD, to_dict
from ptacl.motion.records import MotionInspection
from ptacl.segmentation.results_folder import check_results_folder, write_record


def check_folder(folder: Path) -> None:
    """Check before the work that results can be written into a folder.

    Args:
        folder: absent, empty, or with earlier results, which are replaced.

    Raises:
        PtaclError: it is a file, or holds other files.
    """
    check_results_folder(folder, (STRAIN, RECORD).__contains__)


def write_motion(inspection: MotionInspection, folder: Path) -> list[Path]:
    """Write the curves and the record into a folder.

    Args:
        inspection: the inspection.
        folder: see `check_folder`; created if absent.

    Returns:
        The paths of the files.

    Raises:
        PtaclError: see `check_folder`.
    """
    check_folder(folder)
    folder.mkdir(parents=True, exist_ok=True)
    record = folder / RECORD
    write_record(to_dict(inspection), record)
    return [write_curves(inspection, folder), record]
