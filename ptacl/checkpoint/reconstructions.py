"""What a masked autoencoder made of a few held-out subjects, kept beside its checkpoint.

`reconstructions.npz` holds, for the ECGs (subjects, leads, samples) and the cines (subjects,
frames, rows, columns), the truth, the prediction of every value and which values were hidden. It
carries no ids, but it does carry recordings: leave it out where a checkpoint trained on people is
passed on, and remove it where one of them withdraws (`ptacl withdraw` does).
"""

import shutil
import zipfile
from dataclasses import dataclass, fields
from pathlib import Path
from typing import Any

import numpy as np
from jaxtyping import Bool, Float32

from ptacl.errors import BadInput

FILE = "reconstructions.npz"


@dataclass(frozen=True)
class Reconstructions:
    """A few subjects of the validation split, in the order of the store."""

    ecg_truth: Float32[np.ndarray, "subjects leads samples"]
    """As the recipe leaves it (mV by default)."""
    ecg_predicted: Float32[np.ndarray, "subjects leads samples"]
    """What the decoder says of every sample; only the hidden ones were asked for."""
    ecg_hidden: Bool[np.ndarray, "subjects leads samples"]
    """True where the encoder did not see the sample."""
    cine_truth: Float32[np.ndarray, "subjects frames rows columns"]
    """Intensities, 0 to 1."""
    cine_predicted: Float32[np.ndarray, "subjects frames rows columns"]
    cine_hidden: Bool[np.ndarray, "subjects frames rows columns"]

    def ecg_error(self, subject: int, lead: int) -> float:
        """Mean absolute error over the hidden samples of a lead; NaN where none was hidden."""
        hidden = self.ecg_hidden[subject, lead]
        error = np.abs(self.ecg_predicted[subject, lead] - self.ecg_truth[subject, lead])
        return float(error[hidden].mean()) if hidden.any() else float("nan")


def save_reconstructions(folder: Path, shown: Reconstructions) -> None:
    """Write `reconstructions.npz` in half precision, replacing the former one at once."""
    temporary = folder / f".{FILE}.tmp"
    arrays: dict[str, Any] = {
        entry.name: _narrow(getattr(shown, entry.name)) for entry in fields(shown)
    }
    with temporary.open("wb") as file:
        np.savez_compressed(file, **arrays)
    temporary.replace(folder / FILE)


def copy_reconstructions(source: Path, out: Path) -> None:
    """Give a checkpoint those of the one that it started from, where there are any."""
    if (source / FILE).is_file():
        out.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(source / FILE, out / FILE)


def remove_reconstructions(folder: Path) -> int:
    """Take all recordings out of a checkpoint, for nobody can tell whose they are.

    Returns:
        how many subjects' they were.

    Raises:
        BadInput: the file is damaged.
    """
    shown = read_reconstructions(folder)
    (folder / FILE).unlink(missing_ok=True)
    return 0 if shown is None else len(shown.ecg_truth)


def read_reconstructions(folder: Path | str) -> Reconstructions | None:
    """The reconstructions of a checkpoint; None where it holds none.

    Raises:
        BadInput: the file is damaged.
    """
    place = Path(folder) / FILE
    if not place.is_file():
        return None
    try:
        with np.load(place, allow_pickle=False) as arrays:
            return Reconstructions(**{name: _wide(arrays[name]) for name in arrays.files})
    except (OSError, ValueError, TypeError, EOFError, zipfile.BadZipFile) as error:
        raise BadInput(
            place, "it cannot be read", "train again, or delete it", code="checkpoint.damaged"
        ) from error


def _narrow(values: np.ndarray) -> np.ndarray:
    return values if values.dtype == bool else values.astype(np.float16)


def _wide(values: np.ndarray) -> np.ndarray:
    return values if values.dtype == bool else values.astype(np.float32)
