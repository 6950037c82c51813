"""The folder that ``ptacl segment`` writes: masks, areas, volumes and the measurement."""

import json
from pathlib import Path

from ptacl.errors import PtaclError
from ptacl.segmentation.curve_files import AREAS, VOLUMES, write_curves
from ptacl.segmentation.inspection_json import RECORD, to_dict
from ptacl.segmentation.mask_files import write_masks
from ptacl.segmentation.records import CineInspection


def check_folder(folder: Path) -> None:
    """Check before the work that results can be written into a folder.

    Args:
        folder: absent, empty, or with earlier results, which are replaced.

    Raises:
        PtaclError: it is a file, or holds other files.
    """
    if folder.is_dir():
        others = [path.name for path in folder.iterdir() if not _is_ours(path.name)]
        if others:
            raise PtaclError(
                f"{folder} holds other files. Give another folder.", code="output.exists"
            )
    elif folder.exists():
        raise PtaclError(f"{folder} is a file. Give a folder.", code="output.exists")


def write_inspection(inspection: CineInspection, folder: Path) -> list[Path]:
    """Write masks, tables and measurement into a folder.

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
    for earlier in folder.iterdir():
        earlier.unlink()
    record = folder / RECORD
    paths = [*write_masks(inspection, folder), *write_curves(inspection, folder), record]
    text = json.dumps(to_dict(inspection), indent=1, allow_nan=False)
    record.write_text(text + "\n", encoding="utf-8")
    return paths


def _is_ours(name: str) -> bool:
    is_mask = name.startswith("masks") and name.endswith(".nii.gz")
    return is_mask or name in (AREAS, VOLUMES, RECORD)
