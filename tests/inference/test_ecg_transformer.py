"""The encoder as a transformer of scikit-learn: its checks where they apply, and in a pipeline.

`check_estimator` tests arrays of two dimensions and any width, which no ECG is: it passes over
those of its checks for a transformer that takes other input, and says so.
"""

import pickle
import warnings
from dataclasses import replace

import numpy as np
import pytest
from sklearn.base import clone
from sklearn.exceptions import NotFittedError
from sklearn.linear_model import Ridge
from sklearn.pipeline import make_pipeline
from sklearn.utils.estimator_checks import (
    check_estimator,
    check_get_params_invariance,
    check_no_attributes_set_in_init,
    check_parameters_default_constructible,
    check_set_params,
)

import ptacl
from ptacl.errors import PtaclError
from ptacl.inference.ecg_transformer import EcgTransformer
from tests.made.hearts import heart

ECGS = [heart(number) for number in range(4)]


@pytest.fixture(scope="module")
def fitted(tiny_checkpoint) -> EcgTransformer:
    return EcgTransformer(tiny_checkpoint).fit(ECGS)


def test_the_checks_of_scikit_learn_pass_where_they_apply() -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # that it takes three dimensions
        check_estimator(EcgTransformer())
    for check in (
        check_parameters_default_constructible, check_no_attributes_set_in_init,
        check_get_params_invariance, check_set_params,
    ):  # fmt: skip
        check("EcgTransformer", EcgTransformer())


def test_a_row_is_the_embedding_of_an_inspection(fitted, tiny_checkpoint) -> None:
    inspection = ptacl.load(tiny_checkpoint).inspect(ECGS[1])
    np.testing.assert_array_equal(fitted.transform(ECGS)[1], inspection.embedding)
    features = EcgTransformer(tiny_checkpoint, output="features").fit_transform(ECGS[1:2])
    np.testing.assert_array_equal(features[0], inspection.features)


def test_an_array_of_millivolts_gives_the_same_as_the_ecgs(fitted) -> None:
    array = np.stack([ecg.signal_mv for ecg in ECGS])
    np.testing.assert_array_equal(fitted.transform(array), fitted.transform(ECGS))


def test_it_works_in_a_pipeline_whose_output_is_a_frame(tiny_checkpoint) -> None:
    transformer = EcgTransformer(tiny_checkpoint).set_output(transform="pandas")
    pipeline = make_pipeline(transformer, Ridge()).fit(ECGS, [60, 50, 40, 30])
    assert pipeline.predict(ECGS[:2]).shape == (2,)
    assert list(pipeline[-1].feature_names_in_[:2]) == ["embedding_0", "embedding_1"]


def test_an_ecg_without_a_heartbeat_is_a_row_of_nan(fitted) -> None:
    flat = replace(ECGS[0], signal_mv=np.zeros_like(ECGS[0].signal_mv))
    rows = fitted.transform([flat, ECGS[1]])
    assert np.isnan(rows[0]).all() and np.isfinite(rows[1]).all()


def test_a_copy_by_pickle_or_clone_gives_the_same(fitted) -> None:
    packed = pickle.dumps(fitted)
    assert len(packed) < 5_000
    expected = fitted.transform(ECGS[:1])
    np.testing.assert_array_equal(pickle.loads(packed).transform(ECGS[:1]), expected)
    np.testing.assert_array_equal(clone(fitted).fit(ECGS).transform(ECGS[:1]), expected)


def test_it_refuses_before_fit_and_arrays_of_another_shape(fitted) -> None:
    with pytest.raises(NotFittedError):
        EcgTransformer().transform(ECGS)
    for array in (np.zeros((2, 5000)), np.zeros((2, 8, 5000))):
        with pytest.raises(PtaclError, match="Give \\(ecgs, 12, samples\\) in mV"):
            fitted.transform(array)
    with pytest.raises(PtaclError):
        EcgTransformer().set_params(output="tokens").fit(ECGS)
