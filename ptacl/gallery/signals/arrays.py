"""Arrays of a gallery's signals: read by row, written in chunks."""

import tempfile
from collections.abc import Iterable
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from jaxtyping import Float32

from ptacl.config.checksums import seal
from ptacl.gallery import format as layout
from ptacl.store.format import ECG_STEPS_PER_UNIT

FILES = ("ecg", "cine", "segments", "frames")


@dataclass(frozen=True)
class Heart:
    """ECG and cine of one subject."""

    ecg: np.ndarray
    """int16 (12, samples), 1/1000 of the recipe's unit."""
    cine: np.ndarray
    """uint8 (frames, rows, columns)."""

    @property
    def ecg_mv(self) -> Float32[np.ndarray, "leads samples"]:
        """The prepared ECG."""
        return self.ecg.astype(np.float32) / np.float32(ECG_STEPS_PER_UNIT)


@dataclass(frozen=True)
class TimeSteps:
    """Segments and frames of one subject in the embedding."""

    segments: np.ndarray
    """float16 (bins, embedding): ECG segments by phase, projected."""
    frames: np.ndarray
    """float16 (frames, embedding): CMR frames, projected."""


@dataclass(frozen=True)
class Signals:
    """Memory-mapped arrays, a row a subject of the gallery."""

    ecg: np.ndarray
    """int16 (subjects, 12, samples), 1/1000 of the recipe's unit."""
    cine: np.ndarray
    """uint8 (subjects, frames, rows, columns)."""
    segments: np.ndarray
    """float16 (subjects, bins, embedding): ECG segments by phase, projected."""
    frames: np.ndarray
    """float16 (subjects, frames, embedding): CMR frames, projected."""

    def heart(self, row: int) -> Heart:
        """Return the signals of a row; views, which read from the disk what is used of them."""
        return Heart(self.ecg[row], self.cine[row])

    def time_steps(self, row: int) -> TimeSteps:
        """Return the embedded segments and frames of a row."""
        return TimeSteps(self.segments[row], self.frames[row])

    def whole(self) -> "Signals":
        """Return the arrays of all subjects: these."""
        return self

    @property
    def complete(self) -> bool:
        """Whether all subjects are on the disk."""
        return True


def write_signals(folder: Path, subjects: int, chunks: Iterable[Signals]) -> None:
    """Write the arrays under a temporary name and rename the folder into place.

    Args:
        folder: its name then.
        subjects: how many the chunks hold together.
        chunks: rows after rows; only one chunk is in memory at a time.
    """
    # Closed to others where it is new; the folder of a gallery exists already.
    folder.parent.mkdir(0o700, parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix=layout.UNFINISHED, dir=folder.parent) as temporary:
        # A temporary folder is closed to others; the one inside it is as open as any.
        made = Path(temporary) / folder.name
        made.mkdir()
        _write_arrays(made, subjects, chunks)
        seal(made, (f"{name}.npy" for name in FILES))
        try:
            made.rename(folder)
        except OSError:
            if not folder.is_dir():
                raise
            # Another process rebuilt them faster: its arrays are the same.


def _write_arrays(folder: Path, subjects: int, chunks: Iterable[Signals]) -> None:
    with ExitStack() as stack:
        files = {name: stack.enter_context((folder / f"{name}.npy").open("wb")) for name in FILES}
        for number, chunk in enumerate(chunks):
            for name, file in files.items():
                rows = np.ascontiguousarray(getattr(chunk, name))
                if number == 0:
                    header = np.lib.format.header_data_from_array_1_0(rows)
                    header["shape"] = (subjects, *rows.shape[1:])
                    np.lib.format.write_array_header_1_0(file, header)
                # Not through a memory map: on a full disk that ends the process without a word.
                file.write(rows.data)
