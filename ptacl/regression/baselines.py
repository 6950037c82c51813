"""Baselines that need no training: features of a subject or of an ECG for the regression heads.

`BASELINES` is shared by evaluation and benchmark: a new baseline is a function and a row.
"""

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial

import numpy as np
import pandas as pd

from ptacl.data.splits import split_rows
from ptacl.regression.covariates import columns_of_table
from ptacl.regression.features import (
    CohortFeatures,
    Features,
    Rows,
    cache_features,
    measurements,
    median_measurements,
)
from ptacl.signal.delineation.beats import mean_beat
from ptacl.signal.delineation.measurements import impute
from ptacl.store import Store

PCA_COMPONENTS = 60


def demographics(table: pd.DataFrame, rows: Rows) -> Features:
    """Return sex, age, body surface area and its product with sex; means of all where unknown."""
    return columns_of_table(table)[rows]


def demographic_features(store: Store) -> CohortFeatures:
    """Return `demographics` of any cohort; nothing is fitted on ``store``."""
    return lambda cohort: partial(demographics, cohort.table)


def measured_features(store: Store) -> CohortFeatures:
    """Return ECG measurements (`signal.delineation.measurements`), imputed where one is unclear.

    Missing ones are imputed by the median of this cohort's training split.
    """
    measured = cache_features(partial(measurements, store))
    medians = median_measurements(store, measured)

    def features(cohort: Store, rows: Rows) -> Features:
        values = measured(rows) if cohort is store else measurements(cohort, rows)
        return impute(values, medians)

    return lambda cohort: partial(features, cohort)


def mean_beats(store: Store, rows: Rows) -> Features:
    """Return the mean beat of each ECG, all leads, flattened, every fourth sample."""
    rate = store.recipe.ecg.sample_rate_hz
    beats = [
        mean_beat(store.ecg_rows([int(row)])[0], store.r_peaks(int(row)), rate)[:, ::4].ravel()
        for row in rows
    ]
    return np.stack(beats).astype(np.float64)


def mean_beat_features(store: Store) -> CohortFeatures:
    """Return PCA scores of the mean beat and the R–R interval in samples.

    The PCA of `PCA_COMPONENTS` components is fitted on this cohort's training split.
    """
    from sklearn.decomposition import PCA  # slow to import, needed here only

    train = mean_beats(store, split_rows(store, "train"))
    pca = PCA(PCA_COMPONENTS, random_state=0).fit(train)

    def features(cohort: Store, rows: Rows) -> Features:
        rr = [np.median(np.diff(cohort.r_peaks(int(row)))) for row in rows]
        return np.column_stack([pca.transform(mean_beats(cohort, rows)), np.asarray(rr)])

    return lambda cohort: partial(features, cohort)


@dataclass(frozen=True, slots=True)
class Baseline:
    """Features without a trained encoder."""

    key: str
    """Name of the method on the command line of a benchmark."""
    title: str
    """In a benchmark."""
    evaluation_name: str
    """Name in an evaluation report, which stored reports hold as well."""
    fit: Callable[[Store], CohortFeatures]
    """Fits on the training split of a cohort, where there is anything to fit."""


BASELINES = (
    Baseline("demographics", "Demographics only", "demographics only", demographic_features),
    Baseline("measurements", "Ridge on measurements", "ridge on ECG measurements",
             measured_features),
    Baseline("mean-beat", "Ridge on the mean beat", "ridge on the mean beat", mean_beat_features),
)  # fmt: skip
