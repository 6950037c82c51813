"""Embedding of a store into a gallery, from Python as from the command line."""

from pathlib import Path
from typing import Literal

import numpy as np

from ptacl.checkpoint.shipped import shipped_or_folder
from ptacl.data.splits import Split, split_rows
from ptacl.display.progress import print_message
from ptacl.errors import PtaclError
from ptacl.gallery import Gallery
from ptacl.gallery.build import build_gallery, simulation_of
from ptacl.inference.model import GALLERY_FOLDER
from ptacl.reporting.model_card import write_card
from ptacl.store import Store, open_store
from ptacl.synthetic import SIMULATION_VERSION
from ptacl.workflow.number_options import check_numbers
from ptacl.workflow.withdrawals import leave_out


def embed(
    store: Store | Path | str,
    checkpoint: Path | str,
    out: Path | str | None = None,
    *,
    split: Literal["all", "test"] = "all",
    limit: int | None = None,
    rebuildable: bool = False,
    withdrawn: Path | str | None = None,
    progress: bool = True,
) -> Gallery:
    """Embed a store's subjects into a gallery; the command is `ptacl embed`.

    Args:
        store: an open store or its folder.
        checkpoint: folder of the model, or the name of a shipped one.
        out: folder of the gallery; by default that of the checkpoint's own, which `ptacl.load`
            opens.
        split: subjects of the gallery; heads are always fitted on the training split.
        limit: subjects at most.
        rebuildable: leave out ECGs and cines that can be simulated again from their seed.
        withdrawn: a newer list of withdrawn participants; the store excludes them from now on.
        progress: print messages on standard error.

    Returns:
        The open gallery.

    Raises:
        PtaclError: the store was prepared by another recipe than the model's, has too few
            subjects, or cannot be simulated again.

    Example:
        >>> gallery = embed("cohort", "models/mine")  # doctest: +SKIP
    """
    check_numbers(limit=limit)
    source = store.path if isinstance(store, Store) else Path(store)
    checkpoint = shipped_or_folder(checkpoint)
    out = checkpoint / GALLERY_FOLDER if out is None else Path(out)
    leave_out(source, withdrawn)
    cohort = open_store(source)
    parts: tuple[Split, ...] = ("train", "val", "test") if split == "all" else ("test",)
    rows = np.sort(np.concatenate([split_rows(cohort, part) for part in parts]))[:limit]
    if rebuildable:
        _check_rebuildable(cohort)
    say = print_message if progress else _say_nothing
    gallery = build_gallery(
        cohort, checkpoint, out, rows=rows, with_signals=not rebuildable, say=say
    )
    if out.resolve() == (checkpoint / GALLERY_FOLDER).resolve():
        write_card(checkpoint)  # the card lists the command that made the gallery
    return gallery


def _check_rebuildable(cohort: Store) -> None:
    simulation = simulation_of(cohort)
    if simulation is None or simulation.version != SIMULATION_VERSION:
        raise PtaclError(
            f"{cohort.path} was not simulated by this version of ptacl: its signals cannot be "
            "simulated again. Leave out --rebuildable.",
            code="store.not_simulated_here",
        )


def _say_nothing(message: str) -> None:
    """Ignore a message."""
