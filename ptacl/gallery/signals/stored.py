"""Opening of a gallery's signals: stored, rebuilt before, or to be rebuilt."""

from pathlib import Path

import numpy as np

from ptacl.config.checksums import check
from ptacl.errors import PtaclError
from ptacl.gallery.signals.arrays import FILES, Signals


def read_signals(folder: Path, gallery: Path, subjects: int) -> Signals:
    """Map the arrays of a folder.

    Raises:
        PtaclError: they are damaged, or of another number of subjects.
    """
    made_again = "Delete this folder and open the gallery again, which simulates them again."
    if folder.parent == gallery:
        made_again = "Copy the gallery again, or make it again with `ptacl embed`."
    check(folder, do=made_again, code="gallery.damaged")
    arrays = [np.load(folder / f"{name}.npy", mmap_mode="r") for name in FILES]
    if any(len(array) != subjects for array in arrays):
        raise PtaclError(
            f"{folder} does not fit {gallery}. Delete it and open the gallery again.",
            code="gallery.damaged",
        )
    return Signals(*arrays)
