"""What one run says about each held-out subject: phenotypes, place of the own heart, timing."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import torch
from jaxtyping import Float, Int

from ptacl.alignment import errors_in_frames, similarity
from ptacl.checkpoint import load_model
from ptacl.embed import embed_rows
from ptacl.encoders.two_tower import TwoTower
from ptacl.metrics import own_ranks
from ptacl.phenotypes import PHENOTYPE_KEYS
from ptacl.readout import (
    Features,
    Rows,
    demographics,
    fit_store_heads,
    mean_beat_features,
    pooled_features,
)
from ptacl.rivals.methods import Method
from ptacl.rivals.runs import PlannedRun
from ptacl.store import Store
from ptacl.training.presets import PRESETS


@dataclass(frozen=True, slots=True, eq=False)
class Measured:
    """One run on the held-out subjects, entry i being row i of the test split."""

    predicted: Float[np.ndarray, "subjects phenotypes"]
    """In the phenotypes' units, columns as in `PHENOTYPE_KEYS`; NaN where no head was fitted."""
    own_rank: Int[np.ndarray, " subjects"] | None
    """Place of the own CMR among all; None where the towers are not trained to meet."""
    error_frames: Float[np.ndarray, " subjects"] | None
    """Mean error of the alignment over the beat; None likewise."""


def measure_untrained(method: Method, store: Store, rows: Rows, preset: str, seed: int) -> Measured:
    """A method without training: demographics, the mean beat, an encoder as it was drawn."""
    features: Callable[[Rows], Features]
    if method.features == "demographics":
        features = lambda chosen: demographics(store.table, chosen)  # noqa: E731
    elif method.features == "mean beat":
        features = mean_beat_features(store)
    else:
        torch.manual_seed(seed)
        features = pooled_features(TwoTower(PRESETS[preset].model).eval(), store)
    return Measured(_predicted(store, features, rows), None, None)


def measure_run(run: PlannedRun, store: Store, rows: Rows) -> Measured:
    """A trained run."""
    model, _ = load_model(run.folder)
    predicted = _predicted(store, pooled_features(model, store), rows)
    if not run.method.retrieves:
        return Measured(predicted, None, None)
    found = embed_rows(model, store, rows)
    errors = errors_in_frames(similarity(found.segments, found.frames))
    return Measured(predicted, own_ranks(found.ecg, found.cmr), errors.mean(axis=-1))


def _predicted(store: Store, features: Callable[[Rows], Features], rows: Rows) -> np.ndarray:
    heads = fit_store_heads(store, features)
    predicted = np.full((len(rows), len(PHENOTYPE_KEYS)), np.nan)
    columns = [PHENOTYPE_KEYS.index(key) for key in heads.keys]
    predicted[:, columns] = heads.predict(features(rows)).value
    return predicted
