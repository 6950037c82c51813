"""The out-of-distribution check of cines."""

import numpy as np
import pytest

from ptacl.checkpoint.shipped import shipped_checkpoints
from ptacl.gallery.cine_distribution import NEAREST, cine_distribution
from ptacl.inference.model import Model, load
from ptacl.io.cine.read import read_cine
from ptacl.synthetic import simulate_subject
from tests.real_files import SHARED

STUDY = SHARED / "cmr" / "dicom_siemens_stack" / "study.zip"
FEATURES = np.random.default_rng(5).normal(3, [1, 10, 0.1], (400, 3)).astype(np.float32)


def test_the_limit_is_what_left_out_subjects_show() -> None:
    distribution = cine_distribution(FEATURES)
    assert distribution is not None
    others = np.random.default_rng(6).normal(3, [1, 10, 0.1], (400, 3))
    share = np.mean([distribution.place(row).familiar for row in others])
    assert 0.95 < share <= 1


def test_the_distance_is_the_mean_to_the_nearest_in_units_of_the_spread() -> None:
    distribution = cine_distribution(FEATURES)
    assert distribution is not None
    query = np.array([9.0, 3.0, 3.0])
    scaled = (FEATURES - FEATURES.mean(0)) / FEATURES.std(0)
    own = (query - FEATURES.mean(0)) / FEATURES.std(0)
    slow = np.sort(np.sqrt(((scaled - own) ** 2).mean(1)))[:NEAREST].mean()
    place = distribution.place(query)
    assert place.distance == pytest.approx(slow, rel=1e-5)
    assert not place.familiar and place.percentile == 100


def test_a_few_subjects_cannot_tell() -> None:
    assert cine_distribution(FEATURES[: 10 * NEAREST - 1]) is None


@pytest.fixture(scope="module")
def model() -> Model:
    return load(shipped_checkpoints() / "demo")


def test_a_cine_like_those_of_the_gallery_finds_neighbours(model: Model) -> None:
    match = model.match_cine(simulate_subject(99, 2, ages="adults").cine)
    assert match.familiar and match.embedding is not None
    assert len(match.neighbours) == 6


@pytest.mark.skipif(not STUDY.exists(), reason="no real recordings beside the repository")
def test_a_real_cine_gets_no_embedding_of_a_tower_that_never_saw_one(model: Model) -> None:
    match = model.match_cine(read_cine(STUDY))
    assert match.familiarity is not None
    assert match.familiarity.distance > 2 * match.familiarity.limit
    assert match.embedding is None and match.neighbours == ()
