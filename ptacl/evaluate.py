"""The whole report of a model on the held-out subjects of a store.

Retrieval, alignment and phenotypes, each with bootstrap intervals and beside the rows that keep
it honest: demographics only, ridge on the mean beat, a random encoder, controls of time.
"""

from collections.abc import Callable
from dataclasses import asdict
from functools import partial
from typing import Any

import numpy as np
import torch
from jaxtyping import Int

from ptacl.alignment import measure_alignment
from ptacl.checkpoint import Checkpoint
from ptacl.dataset import TimeMatch, batches, load_batch, split_rows
from ptacl.embed import BATCH, check_recipe, embed_rows
from ptacl.encoders.two_tower import TwoTower
from ptacl.losses import phase_pool
from ptacl.metrics import (
    Interval,
    bootstrap_interval,
    calibration_slope,
    interval_coverage,
    mae,
    median_rank,
    nearest,
    own_ranks,
    pearson,
    phenotype_retrieval,
    r2,
    recall_at_k,
)
from ptacl.phenotypes import PHENOTYPE_KEYS, phenotype
from ptacl.readout import (
    Features,
    Rows,
    demographics,
    ecg_features,
    fit_store_heads,
    mean_beat_features,
    targets,
)
from ptacl.regression import FEWEST_SUBJECTS, Heads
from ptacl.store import Store
from ptacl.types import Embeddings

BOOTSTRAP_DRAWS = 1000
NEIGHBOURS = 10
ROLL_FRAMES = 17
Say = Callable[[str], None]


def evaluate(
    model: TwoTower,
    checkpoint: Checkpoint,
    store: Store,
    *,
    rivals: dict[str, tuple[TwoTower, Checkpoint]] | None = None,
    limit: int | None = 500,
    seed: int = 0,
    say: Say | None = None,
) -> dict[str, Any]:
    """Evaluate a model on the test split of a store.

    Args:
        model: in evaluation mode.
        checkpoint: its config; the store must have been made with its recipe.
        store: the cohort; heads are fitted on its training split and calibrated on validation.
        rivals: other models of the same recipe with their configs, by name, measured beside it.
        limit: held-out subjects at most (recall depends on how many there are); None for all.
        seed: of the bootstrap, of the random encoder and of the controls.
        say: told what is being done.

    Returns:
        plain JSON values: `subjects`, `beside` (how the rivals were trained), `retrieval`,
        `alignment`, `phenotypes`.
    """
    check_recipe(store, checkpoint)
    say = say or (lambda what: None)
    rows = split_rows(store, "test", limit)
    torch.manual_seed(seed)
    random_encoder = TwoTower(checkpoint.model).eval()
    rivals = rivals or {}
    for _, config in rivals.values():
        check_recipe(store, config)
    models = {checkpoint.name: model, **{name: rival for name, (rival, _) in rivals.items()}}
    report: dict[str, Any] = {
        "model": checkpoint.name,
        "store": store.name,
        "synthetic": store.manifest.synthetic or checkpoint.synthetic,
        "subjects": len(rows),
        "beside": {name: config.training for name, (_, config) in rivals.items()},
        "retrieval": {},
        "alignment": {},
    }
    for name, entry in models.items():
        say(f"{name}: retrieval and alignment")
        embeddings = embed_rows(entry, store, rows)
        report["retrieval"][name] = retrieval_report(embeddings, store, rows, seed)
        report["alignment"][name] = alignment_report(entry, embeddings, store, rows, seed)
    readers = _readers(models | {"random encoder": random_encoder}, store)
    report["phenotypes"] = {}
    for name, features in readers.items():
        say(f"{name}: phenotypes")
        report["phenotypes"][name] = phenotype_report(
            fit_store_heads(store, features), features(rows), targets(store, rows), seed
        )
    return report


def retrieval_report(
    embeddings: Embeddings, store: Store, rows: Int[np.ndarray, " rows"], seed: int
) -> dict[str, Any]:
    """Own pair and alike hearts, both directions."""
    report: dict[str, Any] = {"chance_recall_at_10": 10 / len(rows)}
    for direction, queries, gallery in (
        ("ecg_to_cmr", embeddings.ecg, embeddings.cmr),
        ("cmr_to_ecg", embeddings.cmr, embeddings.ecg),
    ):
        ranks = own_ranks(queries, gallery)
        rng = np.random.default_rng(seed)
        own = {
            f"recall_at_{k}": _interval(partial(recall_at_k, k=k), (ranks,), rng)
            for k in (1, 5, 10)
        }
        own["median_rank"] = _interval(median_rank, (ranks,), rng)
        found = nearest(queries, gallery, min(NEIGHBOURS, len(rows) - 1), same_subjects=True)
        report[direction] = own | {"alike_hearts": _alike_hearts(found, targets(store, rows))}
    return report


def _alike_hearts(found: np.ndarray, values: np.ndarray) -> dict[str, dict[str, float]]:
    """Mean absolute phenotype difference of the neighbours, of random ones, of the oracle's."""
    report = {}
    for column, key in enumerate(PHENOTYPE_KEYS):
        truth = values[:, column]
        if np.isfinite(truth).sum() <= found.shape[1] + 1:
            continue
        measured = phenotype_retrieval(found, truth, truth, same_subjects=True)
        report[key] = {
            "retrieved": float(np.nanmean(measured.retrieved)),
            "random": float(np.nanmean(measured.random)),
            "oracle": float(np.nanmean(measured.oracle)),
            "ndcg": float(np.nanmean(measured.ndcg)),
        }
    return report


def alignment_report(
    model: TwoTower,
    embeddings: Embeddings,
    store: Store,
    rows: Int[np.ndarray, " rows"],
    seed: int,
) -> dict[str, Any]:
    """Errors in frames with the controls: roll, shuffle, another patient, index match."""
    rng = np.random.default_rng(seed)
    rolled = rolled_frames(model, store, rows)
    measured = measure_alignment(
        embeddings.segments, embeddings.frames, rng, rolled_frames=rolled, roll=ROLL_FRAMES
    )
    report = asdict(measured)
    for match in ("index", "shuffled"):
        segments = matched_segments(model, store, rows, match, rng)
        control = measure_alignment(segments, embeddings.frames, rng)
        report[f"{match}_match_error_frames"] = control.error_frames
    return report


@torch.inference_mode()
def rolled_frames(model: TwoTower, store: Store, rows: Rows) -> np.ndarray:
    """Frames as encoded from cines rolled in time before the encoder sees them."""
    parts = []
    for batch in batches(store, rows, BATCH, model.ecg_encoder.segment_samples):
        rolled = batch.cine.roll(ROLL_FRAMES, dims=1)
        parts.append(model.encode_cmr(rolled, batch.frame_phase).steps.numpy())
    return np.concatenate(parts)


@torch.inference_mode()
def matched_segments(
    model: TwoTower, store: Store, rows: Rows, match: TimeMatch, rng: np.random.Generator
) -> np.ndarray:
    """Segments pooled by another idea of time than the cardiac phase."""
    parts = []
    for start in range(0, len(rows), 64):
        chunk = rows[start : start + 64]
        samples = model.ecg_encoder.segment_samples
        batch = load_batch(store, chunk, samples, match=match, rng=rng, with_cine=False)
        steps = model.encode_ecg(batch.ecg, batch.segment_valid).steps
        parts.append(phase_pool(steps, batch.segment_phase, batch.frame_phase).numpy())
    return np.concatenate(parts)


def phenotype_report(
    heads: Heads, features: Features, truth: np.ndarray, seed: int
) -> dict[str, Any]:
    """R², MAE, Pearson with intervals; coverage and slope of the calibration."""
    value, low, high = heads.predict(features)
    report = {}
    for column, key in enumerate(heads.keys):
        measured = truth[:, PHENOTYPE_KEYS.index(key)]
        known = np.isfinite(measured)
        if known.sum() < FEWEST_SUBJECTS:
            continue
        pair = (measured[known], value[known, column])
        rng = np.random.default_rng(seed)
        report[key] = {
            "name": phenotype(key).name,
            "unit": phenotype(key).unit,
            "n": int(known.sum()),
            "r2": _interval(r2, pair, rng),
            "mae": _interval(mae, pair, rng),
            "pearson": _interval(pearson, pair, rng),
            "calibration_slope": calibration_slope(*pair),
            "coverage_90": interval_coverage(pair[0], low[known, column], high[known, column]),
        }
    return report


def _readers(models: dict[str, TwoTower], store: Store) -> dict[str, Callable[[Rows], Features]]:
    readers: dict[str, Callable[[Rows], Features]] = {
        name: partial(_pooled, entry, store) for name, entry in models.items()
    }
    readers["ridge on the mean beat"] = mean_beat_features(store)
    readers["demographics only"] = lambda rows: demographics(store.table, rows)
    return readers


def _pooled(model: TwoTower, store: Store, rows: Rows) -> Features:
    return ecg_features(model, store, rows)[1]


def _interval(
    statistic: Callable[..., float], arrays: tuple[np.ndarray, ...], rng: np.random.Generator
) -> dict[str, float]:
    result: Interval = bootstrap_interval(statistic, arrays, BOOTSTRAP_DRAWS, rng)
    return {"value": result.value, "low": result.low, "high": result.high}
