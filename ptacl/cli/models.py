"""Commands that embed and convert models."""

from pathlib import Path
from typing import Literal

from ptacl.cli.number_options import check_numbers
from ptacl.cli.output import AsJson, Folder, finish, say
from ptacl.cli.withdrawals import leave_out
from ptacl.errors import PtaclError


def embed(
    store: Folder,
    checkpoint: Path,
    out: Path,
    split: Literal["all", "test"] = "all",
    limit: int | None = None,
    rebuildable: bool = False,
    withdrawn: Path | None = None,
    json_: AsJson = False,
) -> int:
    """Embed a store's subjects into a gallery: embeddings, search index, map, regression heads.

    Args:
        store: folder of the store.
        checkpoint: folder of the model.
        out: folder of the gallery; `CHECKPOINT/gallery` makes it the model's own.
        split: subjects of the gallery; heads are always fitted on the training split.
        limit: subjects at most.
        rebuildable: leave out ECGs and cines that can be simulated again from their seed.
        withdrawn: a newer list of withdrawn participants; the store excludes them from now on.
        json_: print the result as JSON.
    """
    check_numbers(limit=limit)
    import numpy as np

    from ptacl.data.splits import Split, split_rows
    from ptacl.gallery.build import build_gallery, simulation_of
    from ptacl.inference.model import GALLERY_FOLDER
    from ptacl.reporting.model_card import write_card
    from ptacl.store import open_store
    from ptacl.synthetic import SIMULATION_VERSION

    leave_out(store, withdrawn)
    cohort = open_store(store)
    parts: tuple[Split, ...] = ("train", "val", "test") if split == "all" else ("test",)
    rows = np.sort(np.concatenate([split_rows(cohort, part) for part in parts]))[:limit]
    if rebuildable:
        simulation = simulation_of(cohort)
        if simulation is None or simulation.version != SIMULATION_VERSION:
            raise PtaclError(
                f"{store} was not simulated by this version of ptacl: its signals cannot be "
                "simulated again. Leave out --rebuildable.",
                code="store.not_simulated_here",
            )
    gallery = build_gallery(
        cohort, checkpoint, out, rows=rows, with_signals=not rebuildable, say=say
    )
    if out.resolve() == (checkpoint / GALLERY_FOLDER).resolve():
        write_card(checkpoint)  # the card lists the command that made the gallery
    return finish(json_, {"gallery": str(out), "subjects": len(gallery)})


def convert(
    source: Folder,
    out: Folder,
    other: Path | None = None,
    json_: AsJson = False,
) -> int:
    """Convert a released encoder, or a pair of them, into a checkpoint.

    The checkpoint can embed, be evaluated, and initialise a training (--init). Its heads, and the
    encoder that is not given, are random, as its card states.

    Args:
        source: folder with config.json and model.safetensors (or .bin, read weights-only) of an
            ECG or a CMR encoder.
        out: folder of the new checkpoint.
        other: the same for the encoder of the other modality.
        json_: print the result as JSON.
    """
    from ptacl.checkpoint.convert import convert_released
    from ptacl.reporting.model_card import write_card

    encoders = convert_released(source, out, other)
    write_card(out)
    return finish(json_, {"checkpoint": str(out), "encoders": encoders})
