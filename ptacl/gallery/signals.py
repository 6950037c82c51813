"""The large arrays of a gallery: read from disk, or rebuilt from the simulation's seed."""

import tempfile
from collections.abc import Callable, Iterable
from contextlib import ExitStack
from dataclasses import dataclass
from functools import partial
from pathlib import Path

import numpy as np
import pandas as pd
from jaxtyping import Float32

from ptacl.config.strict_json import fingerprint
from ptacl.errors import PtaclError
from ptacl.gallery import format as layout
from ptacl.parallel.pool import WorkerPool
from ptacl.parallel.worker import Failed, Limits
from ptacl.signal.recipe import Recipe
from ptacl.store.format import ECG_STEPS_PER_UNIT, quantise

Progress = Callable[[float, str], None]
FILES = ("ecg", "cine", "segments", "frames")
RENDER_CHUNK = 25


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

    def ecg_mv(self, row: int) -> Float32[np.ndarray, "leads samples"]:
        """Return the prepared ECG of a row."""
        return self.ecg[row].astype(np.float32) / np.float32(ECG_STEPS_PER_UNIT)


@dataclass(frozen=True)
class _MadeFrom:
    simulation: layout.Simulation | None
    recipe: Recipe
    subject_ids: tuple[str, ...]


def open_signals(
    gallery: Path,
    manifest: layout.GalleryManifest,
    table: pd.DataFrame,
    progress: Progress | None = None,
) -> Signals:
    """Map the signals of a gallery; simulated ones that were left out are rebuilt once.

    Raises:
        PtaclError: signals are missing and cannot be rebuilt.
    """
    folder = gallery / layout.SIGNALS
    if not folder.is_dir():
        if manifest.simulation is None:
            raise PtaclError(
                f"{gallery} lacks its folder signals/. Run `ptacl embed` again.",
                code="gallery.no_signals",
            )
        folder = _cached(manifest, table)
        if not folder.is_dir():
            rebuild_signals(
                gallery, manifest, table, folder, progress or (lambda share, what: None)
            )
    arrays = [np.load(folder / f"{name}.npy", mmap_mode="r") for name in FILES]
    if any(len(array) != len(table) for array in arrays):
        raise PtaclError(
            f"{folder} does not fit {gallery}. Delete it and open the gallery again.",
            code="gallery.damaged",
        )
    return Signals(*arrays)


def _cached(manifest: layout.GalleryManifest, table: pd.DataFrame) -> Path:
    """Return the folder of rebuilt signals, named after everything that they depend on."""
    made_from = _MadeFrom(manifest.simulation, manifest.recipe, tuple(map(str, table.index)))
    name = f"{manifest.name}-{manifest.weights_fingerprint}-{fingerprint(made_from)}"
    return layout.cache_folder() / name


def rebuild_signals(
    gallery: Path,
    manifest: layout.GalleryManifest,
    table: pd.DataFrame,
    folder: Path,
    progress: Progress,
) -> None:
    """Simulate the subjects of a gallery again and embed their segments and frames."""
    # Imported here: opening a finished gallery simulates nothing.
    from ptacl.synthetic import SIMULATION_VERSION

    simulation = manifest.simulation
    assert simulation is not None
    if simulation.version != SIMULATION_VERSION:
        raise PtaclError(
            f"The gallery {gallery} leaves out its signals, and this version of ptacl simulates "
            "other hearts from the same seed. Simulate its cohort and embed it again.",
            code="gallery.not_rebuildable",
        )
    numbers = [int(subject_id.rsplit("-", 1)[1]) for subject_id in table.index]
    render = partial(render_subjects, simulation, manifest.recipe)
    chunks = [numbers[i : i + RENDER_CHUNK] for i in range(0, len(numbers), RENDER_CHUNK)]
    parts: dict[int, tuple[np.ndarray, np.ndarray]] = {}
    with WorkerPool(render, 2, Limits(seconds=None)) as pool:
        for index, part in pool.map(chunks):
            if isinstance(part, Failed):
                raise part.error or PtaclError(
                    f"Simulating the hearts of {gallery} {part.event}. Free some memory and open "
                    "the gallery again.",
                    code=part.code,
                )
            parts[index] = part
            share = 0.8 * len(parts) / len(chunks)
            progress(share, "Simulating the hearts of the demonstration …")
    ecg = np.concatenate([parts[index][0] for index in range(len(chunks))])
    cine = np.concatenate([parts[index][1] for index in range(len(chunks))])
    progress(0.85, "Embedding their heartbeats …")
    # Imported here: opening a finished gallery needs no torch.
    from ptacl.gallery.time_steps import embed_time_steps

    checkpoint = (gallery / manifest.checkpoint_path).resolve()
    segments, frames = embed_time_steps(checkpoint, manifest, ecg, cine, table)
    write_signals(folder, len(table), [Signals(ecg, cine, segments, frames)])
    progress(1.0, "Done")


def render_subjects(
    simulation: layout.Simulation, recipe: Recipe, numbers: list[int]
) -> tuple[np.ndarray, np.ndarray]:
    """ECGs (int16 steps) and cines of simulated subjects, through the recipe."""
    # Imported here: opening a finished gallery simulates and prepares nothing.
    from ptacl.signal.preparation import prepare_cine, prepare_ecg
    from ptacl.synthetic import simulate_subject

    ecgs, cines = [], []
    for number in numbers:
        pair = simulate_subject(
            simulation.seed,
            number,
            coupling=simulation.coupling,
            ages=simulation.ages,
            appearance=simulation.appearance,
        )
        ecgs.append(quantise(prepare_ecg(pair.ecg, recipe.ecg, repair=False).signal_mv))
        cines.append(prepare_cine(pair.cine, recipe.cine).frames)
    return np.stack(ecgs), np.stack(cines)


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
