"""What can be true of a person, at every door; and whom the heads have not seen."""

import math
from pathlib import Path

import numpy as np
import pytest

from ptacl.cli import main
from ptacl.errors import BadInput
from ptacl.gallery.conditional_heads import choose_heads
from ptacl.io.person_limits import (
    OUTSIDE_TRAINING,
    check_person,
    outside_training_caveats,
    overshoot,
)
from ptacl.regression import Heads, fit_heads
from ptacl.regression.covariates import seen_of_table
from ptacl.types import Person

SEEN = {
    "age_years": (45.0, 82.0), "height_cm": (145.0, 200.0), "weight_kg": (42.0, 136.0),
    "area_m2": (1.3, 2.6),
}  # fmt: skip


def with_value(key: str, value: object) -> Person:
    """What somebody builds who looks at no type."""
    person = Person()
    object.__setattr__(person, key, value)
    return person


@pytest.mark.parametrize(
    ("person", "said"),
    [
        (Person("male", height_cm=1.65), "height_cm: it is 1.65.*metres. Give 165"),
        (Person("male", height_cm=-165), "height_cm: it is -165, not between 50 and 250 cm"),
        (Person("male", height_cm=1650), "millimetres. Give 165"),
        (Person("male", height_cm=5.41), "feet. Give 164.9"),
        (Person("male", height_cm=0), "not between 50 and 250"),
        (Person("male", age_years=1e9), "age_years: it is 1e[+]09, not between 0 and 120 years"),
        (Person("male", age_years=1961), "a year of birth. Give the age in years"),
        (Person("male", age_years=-1), "not between 0 and 120"),
        (Person("male", age_years=300), "PTB-XL's code for an age above 89"),
        (Person("male", weight_kg=72_000), "grams. Give 72"),
        (Person("male", weight_kg=0), "not between 2 and 400"),
        (Person(height_cm=math.nan), "not a number"),
        (Person(weight_kg=math.inf), "not a number"),
        (with_value("age_years", "61"), "'61', not a number"),
        (with_value("weight_kg", True), "True, not a number"),
        (with_value("height_cm", 165j), "not a number"),
        (with_value("sex", "Male"), "sex: it is 'Male'. Give female or male"),
    ],
)
def test_what_no_person_is_is_refused_with_the_likely_mistake(person: Person, said: str) -> None:
    with pytest.raises(BadInput, match=said):
        check_person(person)


@pytest.mark.parametrize(
    "person",
    [
        Person(), Person("female", 0, 50, 2), Person("male", 120, 250, 400), Person(age_years=61),
        with_value("age_years", np.float32(61.5)), with_value("height_cm", np.int64(170)),
    ],
)  # fmt: skip
def test_whoever_can_be_passes(person: Person) -> None:
    assert check_person(person) is person


def test_within_what_was_seen_nothing_is_said() -> None:
    for person in (Person(), Person("male"), Person("male", 60, 175, 80), Person(None, 82, 200)):
        assert outside_training_caveats(person, SEEN) == ()
        assert overshoot(person, SEEN) == 0
    assert outside_training_caveats(Person("male", 100, 240, 390), {}) == ()


def test_outside_is_said_with_what_was_seen() -> None:
    (caveat,) = outside_training_caveats(Person("male", 90, 175, 80), SEEN)
    assert (caveat.code, caveat.severity) == (OUTSIDE_TRAINING, "check")
    assert "age 90 years (training range: 45 to 82)" in caveat.text and "extrapolate" in caveat.text
    (caveat,) = outside_training_caveats(Person("male", 60, 65, 165), SEEN)
    assert "inches" in caveat.text and "were not used" in caveat.text


def some_heads() -> dict[str, Heads]:
    rng = np.random.default_rng(0)
    features = rng.normal(size=(200, 3))
    told = {"ecg": 0, "sex": 1, "body": 4}
    return {
        known: fit_heads(
            wide := np.column_stack([features, rng.normal(size=(200, count))]),
            wide[:, :1] + rng.normal(size=(200, 1)),
            wide,
            wide[:, :1] + rng.normal(size=(200, 1)),
            ("lvedv_ml",),
            unshrunk=count,
        )
        for known, count in told.items()
    }


def test_far_outside_age_and_size_are_not_used() -> None:
    heads = some_heads()
    assert choose_heads(heads, Person("male", 60, 175, 80), SEEN)[0] == "body"
    assert choose_heads(heads, Person("male", 90, 175, 80), SEEN)[0] == "body"
    assert choose_heads(heads, Person("male", 3, 95, 14), SEEN)[0] == "sex"
    assert choose_heads(heads, Person("male", 3, 95, 14), {})[0] == "body"
    with pytest.raises(BadInput, match="metres"):
        choose_heads(heads, Person("male", 60, 1.75, 80), SEEN)


def test_heads_keep_what_they_have_seen_and_older_ones_have_not(tmp_path: Path) -> None:
    from dataclasses import replace

    heads = replace(some_heads()["ecg"], seen=SEEN)
    heads.save(tmp_path / "heads")
    assert dict(Heads.load(tmp_path / "heads").seen) == SEEN
    place = tmp_path / "heads.json"
    text = place.read_text()
    place.write_text(text[: text.index('"seen"')].rstrip().rstrip(",") + "}")
    assert dict(Heads.load(tmp_path / "heads").seen) == {}


def test_ranges_of_a_table_leave_out_what_is_unknown() -> None:
    import pandas as pd

    table = pd.DataFrame({
        "age_years": [50.0, np.nan, 70.0], "height_cm": [np.nan] * 3, "weight_kg": [60.0, 70, 80],
    })  # fmt: skip
    assert seen_of_table(table) == {"age_years": (50.0, 70.0), "weight_kg": (60.0, 80.0)}
    assert seen_of_table(table[[]]) == {}


@pytest.mark.parametrize(
    ("option", "value", "said"),
    [
        ("--height-cm", "1.65", "looks like metres. Give 165"),
        ("--height-cm", "-165", "50 and 250"),
        ("--age-years", "1e9", "0 and 120"), ("--weight-kg", "nan", "not a number"),
        ("--age-years", "inf", "not a number"), ("--rate-hz", "0", "--rate-hz 0.0: give a number"),
        ("--workers", "0", "--workers 0: give a number from 1"),
    ],
)  # fmt: skip
def test_the_command_names_its_option(
    option: str, value: str, said: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    arguments = ["inspect", str(tmp_path / "a.hea"), "--checkpoint", str(tmp_path)]
    assert main([*arguments, f"{option}={value}"]) == 2
    told = capsys.readouterr().err
    assert told.startswith(f"ptacl: {option}") and said in told
