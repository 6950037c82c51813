"""Conditional heads: regression on the ECG and on sex, or sex, age and body size."""

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from ptacl.gallery import format as layout
from ptacl.gallery.predict import predictions
from ptacl.gallery.probabilities import completed
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
    """Return the path of a gallery's heads without the extension."""
    return folder / (layout.HEADS if known == "ecg" else f"{layout.HEADS}-{known}")


def save_heads(folder: Path, heads: HeadsByKnown) -> None:
    """Write the heads of the ECG alone and the conditional ones."""
    for former in folder.glob(f"{layout.HEADS}-*"):
        former.unlink()  # possibly of another cohort with more covariates
    for known, fitted in heads.items():
        fitted.save(heads_path(folder, known))


def load_heads(folder: Path) -> HeadsByKnown:
    """Return all heads of a gallery; those of the ECG alone always exist."""
    there = [
        known
        for known in COVARIATE_SETS
        if heads_path(folder, known).with_suffix(".json").is_file()
    ]
    return {known: Heads.load(heads_path(folder, known)) for known in ("ecg", *there)}


def choose_heads(
    heads: HeadsByKnown, person: Person, training_range: TrainingRanges
) -> tuple[Known, Heads]:
    """Return the most specific heads for a person, and the covariates that they use.

    The covariates are already applied: the heads that are returned read ECG features alone. Age and
    size are not used for a person far outside the range of the training subjects.

    Args:
        heads: of the gallery.
        person: as far as known.
        training_range: of age and body size (`Gallery.seen`).

    Raises:
        BadInput: the person cannot be one (`person.check_person`).
    """
    check_person(person)
    far = is_far(person, training_range)
    for known in COVARIATE_SETS:
        if known == "body" and far:
            continue
        columns = columns_of_person(person, known) if known in heads else None
        if columns is not None:
            return known, replace(heads[known].given(columns[0]), seen=training_range)
    return "ecg", replace(heads["ecg"], seen=training_range)


def described(gallery: "Gallery", inspection: Inspection, person: Person) -> Inspection:
    """Return an inspection for another description of the person; the ECG is not read again."""
    leads = gallery.lead_sets.used_for(inspection.prepared.quality)
    known, heads = gallery.heads_for(person, leads)
    others = tuple(c for c in inspection.reading_caveats if c.code != OUTSIDE_TRAINING)
    beyond = outside_training_caveats(person, heads.seen)
    updated = replace(inspection, person=person, reading_caveats=others + beyond)
    if not inspection.predictions:
        return updated
    likely = gallery.likely(person, known, leads, inspection.prepared.quality)
    predicted, findings = completed(
        predictions(heads, inspection.features), likely, inspection.features
    )
    return replace(updated, known=known, predictions=predicted, findings=findings)
