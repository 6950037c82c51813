"""Embeddings of the subjects of a store."""

from collections.abc import Callable

import numpy as np
import torch
from jaxtyping import Int

from ptacl.checkpoint.files import Checkpoint
from ptacl.config.strict_json import fingerprint
from ptacl.data.batches import Batch, batches
from ptacl.encoders.two_tower import TowerOutput, TwoTower
from ptacl.errors import PtaclError
from ptacl.losses import phase_pool
from ptacl.store import Store
from ptacl.types import Embeddings

BATCH = 64


def check_recipe(store: Store, checkpoint: Checkpoint) -> None:
    """Check that a store was preprocessed by the recipe of a model.

    Raises:
        PtaclError: the store was made with another recipe.
    """
    if store.manifest.recipe_fingerprint != fingerprint(checkpoint.recipe):
        raise PtaclError(
            f"The store {store.name} was made with recipe {store.manifest.recipe_fingerprint}, "
            f"the model {checkpoint.name} needs {fingerprint(checkpoint.recipe)}. "
            "Import the cohort again with the model's recipe (`ptacl import --checkpoint`).",
            code="store.other_preprocessing",
        )


@torch.inference_mode()
def embed_rows(
    model: TwoTower,
    store: Store,
    rows: Int[np.ndarray, " rows"],
    progress: Callable[[int, int], None] | None = None,
) -> Embeddings:
    """Embed subjects of a store.

    Args:
        model: in evaluation mode; it runs on the device of its weights.
        store: the cohort.
        rows: rows of the subjects in the store.
        progress: called with (subjects done, subjects in all).
    """
    device = next(model.parameters()).device
    parts: list[tuple[np.ndarray, ...]] = []
    done = 0
    for batch in batches(store, rows, BATCH, model.ecg_encoder.segment_samples):
        parts.append(_embed_batch(model, batch.to(device)))
        done += len(batch.rows)
        if progress:
            progress(done, len(rows))
    ids = store.table["subject_id"].iloc[rows]
    return Embeddings(tuple(ids), *(np.concatenate(column) for column in zip(*parts, strict=True)))


def _embed_batch(model: TwoTower, batch: Batch) -> tuple[np.ndarray, ...]:
    ecg = model.encode_ecg(batch.ecg, batch.segment_valid)
    cmr = model.encode_cmr(batch.cine, batch.frame_phase)
    segments = phase_pool(ecg.steps, batch.segment_phase, batch.frame_phase)
    tensors = (
        unit_embedding(ecg),
        unit_embedding(cmr),
        ecg.features,
        cmr.features,
        segments,
        cmr.steps,
    )
    return tuple(tensor.float().cpu().numpy() for tensor in tensors)


def unit_embedding(output: TowerOutput) -> torch.Tensor:
    """Normalise the embedding to unit length, so that inner products are cosines."""
    return torch.nn.functional.normalize(output.embedding, dim=-1)
