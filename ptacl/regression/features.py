"""From features of an ECG to phenotypes, on the splits of a store; and the plain rivals' features.

Every row of an evaluation goes through the same heads, so that rows differ in features only.
"""

from collections.abc import Callable, Sequence
from dataclasses import replace
from functools import partial

import numpy as np
import pandas as pd
import torch
from jaxtyping import Float, Float32, Int

from ptacl.data.batches import Needs, batches
from ptacl.data.embed import BATCH, unit_embedding
from ptacl.data.splits import split_rows
from ptacl.encoders.two_tower import TwoTower
from ptacl.errors import PtaclError
from ptacl.phenotypes import PHENOTYPE_KEYS
from ptacl.regression import ALPHAS, FEWEST_SUBJECTS, Heads, fit_heads
from ptacl.regression.covariates import TOLD, Known, columns_of_table, seen_of_table
from ptacl.signal.delineation.beats import mean_beat
from ptacl.signal.delineation.measurements import filled, measure_waves
from ptacl.store import Store
from ptacl.types import SEXES

PCA_COMPONENTS = 60
Rows = Int[np.ndarray, " rows"]
Features = Float[np.ndarray, "rows features"]
Reader = Callable[[Rows], Features]
"""What is read of the ECGs, or of the people, in some rows of a store."""
FeaturesOf = Callable[[Store], Reader]
"""What is read of a cohort, by something that may have been fitted on another one."""
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


def encoder_features(model: TwoTower, store: Store) -> Reader:
    """The features of an encoder, by row."""
    return lambda rows: ecg_features(model, store, rows)[1]


def targets(store: Store, rows: Rows) -> Float[np.ndarray, "rows phenotypes"]:
    """Measured phenotypes, NaN where absent."""
    table = store.table.reindex(columns=list(PHENOTYPE_KEYS))
    return table.iloc[rows].to_numpy(dtype=np.float64)


def fit_store_heads(
    store: Store,
    features: Reader,
    *,
    labelled: Rows | None = None,
    alphas: tuple[float, ...] = ALPHAS,
    parts: Sequence[int] = (),
    known: Known = "ecg",
) -> Heads:
    """Heads fitted on the training split, their intervals calibrated on the validation split.

    A phenotype that fewer than 20 subjects of either split have gets none.

    Args:
        store: the cohort.
        features: of the subjects in given rows; asked for whole splits.
        labelled: places within the training split whose phenotypes are learned from; all by
            default.
        alphas: shrinkages to choose from (`regression.fit_heads`).
        parts: widths of features that are read apart (likewise).
        known: what the heads are told of the person beside the features (`covariates`).

    Raises:
        PtaclError: no phenotype is known of enough subjects.
    """
    train, val = split_rows(store, "train"), split_rows(store, "val")
    chosen = np.arange(len(train)) if labelled is None else labelled
    learned, held_out = targets(store, train[chosen]), targets(store, val)
    measured = [
        min(np.isfinite(values).sum(axis=0)[column] for values in (learned, held_out))
        >= FEWEST_SUBJECTS
        for column in range(len(PHENOTYPE_KEYS))
    ]
    keys = tuple(key for key, there in zip(PHENOTYPE_KEYS, measured, strict=True) if there)
    if not keys:
        raise PtaclError(
            f"No phenotype of {store.path} is known of {FEWEST_SUBJECTS} subjects in the training "
            "and in the validation split each. Add phenotypes to the cohort's table (lvedv_ml … "
            "rvef_pct), or more subjects, and import it again."
        )
    told = columns_of_table(store.table, known)
    heads = fit_heads(
        np.column_stack([features(train), told[train]])[chosen],
        learned[:, measured],
        np.column_stack([features(val), told[val]]),
        held_out[:, measured],
        keys,
        alphas=alphas,
        parts=parts,
        unshrunk=told.shape[1],
    )
    return replace(heads, seen=seen_of_table(store.table.iloc[train[chosen]]))


def told_of_all(store: Store) -> tuple[Known, ...]:
    """What heads of a cohort can be told of its people.

    Nothing where the sex of one is unknown; no age and size where those of most are.
    """
    if not store.table["sex"].isin(SEXES).all():
        return ()
    sized = store.table[["age_years", "height_cm", "weight_kg"]].notna().all(axis=1)
    return TOLD if sized.mean() > 0.5 else ("sex",)


def once(features: Reader) -> Reader:
    """The same features, made once for each selection of rows: encoding takes most of the time."""
    made: dict[bytes, Features] = {}

    def remembered(rows: Rows) -> Features:
        if (key := rows.tobytes()) not in made:
            made[key] = features(rows)
        return made[key]

    return remembered


def demographics(table: pd.DataFrame, rows: Rows) -> Features:
    """Sex, age, body surface area and its product with sex; means of all where unknown."""
    return columns_of_table(table)[rows]


def mean_beats(store: Store, rows: Rows) -> Features:
    """The mean beat of each ECG, all leads, flattened, every fourth sample."""
    rate = store.recipe.ecg.sample_rate_hz
    beats = [
        mean_beat(store.ecg_rows([int(row)])[0], store.r_peaks(int(row)), rate)[:, ::4].ravel()
        for row in rows
    ]
    return np.stack(beats).astype(np.float64)


def mean_beat_features(store: Store) -> FeaturesOf:
    """Mean beat → PCA 60 (fitted on this cohort's training split) and the heart rate."""
    from sklearn.decomposition import PCA  # slow to import, needed here only

    train = mean_beats(store, split_rows(store, "train"))
    pca = PCA(PCA_COMPONENTS, random_state=0).fit(train)

    def features(cohort: Store, rows: Rows) -> Features:
        rr = [np.median(np.diff(cohort.r_peaks(int(row)))) for row in rows]
        return np.column_stack([pca.transform(mean_beats(cohort, rows)), np.asarray(rr)])

    return lambda cohort: partial(features, cohort)


def measured_features(store: Store) -> FeaturesOf:
    """What an electrocardiograph measures (`signal.measurements`); what is unclear, as is usual.

    What is usual is the median of this cohort's training split.
    """
    measured = once(partial(measurements, store))
    usual = usual_measurements(store, measured)

    def features(cohort: Store, rows: Rows) -> Features:
        read = measured(rows) if cohort is store else measurements(cohort, rows)
        return filled(read, usual)

    return lambda cohort: partial(features, cohort)


def usual_measurements(store: Store, measured: Reader) -> Float[np.ndarray, " measurements"]:
    """The median of each measurement over the training split."""
    return np.nanmedian(measured(split_rows(store, "train")), axis=0)


def measurements(store: Store, rows: Rows) -> Features:
    """The measurements of each ECG; NaN where one is unclear."""
    rate = store.recipe.ecg.sample_rate_hz
    ecgs = (store.prepared_ecg(int(row)) for row in rows)
    return np.stack(
        [measure_waves(ecg.signal_mv[:, : ecg.valid_samples], ecg.r_peaks, rate) for ecg in ecgs]
    )
