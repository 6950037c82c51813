"""Targets of a cohort as columns of a table of subjects: values, and scores of linear probes.

``target_KEY`` holds the value (0 or 1 for an outcome), ``target_time_KEY`` the time of an event,
``predicted_target_KEY`` what a probe on the features of the ECG predicts: the number, the
probability of an outcome, or the risk of an event, which has no unit.
"""

from collections.abc import Callable

import numpy as np
import pandas as pd
from jaxtyping import Int
from scipy.special import expit

from ptacl.data.splits import rows_by_split
from ptacl.errors import PtaclError
from ptacl.io.cohort.targets import Target
from ptacl.regression.features import RowFeatures
from ptacl.regression.probes import fit_probe
from ptacl.store import Store
from ptacl.store.targets import TargetValues, own_targets, target_values


def target_columns(
    store: Store,
    rows: Int[np.ndarray, " rows"],
    features: RowFeatures,
    say: Callable[[str], None],
) -> tuple[tuple[Target, ...], pd.DataFrame]:
    """Return the targets that a cohort brought and their columns.

    Args:
        store: the cohort; probes are fitted on its training split.
        rows: the subjects of the table.
        features: of the ECGs of some rows.
        say: called with why a target is not predicted.

    Returns:
        The targets, and a table without rows of subjects other than `rows`, in their order.
    """
    targets, columns = own_targets(store), {}
    train = rows_by_split(store, "train")
    read = features(train) if targets and len(train) else np.empty((0, 1))
    for target in targets:
        values = target_values(store, target.key)
        columns[target.value_column] = values.values[rows]
        if values.times is not None:
            columns[target.time_column] = values.times[rows]
        try:
            probe = fit_probe(read, _of_rows(values, train))
        except PtaclError as error:  # too few subjects: the values are still worth a column
            say(str(error))
            continue
        score = probe(features(rows))
        is_probability = target.kind == "binary"
        columns[target.predicted_column] = expit(score) if is_probability else score
    return targets, pd.DataFrame(columns, index=range(len(rows)))


def _of_rows(values: TargetValues, rows: Int[np.ndarray, " rows"]) -> TargetValues:
    times = None if values.times is None else values.times[rows]
    return TargetValues(values.target, values.values[rows], times)
