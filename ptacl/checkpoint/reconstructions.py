"""Masked-autoencoder reconstructions of a few held-out subjects, stored in their checkpoint.

`reconstructions.npz` holds, for the ECGs (subjects, leads, samples) and the cines (subjects,
frames, rows, columns), the truth, the prediction of every value and a mask of the hidden values. It
contains no ids, but it does contain recordings: leave it out when a checkpoint trained on people is
shared, and remove it when one of them withdraws (`ptacl withdraw` does).
"""

import shutil
import zipfile
from dataclasses import dataclass, fields
from pathlib import Path
from typing import Any

import numpy as np
from jaxtyping import Bool, Float32

from ptacl.config.atomic_file import replacing
from ptacl.config.checksums import resealing
from ptacl.errors import BadInput

FILE = "reconstructions.npz"


@dataclass(frozen=True)
class Reconstructions:
    """Reconstructions of a few subjects of the validation split, in the order of the store."""

    ecg_truth: Float32[np.ndarray, "subjects leads samples"]
    """After preprocessing (mV by default)."""
    ecg_predicted: Float32[np.ndarray, "subjects leads samples"]
    """Prediction of every sample; the decoder is trained on hidden samples only."""
    ecg_hidden: Bool[np.ndarray, "subjects leads samples"]
    """True where the encoder did not see the sample."""
    cine_truth: Float32[np.ndarray, "subjects frames rows columns"]
    """Intensities, 0 to 1."""
    cine_predicted: Float32[np.ndarray, "subjects frames rows columns"]
    cine_hidden: Bool[np.ndarray, "subjects frames rows columns"]

    def ecg_error(self, subject: int, lead: int) -> float:
        """Return the mean absolute error over a lead's hidden samples; NaN where none is hidden."""
        hidden = self.ecg_hidden[subject, lead]
        error = np.abs(self.ecg_predicted[subject, lead] - self.ecg_truth[subject, lead])
        return float(error[hidden].mean()) if hidden.any() else float("nan")


def save_reconstructions(folder: Path, reconstructions: Reconstructions) -> None:
    """Write `reconstructions.npz` in half precision, replacing the former one atomically.

    Args:
        folder: of the checkpoint.
        reconstructions: to be stored.
    """
    arrays: dict[str, Any] = {
        entry.name: _narrow(getattr(reconstructions, entry.name))
        for entry in fields(reconstructions)
    }
    with (
        resealing(folder, [FILE]),
        replacing(folder / FILE) as temporary,
        temporary.open("wb") as file,
    ):
        np.savez_compressed(file, **arrays)


def copy_reconstructions(source: Path, out: Path) -> None:
    """Copy the reconstructions of a checkpoint, where it has any, to one that started from it."""
    if (source / FILE).is_file():
        out.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(source / FILE, out / FILE)


def remove_reconstructions(folder: Path) -> int:
    """Remove all reconstructions from a checkpoint, as they carry no ids.

    Returns:
        the number of subjects.

    Raises:
        BadInput: the file is damaged.
    """
    reconstructions = read_reconstructions(folder)
    with resealing(folder, [FILE]):
        (folder / FILE).unlink(missing_ok=True)
    return 0 if reconstructions is None else len(reconstructions.ecg_truth)


def read_reconstructions(folder: Path | str) -> Reconstructions | None:
    """Read the reconstructions of a checkpoint; None where it holds none.

    Raises:
        BadInput: the file is damaged.
    """
    path = Path(folder) / FILE
    if not path.is_file():
        return None
    try:
        with np.load(path, allow_pickle=False) as arrays:
            return Reconstructions(**{name: _wide(arrays[name]) for name in arrays.files})
    except (OSError, ValueError, TypeError, EOFError, zipfile.BadZipFile) as error:
        raise BadInput(
            path, "it cannot be read", "train again, or delete it", code="checkpoint.damaged"
        ) from error


def _narrow(values: np.ndarray) -> np.ndarray:
    return values if values.dtype == bool else values.astype(np.float16)


def _wide(values: np.ndarray) -> np.ndarray:
    return values if values.dtype == bool else values.astype(np.float32)
