"""Features of ECGs, and regression heads fitted on them on a store's splits.

All methods of an evaluation use the same heads, so that they differ in features only.
"""

from collections.abc import Callable, Sequence
from dataclasses import replace

import numpy as np
import torch
from jaxtyping import Float, Float32, Int

from ptacl.data.batches import BatchFields, batches
from ptacl.data.embed import BATCH, unit_embedding
from ptacl.data.splits import split_rows
from ptacl.encoders.two_tower import TwoTower
from ptacl.errors import PtaclError
from ptacl.phenotypes import PHENOTYPE_KEYS
from ptacl.regression import ALPHAS, FEWEST_SUBJECTS, Heads, fit_heads
from ptacl.regression.covariates import COVARIATE_SETS, Known, columns_of_table, seen_of_table
from ptacl.regression.cross_conformal import fit_cross_heads
from ptacl.regression.heads import FEWEST_CROSS
from ptacl.signal.delineation.measurements import measure_waves_of
from ptacl.signal.lead_sets import ALL_LEADS, LeadSet
from ptacl.store import Store
from ptacl.types import SEXES

Rows = Int[np.ndarray, " rows"]
SplitRows = tuple[Int[np.ndarray, " train"], Int[np.ndarray, " val"]]
"""Rows to fit on and rows to calibrate on."""
Features = Float[np.ndarray, "rows features"]
RowFeatures = Callable[[Rows], Features]
"""Returns the features of the subjects in some rows of a store."""
CohortFeatures = Callable[[Store], RowFeatures]
"""Returns the features of a cohort, by a method that may be fitted on another one."""
Progress = Callable[[int, int], None]


@torch.inference_mode()
def ecg_features(
    model: TwoTower,
    store: Store,
    rows: Rows,
    progress: Progress | None = None,
    lead_set: LeadSet = ALL_LEADS,
) -> tuple[Float32[np.ndarray, "rows embedding"], Float32[np.ndarray, "rows width"]]:
    """Encode the ECGs of some rows.

    Args:
        model: in evaluation mode, on any device.
        store: the cohort.
        rows: of the store.
        progress: called with (subjects done, subjects in all).
        lead_set: the leads that are shown to the encoder; the others are zero.

    Returns:
        unit embeddings, and features before the projection.
    """
    device = next(model.parameters()).device
    parts: list[tuple[np.ndarray, np.ndarray]] = []
    done, segment = 0, model.ecg_encoder.segment_samples
    present = torch.from_numpy(lead_set.present).to(device)[:, None]
    for cpu_batch in batches(store, rows, BATCH, segment, BatchFields(cine=False)):
        batch = cpu_batch.to(device)
        ecg = batch.ecg if lead_set is ALL_LEADS else batch.ecg * present
        output = model.encode_ecg(ecg, batch.segment_valid)
        parts.append((unit_embedding(output).cpu().numpy(), output.features.cpu().numpy()))
        done += len(batch.rows)
        if progress:
            progress(done, len(rows))
    embedding, features = (np.concatenate(column) for column in zip(*parts, strict=True))
    return embedding, features


def encoder_features(model: TwoTower, store: Store) -> RowFeatures:
    """Return the features of an encoder, by row."""
    return lambda rows: ecg_features(model, store, rows)[1]


def targets(store: Store, rows: Rows) -> Float[np.ndarray, "rows phenotypes"]:
    """Return measured phenotypes, columns as in `PHENOTYPE_KEYS`, NaN where absent."""
    table = store.table.reindex(columns=list(PHENOTYPE_KEYS))
    return table.iloc[rows].to_numpy(dtype=np.float64)


def fit_store_heads(
    store: Store,
    features: RowFeatures,
    *,
    labelled: Rows | None = None,
    alphas: tuple[float, ...] = ALPHAS,
    parts: Sequence[int] = (),
    known: Known = "ecg",
    rows: SplitRows | None = None,
    cross: bool = False,
) -> Heads:
    """Fit heads on the training split and calibrate their intervals on the validation split.

    A phenotype that fewer than 20 subjects of either split have gets no head.

    Args:
        store: the cohort.
        features: of the subjects in given rows; called for whole splits.
        labelled: positions within the training split to fit on; all by default.
        alphas: shrinkages to choose from (`regression.fit_heads`).
        parts: widths of features with separate ridges (likewise).
        known: covariates that the heads get in addition to the features (`covariates`).
        rows: subjects of both splits to use; all by default.
        cross: fit on the first of ``rows`` and calibrate across folds of the same subjects
            (`cross_conformal`); the second ones are not used.

    Raises:
        PtaclError: no phenotype is measured in enough subjects.
    """
    train, val = rows or (split_rows(store, "train"), split_rows(store, "val"))
    used = np.arange(len(train)) if labelled is None else labelled
    fit_targets = targets(store, train[used])
    val_targets = fit_targets if cross else targets(store, val)
    counts = [np.isfinite(values).sum(axis=0) for values in (fit_targets, val_targets)]
    measured = np.minimum(*counts) >= (FEWEST_CROSS if cross else FEWEST_SUBJECTS)
    keys = tuple(key for key, enough in zip(PHENOTYPE_KEYS, measured, strict=True) if enough)
    if not keys:
        raise PtaclError(
            f"No phenotype of {store.path} is measured in {FEWEST_SUBJECTS} subjects of both the "
            "training and the validation split. Add phenotypes to the cohort's table (lvedv_ml … "
            "rvef_pct), measure them (`ptacl import --measure`), or add subjects, and import it "
            "again.",
            code="store.too_few_subjects",
        )
    covariates = columns_of_table(store.table, known)
    known_features = np.column_stack([features(train), covariates[train]])[used]
    options = {"alphas": alphas, "parts": parts, "unshrunk": covariates.shape[1]}
    if cross:
        heads = fit_cross_heads(known_features, fit_targets[:, measured], keys, **options)
    else:
        val_features = np.column_stack([features(val), covariates[val]])
        heads = fit_heads(
            known_features, fit_targets[:, measured],
            val_features, val_targets[:, measured], keys, **options,
        )  # fmt: skip
    return replace(heads, seen=seen_of_table(store.table.iloc[train[used]]))


def available_covariates(store: Store) -> tuple[Known, ...]:
    """Return the sets of covariates that a cohort has, the most informative first.

    None where the sex of a subject is unknown; the sex alone where age, height or weight of half
    the subjects are.
    """
    if not store.table["sex"].isin(SEXES).all():
        return ()
    sized = store.table[["age_years", "height_cm", "weight_kg"]].notna().all(axis=1)
    return COVARIATE_SETS if sized.mean() > 0.5 else ("sex",)


def cache_features(features: RowFeatures) -> RowFeatures:
    """Cache features by selection of rows, as encoding takes most of the time."""
    cache: dict[bytes, Features] = {}

    def cached(rows: Rows) -> Features:
        if (key := rows.tobytes()) not in cache:
            cache[key] = features(rows)
        return cache[key]

    return cached


def median_measurements(store: Store, measured: RowFeatures) -> Float[np.ndarray, " measurements"]:
    """Return the median of each measurement over the training split."""
    return np.nanmedian(measured(split_rows(store, "train")), axis=0)


def measurements(store: Store, rows: Rows, lead_set: LeadSet = ALL_LEADS) -> Features:
    """Return the measurements of each ECG in some leads; NaN where one is unclear or absent."""
    rate = store.recipe.ecg.sample_rate_hz
    ecgs = (store.prepared_ecg(int(row)) for row in rows)
    present = lead_set.present
    return np.stack(
        [
            measure_waves_of(ecg.signal_mv[:, : ecg.valid_samples], ecg.r_peaks, rate, present)
            for ecg in ecgs
        ]
    )
