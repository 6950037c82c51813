"""Predictions of one run for each held-out subject: phenotypes, match rank, alignment error."""

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
    CohortFeatures,
    Features,
    cache_features,
    encoder_features,
    fit_store_heads,
)
from ptacl.store import Store
from ptacl.training.presets import PRESETS

FEW = 200
"""Subjects with measured phenotypes that one hospital may have; heads are also fitted on so few."""


@dataclass(frozen=True, slots=True, eq=False)
class Measured:
    """One run measured on the held-out subjects, in the order of their rows."""

    predicted: Float[np.ndarray, "subjects phenotypes"]
    """In the phenotypes' units, columns as in `PHENOTYPE_KEYS`; NaN where no head was fitted."""
    predicted_of_few: Float[np.ndarray, "subjects phenotypes"] | None = None
    """The same by heads fitted on `FEW` subjects; None where there are fewer."""
    match_rank: Int[np.ndarray, " subjects"] | None = None
    """Rank of the matching CMR among all; None where the encoders share no embedding space."""
    error_frames: Float[np.ndarray, " subjects"] | None = None
    """Mean alignment error over the beat; None in the same case."""


def measure_untrained(
    method: Method, store: Store, test_set: HeldOut, preset: str, seed: int
) -> Measured:
    """Measure a method that is not trained.

    Args:
        method: the method.
        store: the cohort that heads are fitted on.
        test_set: the held-out subjects.
        preset: architecture of a random encoder.
        seed: of its weights, and of the `FEW` subjects.
    """
    return _measure_phenotypes(store, _untrained(method, store, preset, seed), test_set, seed)


def _untrained(method: Method, store: Store, preset: str, seed: int) -> CohortFeatures:
    if method.features is not None:
        return method.features(store)
    torch.manual_seed(seed)
    return partial(encoder_features, TwoTower(PRESETS[preset].model).eval())


def measure_run(run: PlannedRun, store: Store, test_set: HeldOut) -> Measured:
    """Measure a trained run.

    Args:
        run: finished.
        store: the cohort that heads are fitted on.
        test_set: the held-out subjects.
    """
    model, _ = load_model(run.folder)
    measured = _measure_phenotypes(store, partial(encoder_features, model), test_set, run.seed)
    if not run.method.retrieves:
        return measured
    embeddings = embed_rows(model, test_set.store, test_set.rows)
    errors = errors_in_frames(similarity(embeddings.segments, embeddings.frames))
    return replace(
        measured,
        match_rank=match_ranks(embeddings.ecg, embeddings.cmr),
        error_frames=errors.mean(axis=-1),
    )


def _measure_phenotypes(
    store: Store, features_of: CohortFeatures, test_set: HeldOut, seed: int
) -> Measured:
    """Predict phenotypes by heads fitted on all training subjects, and on a few drawn ones.

    The same seed draws the same few for every method.
    """
    training = cache_features(features_of(store))
    held_out_features = (training if test_set.store is store else features_of(test_set.store))(
        test_set.rows
    )
    subjects = len(split_rows(store, "train"))
    few = None
    if subjects > FEW:
        labelled = np.random.default_rng(seed).permutation(subjects)[:FEW]
        few = _predict(fit_store_heads(store, training, labelled=labelled), held_out_features)
    return Measured(_predict(fit_store_heads(store, training), held_out_features), few)


def _predict(heads: Heads, features: Features) -> np.ndarray:
    predicted = np.full((len(features), len(PHENOTYPE_KEYS)), np.nan)
    columns = [PHENOTYPE_KEYS.index(key) for key in heads.keys]
    predicted[:, columns] = heads.predict(features).value
    return predicted
