"""Targets of a cohort in a gallery: values as in the store, predictions from the ECG alone."""

import numpy as np
import pandas as pd
import pytest

from ptacl.data.splits import split_rows
from ptacl.gallery import open_gallery
from ptacl.metrics.regression import auroc
from ptacl.regression.target_columns import target_columns
from ptacl.store import Store


@pytest.fixture(scope="module")
def said() -> list[str]:
    return []


@pytest.fixture(scope="module")
def columns(tiny_store: Store, said: list[str]) -> pd.DataFrame:
    """Of the test split, from features that hold the volume with noise."""
    volume = tiny_store.table["lvedv_ml"].to_numpy()
    noise = np.random.default_rng(0).normal(0, 0.3 * volume.std(), (len(volume), 3))
    features = volume[:, None] + noise
    rows = split_rows(tiny_store, "test")
    targets, table = target_columns(tiny_store, rows, lambda asked: features[asked], said.append)
    assert [target.key for target in targets] == ["wall_g", "large", "failure", "rare"]
    return table


def test_values_are_those_of_the_store_in_the_order_of_the_rows(tiny_store, columns) -> None:
    rows = split_rows(tiny_store, "test")
    large = tiny_store.table["lvedv_ml"] > tiny_store.table["lvedv_ml"].median()
    np.testing.assert_array_equal(columns["target_large"], large.iloc[rows])
    assert 0 < columns["target_wall_g"].isna().sum() < len(rows)
    assert (columns["target_time_failure"] > 1).all()


def test_a_number_an_outcome_and_an_event_are_predicted(columns) -> None:
    assert columns["predicted_target_large"].between(0, 1).all()
    for key in ("large", "failure"):
        truth = columns[f"target_{key}"].to_numpy() == 1
        assert auroc(truth, columns[f"predicted_target_{key}"].to_numpy()) > 0.9
    known = columns.dropna(subset="target_wall_g")
    assert known["target_wall_g"].corr(known["predicted_target_wall_g"]) > 0.3


def test_an_outcome_of_too_few_is_kept_without_a_prediction_and_says_so(columns, said) -> None:
    assert "target_rare" in columns and "predicted_target_rare" not in columns
    (message,) = said
    assert message.startswith("Target 'rare'") and "1 of them with the outcome" in message


def test_a_gallery_keeps_them(tiny_checkpoint) -> None:
    gallery = open_gallery(tiny_checkpoint / "gallery")
    assert [target.title for target in gallery.targets][:2] == ["Wall *mass*", "Large ventricle"]
    assert {"target_large", "predicted_target_large"} <= set(gallery.table)
    assert gallery.table["predicted_target_failure"].notna().all()


def test_a_cohort_without_targets_adds_no_column(tiny_store, monkeypatch) -> None:
    monkeypatch.setattr("ptacl.regression.target_columns.own_targets", lambda store: ())
    targets, table = target_columns(tiny_store, np.arange(5), lambda rows: rows[:, None], print)
    assert targets == () and table.shape == (5, 0)
