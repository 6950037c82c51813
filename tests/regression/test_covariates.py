"""What is known of a person, and heads that are told it."""

import numpy as np
import pandas as pd
import pytest
from sklearn.linear_model import LinearRegression, Ridge

from ptacl.phenotypes import body_surface_area_m2
from ptacl.regression import fit_heads
from ptacl.regression.covariates import columns_of_person, columns_of_table
from ptacl.types import UNKNOWN_PERSON, Person

ALPHA = 300.0


def people(count: int = 400) -> pd.DataFrame:
    rng = np.random.default_rng(0)
    sex = np.where(rng.random(count) < 0.5, "male", "female")
    return pd.DataFrame({
        "sex": sex,
        "age_years": rng.normal(60, 10, count),
        "height_cm": np.where(sex == "male", 178.0, 165.0) + rng.normal(0, 6, count),
        "weight_kg": rng.normal(75, 10, count),
    })  # fmt: skip


def test_a_person_and_a_row_of_a_table_give_the_same_numbers() -> None:
    table = people()
    row = table.iloc[3]
    person = Person(row["sex"], row["age_years"], row["height_cm"], row["weight_kg"])
    for known in ("ecg", "sex", "body"):
        assert np.array_equal(columns_of_person(person, known), columns_of_table(table, known)[3:4])
    area = body_surface_area_m2(row["height_cm"], row["weight_kg"])
    male = float(row["sex"] == "male")
    assert columns_of_table(table)[3] == pytest.approx([male, row["age_years"], area, male * area])


def test_what_is_not_told_is_not_guessed_of_a_person_and_the_mean_in_a_table() -> None:
    table = people()
    table.loc[3, "weight_kg"] = np.nan
    whole = columns_of_table(table)
    assert np.isfinite(whole).all()
    assert whole[3, 2] == pytest.approx(np.delete(whole[:, 2], 3).mean())
    assert columns_of_person(UNKNOWN_PERSON, "sex") is None
    assert columns_of_person(Person(age_years=60, height_cm=170, weight_kg=70), "body") is None
    assert columns_of_person(Person("male", 60, 170), "body") is None
    assert columns_of_person(Person("male"), "sex") == pytest.approx(1.0)


def test_covariates_are_as_good_as_free_while_the_features_are_shrunk() -> None:
    """Against the covariates taken out of both sides by least squares first, then a ridge."""
    rng = np.random.default_rng(1)
    told = columns_of_table(people())
    features = rng.normal(size=(400, 8)) + 0.5 * told[:, :1]
    volume = 90 * told[:, 2] + 20 * told[:, 0] + features @ rng.normal(size=8) * 3
    volume += rng.normal(0, 5, 400)
    heads = fit_heads(
        np.column_stack([features, told])[:300], volume[:300, None],
        np.column_stack([features, told])[300:], volume[300:, None],
        ("lvedv_ml",), alphas=(ALPHA, 2 * ALPHA), unshrunk=4,
    )  # fmt: skip
    scale = features[:300].std(axis=0)
    of_features = LinearRegression().fit(told[:300], features[:300] / scale)
    of_volume = LinearRegression().fit(told[:300], volume[:300])
    left = features / scale - of_features.predict(told)
    ridge = Ridge(heads.alphas[0]).fit(left[:300], (volume - of_volume.predict(told))[:300])
    slow = of_volume.predict(told) + ridge.predict(left)
    found = heads.predict(np.column_stack([features, told])).value[:, 0]
    assert np.abs(found - slow).max() < 1e-3
    # Told one person, they are heads of the features alone, intervals included.
    one = heads.given(told[7]).predict(features[7:8])
    for narrow, wide in zip(one, heads.predict(np.r_[features[7], told[7]][None]), strict=True):
        assert narrow == pytest.approx(wide)
