"""What one run says about each held-out subject: phenotypes, place of the own heart, timing."""

from dataclasses import dataclass, replace

import numpy as np
import torch
from jaxtyping import Float, Int

from ptacl.alignment import errors_in_frames, similarity
from ptacl.checkpoint import load_model
from ptacl.dataset import split_rows
from ptacl.embed import embed_rows
from ptacl.encoders.two_tower import TwoTower
from ptacl.metrics import own_ranks
from ptacl.phenotypes import PHENOTYPE_KEYS
from ptacl.readout import (
    Features,
    Reader,
    Rows,
    demographics,
    encoder_features,
    fit_store_heads,
    mean_beat_features,
    measured_features,
    once,
)
from ptacl.regression import Heads
from ptacl.rivals.methods import Method
from ptacl.rivals.runs import PlannedRun
from ptacl.store import Store
from ptacl.training.presets import PRESETS

FEW = 200
"""Subjects with measured phenotypes that one hospital may have: heads are fitted on as many, too.
"""


@dataclass(frozen=True, slots=True, eq=False)
class Measured:
    """One run on the held-out subjects, entry i being row i of the test split."""

    predicted: Float[np.ndarray, "subjects phenotypes"]
    """In the phenotypes' units, columns as in `PHENOTYPE_KEYS`; NaN where no head was fitted."""
    predicted_of_few: Float[np.ndarray, "subjects phenotypes"] | None = None
    """The same by heads that learned from `FEW` subjects; None where there are fewer."""
    own_rank: Int[np.ndarray, " subjects"] | None = None
    """Place of the own CMR among all; None where the towers are not trained to meet."""
    error_frames: Float[np.ndarray, " subjects"] | None = None
    """Mean error of the alignment over the beat; None likewise."""


def measure_untrained(method: Method, store: Store, rows: Rows, preset: str, seed: int) -> Measured:
    """A method without training: what is known of a person, plain figures, an encoder as drawn."""
    return _read_phenotypes(store, _untrained(method, store, preset, seed), rows, seed)


def _untrained(method: Method, store: Store, preset: str, seed: int) -> Reader:
    if method.features == "demographics":
        return lambda chosen: demographics(store.table, chosen)
    if method.features == "measurements":
        return measured_features(store)
    if method.features == "mean beat":
        return mean_beat_features(store)
    torch.manual_seed(seed)
    return encoder_features(TwoTower(PRESETS[preset].model).eval(), store)


def measure_run(run: PlannedRun, store: Store, rows: Rows) -> Measured:
    """A trained run."""
    model, _ = load_model(run.folder)
    read = _read_phenotypes(store, encoder_features(model, store), rows, run.seed)
    if not run.method.retrieves:
        return read
    found = embed_rows(model, store, rows)
    errors = errors_in_frames(similarity(found.segments, found.frames))
    return replace(
        read, own_rank=own_ranks(found.ecg, found.cmr), error_frames=errors.mean(axis=-1)
    )


def _read_phenotypes(store: Store, features: Reader, rows: Rows, seed: int) -> Measured:
    """By heads that learned from all training subjects, and from a few that the seed draws.

    The same seed draws the same few for every method.
    """
    remembered = once(features)
    shown = features(rows)
    subjects = len(split_rows(store, "train"))
    few = None
    if subjects > FEW:
        labelled = np.random.default_rng(seed).permutation(subjects)[:FEW]
        few = _predicted(fit_store_heads(store, remembered, labelled=labelled), shown)
    return Measured(_predicted(fit_store_heads(store, remembered), shown), few)


def _predicted(heads: Heads, features: Features) -> np.ndarray:
    predicted = np.full((len(features), len(PHENOTYPE_KEYS)), np.nan)
    columns = [PHENOTYPE_KEYS.index(key) for key in heads.keys]
    predicted[:, columns] = heads.predict(features).value
    return predicted
