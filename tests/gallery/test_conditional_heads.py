"""A gallery's heads that know the person: which are chosen, and what they change."""

import shutil
from pathlib import Path

import numpy as np
import pytest

from ptacl.data.splits import split_rows
from ptacl.errors import BadInput
from ptacl.gallery import Gallery
from ptacl.gallery.build import build_gallery
from ptacl.gallery.conditional_heads import described
from ptacl.inference.model import Model, load
from ptacl.io.person_limits import OUTSIDE_TRAINING
from ptacl.phenotypes import PHENOTYPE_KEYS
from ptacl.regression.features import available_covariates, targets
from ptacl.store import Store, open_store
from ptacl.synthetic import simulate_subject
from ptacl.types import UNKNOWN_PERSON, Inspection, Person

WHOLE = Person("male", 61.0, 181.0, 84.0)


@pytest.fixture(scope="module")
def model(tiny_checkpoint: Path) -> Model:
    return load(tiny_checkpoint)


@pytest.fixture(scope="module")
def alone(model: Model) -> Inspection:
    return model.inspect(simulate_subject(3, 5).ecg)


def values(inspection: Inspection) -> list[float]:
    return [entry.value for entry in inspection.predictions]


@pytest.mark.parametrize(
    ("person", "known"),
    [
        (UNKNOWN_PERSON, "ecg"),
        (Person(None, 61.0, 181.0, 84.0), "ecg"),
        (Person("male"), "sex"),
        (Person("male", 61.0, 181.0), "sex"),
        (WHOLE, "body"),
    ],
)
def test_the_heads_that_know_most_of_what_is_told_are_taken(
    model: Model, alone: Inspection, person: Person, known: str
) -> None:
    found = model.inspect(alone.ecg, person)
    assert found.known == known
    assert (values(found) == values(alone)) == (known == "ecg")
    # To tell it afterwards is the same, and reads no ECG.
    assert values(described(model.gallery, alone, person)) == values(found)
    # What drove a prediction explains the one that is shown.
    shown = next(entry for entry in found.predictions if entry.key == "lvm_g")
    explained = model.attribute(found.prepared, "lvm_g", person)
    assert explained.value == pytest.approx(shown.value, rel=1e-4)


def test_a_larger_body_has_a_larger_heart(model: Model, alone: Inspection) -> None:
    small, large = (
        described(model.gallery, alone, Person("female", 60.0, height, weight))
        for height, weight in ((155.0, 50.0), (180.0, 95.0))
    )
    column = PHENOTYPE_KEYS.index("lvedv_ml")
    assert values(large)[column] > values(small)[column] + 20


def test_held_out_volumes_are_read_better_by_heads_that_know_the_person(
    model: Model, tiny_store: Store
) -> None:
    gallery, rows = model.gallery, split_rows(tiny_store, "test")
    truth = targets(tiny_store, rows)
    people = tiny_store.table.iloc[rows]
    read = {"ecg": np.empty(truth.shape), "body": np.empty(truth.shape)}
    for place, one in enumerate(people.itertuples()):
        features = gallery.vectors["ecg_features"][gallery.row(one.subject_id)][None]
        person = Person(one.sex, one.age_years, one.height_cm, one.weight_kg)
        for told in (UNKNOWN_PERSON, person):
            known, heads = gallery.heads_for(told)
            read[known][place] = heads.predict(features).value[0]
    error = {known: np.square(found - truth).mean(axis=0) for known, found in read.items()}
    for key in ("lvedv_ml", "lvm_g", "rvedv_ml"):
        column = PHENOTYPE_KEYS.index(key)
        assert error["body"][column] < 0.9 * error["ecg"][column]


@pytest.mark.long
def test_a_cohort_that_does_not_know_the_sex_of_all_gets_heads_of_the_ecg_alone(
    model: Model, tiny_checkpoint: Path, tiny_store: Store, tmp_path: Path
) -> None:
    rows = split_rows(tiny_store, "test")
    assert model.gallery.heads_for(WHOLE)[0] == "body"
    # Heads of an earlier build do not stay in the folder.
    for heads in (tiny_checkpoint / "gallery").glob("heads-*"):
        shutil.copy(heads, tmp_path)
    store = open_store(Path(tiny_store.path))
    store.table["weight_kg"] = np.nan
    assert available_covariates(store) == ("sex",)
    store.table.loc[store.table.index[0], "sex"] = None
    again: Gallery = build_gallery(store, tiny_checkpoint, tmp_path, rows=rows, with_signals=False)
    assert again.heads_for(WHOLE)[0] == "ecg"
    assert not list(tmp_path.glob("heads-*"))


@pytest.mark.parametrize(
    ("person", "said"),
    [
        (Person("male", 61.0, 1.81, 84.0), "metres"),
        (Person("male", 1e9, 181.0, 84.0), "0 and 120"),
        (Person(None, None, -165.0), "50 and 250"),
    ],
)
def test_what_no_person_is_is_refused_before_anything_is_read(
    model: Model, alone: Inspection, person: Person, said: str
) -> None:
    with pytest.raises(BadInput, match=said):
        model.inspect(alone.ecg, person)
    with pytest.raises(BadInput, match=said):
        described(model.gallery, alone, person)


def test_a_person_beyond_those_learned_from_is_told_and_one_far_beyond_not_extrapolated(
    model: Model, alone: Inspection
) -> None:
    low, high = model.gallery.seen["age_years"]
    assert 40 < low < high < 90  # of the training split
    old = Person("male", high + 5, 181.0, 84.0)
    found = model.inspect(alone.ecg, old)
    (caveat,) = [c for c in found.reading_caveats if c.code == OUTSIDE_TRAINING]
    assert "extrapolate" in caveat.text and found.known == "body"
    assert model.inspect(alone.ecg, WHOLE).reading_caveats == alone.reading_caveats
    child = Person("male", 3.0, 95.0, 14.0)
    found = model.inspect(alone.ecg, child)
    assert found.known == "sex"
    assert values(found) == values(model.inspect(alone.ecg, Person("male")))
    (caveat,) = [c for c in found.reading_caveats if c.code == OUTSIDE_TRAINING]
    assert "were not used" in caveat.text
    # told afterwards, and taken back
    later = described(model.gallery, alone, child)
    assert later.reading_caveats == found.reading_caveats
    assert described(model.gallery, later, WHOLE).reading_caveats == alone.reading_caveats
