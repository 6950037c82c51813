"""Commands that embed and convert models."""

from pathlib import Path
from typing import Literal

from ptacl.cli.output import AsJson, Folder, finish
from ptacl.workflow.number_options import check_numbers


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
    from ptacl.workflow.embed import embed as embed_store

    gallery = embed_store(
        store, checkpoint, out, split=split, limit=limit, rebuildable=rebuildable,
        withdrawn=withdrawn,
    )  # fmt: skip
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
