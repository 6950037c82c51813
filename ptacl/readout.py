"""From features of an ECG to phenotypes, on the splits of a store; and the plain rivals' features.

Every row of an evaluation goes through the same heads, so that rows differ in features only.
"""

from collections.abc import Callable

import numpy as np
import pandas as pd
import torch
from jaxtyping import Float, Float32, Int

from ptacl.dataset import Needs, batches, split_rows
from ptacl.embed import BATCH, unit_embedding
from ptacl.encoders.two_tower import TwoTower
from ptacl.errors import PtaclError
from ptacl.phenotypes import PHENOTYPE_KEYS, body_surface_area_m2
from ptacl.regression import ALPHAS, FEWEST_SUBJECTS, Heads, fit_heads
from ptacl.signal.beats import mean_beat
from ptacl.store import Store

PCA_COMPONENTS = 60
Rows = Int[np.ndarray, " rows"]
Features = Float[np.ndarray, "rows features"]
Progress = Callable[[int, int], None]


@torch.inference_mode()
def ecg_features(
    model: TwoTower, store: Store, rows: Rows, progress: Progress | None = None
) -> tuple[Float32[np.ndarray, "rows embedding"], Float32[np.ndarray, "rows width"]]:
    """Unit embeddings and features from the ECG alone."""
    device = next(model.parameters()).device
    parts: list[tuple[np.ndarray, np.ndarray]] = []
    done, segment = 0, model.ecg_encoder.segment_samples
    for read in batches(store, rows, BATCH, segment, Needs(cine=False)):
        batch = read.to(device)
        output = model.encode_ecg(batch.ecg, batch.segment_valid)
        parts.append((unit_embedding(output).cpu().numpy(), output.features.cpu().numpy()))
        done += len(batch.rows)
        if progress:
            progress(done, len(rows))
    embedding, features = (np.concatenate(column) for column in zip(*parts, strict=True))
    return embedding, features


def encoder_features(model: TwoTower, store: Store) -> Callable[[Rows], Features]:
    """The features of an encoder, by row."""
    return lambda rows: ecg_features(model, store, rows)[1]


def targets(store: Store, rows: Rows) -> Float[np.ndarray, "rows phenotypes"]:
    """Measured phenotypes, NaN where absent."""
    table = store.table.reindex(columns=list(PHENOTYPE_KEYS))
    return table.iloc[rows].to_numpy(dtype=np.float64)


def fit_store_heads(
    store: Store,
    features: Callable[[Rows], Features],
    *,
    labelled: Rows | None = None,
    alphas: tuple[float, ...] = ALPHAS,
) -> Heads:
    """Heads fitted on the training split, their intervals calibrated on the validation split.

    A phenotype that fewer than 20 subjects of either split have gets none.

    Args:
        store: the cohort.
        features: of the subjects in given rows; asked for whole splits.
        labelled: places within the training split whose phenotypes are learned from; all by
            default.
        alphas: shrinkages to choose from (`regression.fit_heads`).

    Raises:
        PtaclError: no phenotype is known of enough subjects.
    """
    train, val = split_rows(store, "train"), split_rows(store, "val")
    chosen = np.arange(len(train)) if labelled is None else labelled
    learned, held_out = targets(store, train[chosen]), targets(store, val)
    known = [
        min(np.isfinite(values).sum(axis=0)[column] for values in (learned, held_out))
        >= FEWEST_SUBJECTS
        for column in range(len(PHENOTYPE_KEYS))
    ]
    keys = tuple(key for key, there in zip(PHENOTYPE_KEYS, known, strict=True) if there)
    if not keys:
        raise PtaclError(
            f"No phenotype of {store.path} is known of {FEWEST_SUBJECTS} subjects in the training "
            "and in the validation split each. Add phenotypes to the cohort's table (lvedv_ml … "
            "rvef_pct), or more subjects, and import it again."
        )
    return fit_heads(
        features(train)[chosen],
        learned[:, known],
        features(val),
        held_out[:, known],
        keys,
        alphas=alphas,
    )


def demographics(table: pd.DataFrame, rows: Rows) -> Features:
    """Sex, age, body surface area and its product with sex; means where unknown."""
    chosen = table.iloc[rows]
    male = (chosen["sex"] == "male").to_numpy(dtype=np.float64)
    age = chosen["age_years"].to_numpy(dtype=np.float64)
    height, weight = (chosen[key].to_numpy(dtype=np.float64) for key in ("height_cm", "weight_kg"))
    area = body_surface_area_m2(height, weight)
    columns = np.stack([male, age, area, male * area], axis=1)
    means = np.nanmean(columns, axis=0, keepdims=True)
    return np.where(np.isfinite(columns), columns, np.where(np.isfinite(means), means, 0.0))


def mean_beats(store: Store, rows: Rows) -> Features:
    """The mean beat of each ECG, all leads, flattened, every fourth sample."""
    rate = store.recipe.ecg.sample_rate_hz
    beats = [
        mean_beat(store.ecg_rows([int(row)])[0], store.r_peaks(int(row)), rate)[:, ::4].ravel()
        for row in rows
    ]
    return np.stack(beats).astype(np.float64)


def mean_beat_features(store: Store) -> Callable[[Rows], Features]:
    """Mean beat → PCA 60 (fitted on the training split) and the heart rate."""
    from sklearn.decomposition import PCA  # slow to import, needed here only

    train = mean_beats(store, split_rows(store, "train"))
    pca = PCA(PCA_COMPONENTS, random_state=0).fit(train)

    def features(rows: Rows) -> Features:
        rr = [np.median(np.diff(store.r_peaks(int(row)))) for row in rows]
        return np.column_stack([pca.transform(mean_beats(store, rows)), np.asarray(rr)])

    return features
