"""The impression of an ECG with a gallery: measurements, volumes, labelled neighbours."""

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
from jaxtyping import Bool, Float32

from ptacl.impression import draft_impression
from ptacl.impression.model_statements import with_model
from ptacl.impression.neighbour_statements import (
    NEIGHBOURS,
    neighbour_statements,
    without_refuted,
)
from ptacl.impression.scp_codes import MEANINGS
from ptacl.io.cohort.ptbxl_labels import scp_codes
from ptacl.signal.preparation import prepare_ecg
from ptacl.types import Impression, Inspection, Person

if TYPE_CHECKING:
    from ptacl.gallery.gallery import Gallery

MEASURED_CAVEATS = frozenset({"flutter", "flutter_possible", "qrs_too_narrow"})
"""Caveats of the measurements; the others of an inspection are of the model, and an ECG that the
model does not know can still be described."""
SCALED = "The ECGs of this gallery have no voltages: they are scaled for its model."
FLAGS = {
    "left bundle branch block": "truth_lbbb",
    "right bundle branch block": "truth_rbbb",
    "atrial fibrillation": "truth_af",
    "premature beats": "truth_ectopy",
    "infarct scar": "truth_scar_size",
    "dilated cardiomyopathy": "truth_dcm",
    "hypertrophy": "truth_hyp",
}
"""Label → column of simulated galleries; present above `PRESENT`."""
PRESENT = 0.5
PRESENT_SCAR = 0.05
CODES = "scp_codes"
"""Column of galleries of labelled ECGs."""


def with_impression(
    gallery: "Gallery", inspection: Inspection, *, stored_row: int | None = None
) -> Inspection:
    """Return an inspection with its draft impression.

    Args:
        gallery: with the model's recipe and, if any, labels.
        inspection: of an ECG.
        stored_row: of the subject in the gallery, which stores prepared ECGs; None for a file.
    """
    measured = _of_measurements(gallery, inspection, is_stored=stored_row is not None)
    impression = with_model(
        measured,
        inspection.predictions,
        inspection.familiarity,
        inspection.sex,
        inspection.withheld,
    )
    if inspection.neighbours and not impression.withheld:
        labels = labels_of(gallery.table)
        nearest = nearest_rows(gallery.vectors["ecg"], inspection.embedding, stored_row)
        words = "simulated hearts" if gallery.simulated else "hearts of the gallery"
        found = neighbour_statements(labels, nearest, words)
        added = without_refuted(found, impression.statements, inspection.intervals.qrs_ms)
        impression = replace(impression, statements=(*impression.statements, *added))
    return replace(inspection, impression=impression)


def _of_measurements(gallery: "Gallery", inspection: Inspection, *, is_stored: bool) -> Impression:
    recipe, prepared = gallery.manifest.recipe.ecg, inspection.prepared
    rate_hz = recipe.sample_rate_hz
    if recipe.scaling != "millivolts":
        if is_stored:
            return Impression(withheld=SCALED)
        prepared = prepare_ecg(inspection.ecg)
        rate_hz = type(recipe)().sample_rate_hz
    caveats = tuple(c for c in inspection.reading_caveats if c.code in MEASURED_CAVEATS)
    stated, person = inspection.ecg.stated, inspection.person
    known = Person(sex=person.sex or stated.sex, age_years=person.age_years or stated.age_years)
    return draft_impression(
        prepared,
        rate_hz,
        inspection.intervals,
        known,
        (*inspection.ecg.caveats, *caveats),
        inspection.rhythm,
    )


def labels_of(table: pd.DataFrame) -> dict[str, Bool[np.ndarray, " subjects"]]:
    """Return the labels of a gallery's subjects by title; empty without labels.

    They are SCP codes, by their meaning, or the flags of simulated hearts.
    """
    if CODES in table:
        stated = [scp_codes(str(cell)) for cell in table[CODES]]
        return {
            meaning.title: np.array([bool(codes & meaning.codes) for codes in stated])
            for meaning in MEANINGS
        }
    return {
        title: table[column].to_numpy() > (PRESENT_SCAR if "scar" in title else PRESENT)
        for title, column in FLAGS.items()
        if column in table
    }


def nearest_rows(
    vectors: Float32[np.ndarray, "subjects embedding"],
    embedding: Float32[np.ndarray, " embedding"],
    leave_out: int | None = None,
) -> np.ndarray:
    """Return the rows of the ECGs nearest to one, at most `NEIGHBOURS`.

    Args:
        vectors: ECG embeddings of the gallery, unit vectors.
        embedding: of the ECG.
        leave_out: row of the ECG itself.
    """
    similarity = np.asarray(vectors @ embedding, dtype=np.float64)
    if leave_out is not None:
        similarity[leave_out] = -np.inf
    count = min(NEIGHBOURS, len(vectors) - (leave_out is not None))
    return np.argsort(-similarity, kind="stable")[:count]
