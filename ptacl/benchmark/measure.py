"""What one run says about each held-out subject: phenotypes, place of the own heart, timing."""

from dataclasses import dataclass, replace
from functools import partial

import numpy as np
import torch
from jaxtyping import Float, Int

from ptacl.benchmark.held_out import HeldOut
from ptacl.benchmark.methods import Method
from ptacl.benchmark.runs import PlannedRun
from ptacl.checkpoint.files import load_model
from ptacl.data.embed import embed_rows
from ptacl.data.splits import split_rows
from ptacl.encoders.two_tower import TwoTower
from ptacl.metrics.alignment import errors_in_frames, similarity
from ptacl.metrics.retrieval import match_ranks
from ptacl.phenotypes import PHENOTYPE_KEYS
from ptacl.regression import Heads
from ptacl.regression.features import (
    Features,
    FeaturesOf,
    demographics,
    encoder_features,
    fit_store_heads,
    mean_beat_features,
    measured_features,
    once,
)
from ptacl.store import Store
from ptacl.training.presets import PRESETS

FEW = 200
"""Subjects with measured phenotypes that one hospital may have: heads are fitted on as many, too.
"""


@dataclass(frozen=True, slots=True, eq=False)
class Measured:
    """One run on the held-out subjects, entry i being the one of row i."""

    predicted: Float[np.ndarray, "subjects phenotypes"]
    """In the phenotypes' units, columns as in `PHENOTYPE_KEYS`; NaN where no head was fitted."""
    predicted_of_few: Float[np.ndarray, "subjects phenotypes"] | None = None
    """The same by heads that learned from `FEW` subjects; None where there are fewer."""
    match_rank: Int[np.ndarray, " subjects"] | None = None
    """Place of the own CMR among all; None where the towers are not trained to meet."""
    error_frames: Float[np.ndarray, " subjects"] | None = None
    """Mean error of the alignment over the beat; None likewise."""


def measure_untrained(
    method: Method, store: Store, held: HeldOut, preset: str, seed: int
) -> Measured:
    """A method without training: what is known of a person, plain figures, an encoder as drawn."""
    return _read_phenotypes(store, _untrained(method, store, preset, seed), held, seed)


def _untrained(method: Method, store: Store, preset: str, seed: int) -> FeaturesOf:
    if method.features == "demographics":
        return lambda cohort: partial(demographics, cohort.table)
    if method.features == "measurements":
        return measured_features(store)
    if method.features == "mean beat":
        return mean_beat_features(store)
    torch.manual_seed(seed)
    return partial(encoder_features, TwoTower(PRESETS[preset].model).eval())


def measure_run(run: PlannedRun, store: Store, held: HeldOut) -> Measured:
    """A trained run."""
    model, _ = load_model(run.folder)
    read = _read_phenotypes(store, partial(encoder_features, model), held, run.seed)
    if not run.method.retrieves:
        return read
    found = embed_rows(model, held.store, held.rows)
    errors = errors_in_frames(similarity(found.segments, found.frames))
    return replace(
        read, match_rank=match_ranks(found.ecg, found.cmr), error_frames=errors.mean(axis=-1)
    )


def _read_phenotypes(store: Store, features_of: FeaturesOf, held: HeldOut, seed: int) -> Measured:
    """By heads that learned from all training subjects, and from a few that the seed draws.

    The same seed draws the same few for every method.
    """
    remembered = once(features_of(store))
    shown = (remembered if held.store is store else features_of(held.store))(held.rows)
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
