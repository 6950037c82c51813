"""Heads that know the person as well as the ECG: which a gallery has, and which can be asked."""

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from ptacl.gallery import format as layout
from ptacl.gallery.predict import predictions
from ptacl.io.person_limits import (
    OUTSIDE_TRAINING,
    TrainingRanges,
    check_person,
    is_far,
    outside_training_caveats,
)
from ptacl.regression import Heads
from ptacl.regression.covariates import COVARIATE_SETS, Known, columns_of_person
from ptacl.types import Inspection, Person

if TYPE_CHECKING:
    from ptacl.gallery.gallery import Gallery

HeadsByKnown = Mapping[Known, Heads]


def heads_path(folder: Path, known: Known) -> Path:
    """Where the heads of a gallery lie, without the extension."""
    return folder / (layout.HEADS if known == "ecg" else f"{layout.HEADS}-{known}")


def save_heads(folder: Path, heads: HeadsByKnown) -> None:
    """Write the heads of the ECG alone, and those that are told more."""
    for former in folder.glob(f"{layout.HEADS}-*"):
        former.unlink()  # of another cohort, perhaps, that knew more of its people
    for known, fitted in heads.items():
        fitted.save(heads_path(folder, known))


def load_heads(folder: Path) -> HeadsByKnown:
    """All heads of a gallery; those of the ECG alone are always among them."""
    there = [
        known
        for known in COVARIATE_SETS
        if heads_path(folder, known).with_suffix(".json").is_file()
    ]
    return {known: Heads.load(heads_path(folder, known)) for known in ("ecg", *there)}


def choose_heads(heads: HeadsByKnown, person: Person, seen: TrainingRanges) -> tuple[Known, Heads]:
    """Heads of the features alone that already know what is known of a person, and what that is.

    Age and size are not used of a person far outside what the heads have `seen`, which the heads
    that are returned keep.

    Raises:
        BadInput: the person cannot be one (`person.check_person`).
    """
    check_person(person)
    far = is_far(person, seen)
    for known in COVARIATE_SETS:
        if known == "body" and far:
            continue
        columns = columns_of_person(person, known) if known in heads else None
        if columns is not None:
            return known, replace(heads[known].given(columns[0]), seen=seen)
    return "ecg", replace(heads["ecg"], seen=seen)


def described(gallery: "Gallery", inspection: Inspection, person: Person) -> Inspection:
    """The inspection when the person is described otherwise: the ECG is not read again."""
    known, heads = gallery.heads_for(person)
    others = tuple(c for c in inspection.reading_caveats if c.code != OUTSIDE_TRAINING)
    beyond = outside_training_caveats(person, heads.seen)
    told = replace(inspection, person=person, reading_caveats=others + beyond)
    if not inspection.predictions:
        return told
    return replace(told, known=known, predictions=predictions(heads, inspection.features))
