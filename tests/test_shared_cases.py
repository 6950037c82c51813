"""Each file of ``../shared/cases`` is read right; skipped where that folder is absent."""

import numpy as np
import pytest

import ptacl
from ptacl.inference.model import Model
from ptacl.io.ecg.read import read_ecg
from tests.real_files import REPOSITORY
from tests.shared_cases import (
    CARDIOSOFT,
    CINES,
    FOLDER,
    READ,
    REFUSED,
    RHYTHM,
    WITHHELD,
    EcgCase,
    check_cine,
    check_read,
    check_refused,
)

pytestmark = pytest.mark.skipif(not FOLDER.is_dir(), reason="needs ../shared/cases")


@pytest.mark.parametrize("case", READ, ids=lambda case: case.name.rsplit("/")[-1])
def test_an_ecg_is_read_right(case: EcgCase) -> None:
    if case.name == str(CARDIOSOFT) and not CARDIOSOFT.is_file():
        pytest.skip("needs ../shared/data")
    assert not check_read(case)


@pytest.mark.parametrize("name", REFUSED)
def test_what_has_no_known_lead_is_told_so(name: str) -> None:
    assert not check_refused(name, REFUSED[name])


@pytest.mark.parametrize("name", RHYTHM)
def test_beats_and_intervals_are_the_hearts_own(name: str) -> None:
    assert not RHYTHM[name](name)


@pytest.mark.parametrize("name", CINES)
def test_a_cine_is_read_right(name: str) -> None:
    assert not check_cine(name)


@pytest.fixture(scope="module")
def model() -> Model:
    return ptacl.load(REPOSITORY / "checkpoints" / "demo")


@pytest.mark.parametrize("name", WITHHELD)
def test_what_is_no_twelve_lead_ecg_of_a_heart_gets_no_number(model: Model, name: str) -> None:
    assert not model.inspect(read_ecg(FOLDER / name)).predictions


def test_swapped_labels_are_told_mended_or_withheld(model: Model) -> None:
    inspection = model.inspect(read_ecg(FOLDER / "simulated_I_and_II_swapped.npz"))
    assert not inspection.predictions or inspection.caveats


def test_the_unchanged_ecg_is_good_and_known_and_has_all_volumes(model: Model) -> None:
    inspection = model.inspect(read_ecg(FOLDER / "simulated_unchanged.npz"))
    quality = inspection.prepared.quality
    assert quality.usable and all(lead.state == "good" for lead in quality.per_lead)
    assert inspection.familiarity.familiar and not inspection.caveats
    assert len(inspection.predictions) == len(model.gallery.phenotypes)
    assert np.isfinite([prediction.value for prediction in inspection.predictions]).all()
