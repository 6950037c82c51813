"""The folder that ``ptacl segment`` writes: masks, areas, volumes and the measurement."""

from pathlib import Path

from ptacl.segmentation.curve_files import AREAS, VOLUMES, write_curves
from ptacl.segmentation.inspection_json import RECORD, to_dict
from ptacl.segmentation.mask_files import write_masks
from ptacl.segmentation.records import CineInspection
from ptacl.segmentation.results_folder import check_results_folder, write_record


def check_folder(folder: Path) -> None:
    """Check before the work that results can be written into a folder.

    Args:
        folder: absent, empty, or with earlier results, which are replaced.

    Raises:
        PtaclError: it is a file, or holds other files.
    """
    check_results_folder(folder, _is_ours)


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
    write_record(to_dict(inspection), record)
    return paths


def _is_ours(name: str) -> bool:
    is_mask = name.startswith("masks") and name.endswith(".nii.gz")
    return is_mask or name in (AREAS, VOLUMES, RECORD)
