"""Export of a cine: masks, curves and measurements with all corrections, as one zip."""

from __future__ import annotations

import io
import zipfile
from typing import TYPE_CHECKING

from ptacl.parallel.private_folder import private_folder

if TYPE_CHECKING:
    from ptacl.segmentation.records import CineInspection


def to_zip(inspection: CineInspection) -> bytes:
    """Return the files that `ptacl segment` writes, as a zip.

    Args:
        inspection: with the corrections, which the JSON names frame by frame.
    """
    # Imported here: nibabel is needed for the export alone.
    from ptacl.segmentation.files import write_inspection

    with private_folder() as folder:
        paths = write_inspection(inspection, folder / "cine")
        packed = io.BytesIO()
        with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
            for path in paths:
                archive.write(path, path.name)
    return packed.getvalue()
