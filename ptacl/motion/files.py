"""The folder that ``ptacl motion`` writes: curves and peaks."""

import json
from pathlib import Path

from ptacl.errors import PtaclError
from ptacl.motion.curve_files import STRAIN, write_curves
from ptacl.motion.motion_json import RECORD, to_dict
from ptacl.motion.records import MotionInspection


def check_folder(folder: Path) -> None:
    """Check before the work that results can be written into a folder.

    Args:
        folder: absent, empty, or with earlier results, which are replaced.

    Raises:
        PtaclError: it is a file, or holds other files.
    """
    if folder.is_dir():
        if any(path.name not in (STRAIN, RECORD) for path in folder.iterdir()):
            raise PtaclError(
                f"{folder} holds other files. Give another folder.", code="output.exists"
            )
    elif folder.exists():
        raise PtaclError(f"{folder} is a file. Give a folder.", code="output.exists")


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
    text = json.dumps(to_dict(inspection), indent=1, allow_nan=False)
    record.write_text(text + "\n", encoding="utf-8")
    return [write_curves(inspection, folder), record]
