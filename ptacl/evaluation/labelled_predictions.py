"""Predictions for ECGs with diagnoses, each read like `ptacl inspect` does: a table."""

from collections.abc import Callable, Sequence
from dataclasses import asdict
from typing import Any

import pandas as pd

from ptacl.errors import PtaclError
from ptacl.gallery.conditional_heads import described
from ptacl.inference.model import Model
from ptacl.io import read_ecg
from ptacl.io.cohort.ptbxl_labels import LabelledEcg
from ptacl.phenotypes import phenotype
from ptacl.signal.delineation.measurements import MEASUREMENTS
from ptacl.signal.delineation.voltages import qrs_voltages
from ptacl.types import Inspection, Person, Problem

FOR_SEX, ENCODER, MEASURED = "_for_sex", "_encoder", "_measured"
Progress = Callable[[int, int], None]


def read_labelled(
    model: Model, labelled: Sequence[LabelledEcg], progress: Progress | None = None
) -> tuple[pd.DataFrame, list[Problem]]:
    """Inspect every recording.

    Args:
        model: from `ptacl.load`.
        labelled: the recordings with their labels.
        progress: called with (recordings done, recordings in all).

    Returns:
        a table with a row for each recording that could be read, and the problems of the others.
        Columns: ``codes``, ``sex``, ``age_years``, ``familiar`` (in distribution), ``qrs_ms``, the
        voltages of `QrsVoltages`, and the phenotypes predicted from the ECG alone under their keys
        (NaN where predictions are withheld). With the suffix ``_for_sex``: predictions of heads
        that know the sex, in SD from the mean of healthy people of that sex. With ``_encoder`` and
        ``_measured``, where a prediction is the mean of two readings: each of the two, up to a
        constant.
    """
    rows, problems = [], []
    for done, entry in enumerate(labelled, start=1):
        try:
            inspection = model.inspect(read_ecg(entry.path))
        except PtaclError as error:
            problems.append(Problem(f"line {entry.line}", entry.path.name, str(error), error.code))
        else:
            rows.append(
                {
                    **_labels(entry),
                    **_predictions(model, inspection),
                    **_sex_scores(model, inspection, entry),
                }
            )
        if progress:
            progress(done, len(labelled))
    return pd.DataFrame(rows), problems


def _labels(entry: LabelledEcg) -> dict[str, Any]:
    return {"codes": entry.codes, "sex": entry.sex, "age_years": entry.age_years}


def _sex_scores(model: Model, inspection: Inspection, entry: LabelledEcg) -> dict[str, float]:
    """Return predictions of heads that know the sex, in SD from its healthy mean."""
    if entry.sex is None:
        return {}
    with_sex = described(model.gallery, inspection, Person(sex=entry.sex))
    if with_sex.known != "sex":
        return {}
    scores = {}
    for prediction in with_sex.predictions:
        mean, sd = phenotype(prediction.key).reference[entry.sex]
        scores[f"{prediction.key}{FOR_SEX}"] = (prediction.value - mean) / sd
    return scores


def _predictions(model: Model, inspection: Inspection) -> dict[str, Any]:
    prepared = inspection.prepared
    voltages = qrs_voltages(
        prepared.signal_mv[:, : prepared.valid_samples],
        prepared.r_peaks,
        model.config.recipe.ecg.sample_rate_hz,
    )
    return {
        "familiar": inspection.familiarity.familiar,
        "qrs_ms": inspection.intervals.qrs_ms,
        **asdict(voltages),
        **{item.key: item.value for item in inspection.predictions},
        **(_readings(model, inspection) if inspection.predictions else {}),
    }


def _readings(model: Model, inspection: Inspection) -> dict[str, float]:
    """Return the two parts of each prediction, without the constant."""
    if not model.gallery.manifest.measures:
        return {}
    heads, width = model.gallery.heads, len(inspection.features) - len(MEASUREMENTS)
    columns = {ENCODER: slice(None, width), MEASURED: slice(width, None)}
    return {
        f"{key}{suffix}": float(value)
        for suffix, part in columns.items()
        for key, value in zip(
            heads.keys, 2 * inspection.features[part] @ heads.weights[part], strict=True
        )
    }
