"""Signals of simulated subjects, rebuilt from the seed into the user's cache, chunk by chunk.

A chunk is kept as soon as it is rebuilt: an interrupted rebuild continues.
"""

import shutil
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path

import numpy as np
import pandas as pd

from ptacl.config.atomic_file import replacing
from ptacl.config.strict_json import fingerprint
from ptacl.errors import PtaclError
from ptacl.gallery import format as layout
from ptacl.gallery.signals.arrays import Signals, write_signals
from ptacl.parallel.lock import in_turn
from ptacl.parallel.pool import WorkerPool
from ptacl.parallel.worker import Failed, Limits
from ptacl.signal.recipe import Recipe
from ptacl.store.format import quantise

Progress = Callable[[float, str], None]
RENDER_CHUNK = 25
WORKERS = 2
Rendered = tuple[np.ndarray, np.ndarray]
"""ECGs and cines, as in `Signals`."""
SIMULATING = "Simulating the hearts of the demonstration …"


@dataclass(frozen=True)
class _MadeFrom:
    simulation: layout.Simulation | None
    recipe: Recipe
    subject_ids: tuple[str, ...]


def cached_folder(manifest: layout.GalleryManifest, table: pd.DataFrame) -> Path:
    """Return the folder of rebuilt signals, named after everything that they depend on."""
    made_from = _MadeFrom(manifest.simulation, manifest.recipe, tuple(map(str, table.index)))
    name = f"{manifest.name}-{manifest.weights_fingerprint}-{fingerprint(made_from)}"
    return layout.cache_folder() / name


def check_rebuildable(gallery: Path, manifest: layout.GalleryManifest) -> layout.Simulation:
    """Return the simulation of a gallery without signals.

    Raises:
        PtaclError: its subjects were not simulated, or by another version of the simulation.
    """
    simulation = manifest.simulation
    if simulation is None:
        raise PtaclError(
            f"{gallery} lacks its folder signals/. Run `ptacl embed` again.",
            code="gallery.no_signals",
        )
    # Imported here: opening a finished gallery simulates nothing.
    from ptacl.synthetic import SIMULATION_VERSION

    if simulation.version != SIMULATION_VERSION:
        raise PtaclError(
            f"The gallery {gallery} leaves out its signals, and this version of ptacl simulates "
            "other hearts from the same seed. Simulate its cohort and embed it again.",
            code="gallery.not_rebuildable",
        )
    return simulation


def rebuild_signals(
    gallery: Path,
    manifest: layout.GalleryManifest,
    table: pd.DataFrame,
    folder: Path,
    progress: Progress,
    workers: int = WORKERS,
) -> None:
    """Simulate the subjects of a gallery again and embed their segments and frames.

    Args:
        gallery: its folder.
        manifest: its description.
        table: its subjects.
        folder: of the arrays, made at the end.
        progress: called with (share done, what is being done).
        workers: processes that simulate; one leaves the other processors to the pages.

    Raises:
        PtaclError: as `check_rebuildable`; or a process failed.
    """
    simulation = check_rebuildable(gallery, manifest)
    parts_folder = folder.with_name(f"{folder.name}.part")
    folder.parent.mkdir(0o700, parents=True, exist_ok=True)
    parts_folder.mkdir(exist_ok=True)
    with in_turn(parts_folder):
        if folder.is_dir():  # another process rebuilt them meanwhile
            return
        render = partial(render_subjects, simulation, manifest.recipe)
        ecg, cine = _render_all(gallery, render, table, parts_folder, progress, workers)
        progress(0.85, "Embedding their heartbeats …")
        # Imported here: opening a finished gallery needs no torch.
        from ptacl.gallery.signals.time_steps import embed_time_steps

        checkpoint = (gallery / manifest.checkpoint_path).resolve()
        segments, frames = embed_time_steps(checkpoint, manifest, ecg, cine, table)
        write_signals(folder, len(table), [Signals(ecg, cine, segments, frames)])
        shutil.rmtree(parts_folder, ignore_errors=True)
    progress(1.0, "Done")


def _render_all(
    gallery: Path,
    render: Callable[[list[int]], Rendered],
    table: pd.DataFrame,
    parts_folder: Path,
    progress: Progress,
    workers: int,
) -> Rendered:
    """Simulate the subjects in chunks, those that are in the folder already left out."""
    numbers = subject_numbers(table.index)
    chunks = [numbers[i : i + RENDER_CHUNK] for i in range(0, len(numbers), RENDER_CHUNK)]
    files = [parts_folder / f"{index:05d}.npz" for index in range(len(chunks))]
    to_do = [index for index, file in enumerate(files) if not file.is_file()]
    done = len(chunks) - len(to_do)
    with WorkerPool(render, workers, Limits(seconds=None)) as pool:
        for order, part in pool.map([chunks[index] for index in to_do]):
            if isinstance(part, Failed):
                raise part.error or PtaclError(
                    f"Simulating the hearts of {gallery} {part.event}. Free some memory and open "
                    "the gallery again.",
                    code=part.code,
                )
            _keep(files[to_do[order]], *part)
            done += 1
            progress(0.8 * done / len(chunks), SIMULATING)
    ecg, cine = (np.concatenate([_read(file, name) for file in files]) for name in ("ecg", "cine"))
    return ecg, cine


def _keep(file: Path, ecg: np.ndarray, cine: np.ndarray) -> None:
    """Write a chunk at once: a part of a file is never read."""
    with replacing(file) as temporary, temporary.open("wb") as handle:
        np.savez(handle, ecg=ecg, cine=cine)


def _read(file: Path, name: str) -> np.ndarray:
    with np.load(file) as arrays:
        return arrays[name]


def subject_numbers(ids: Sequence[str] | pd.Index) -> list[int]:
    """Return the numbers of simulated subjects in their cohort."""
    return [int(subject_id.rsplit("-", 1)[1]) for subject_id in ids]


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
