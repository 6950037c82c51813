"""ECGs with diagnoses, each read as `ptacl inspect` reads it: a table with a row a recording."""

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

    Returns:
        A row a recording that could be read: ``codes``, ``sex``, ``age_years``, ``familiar``,
        ``qrs_ms``, the voltages of `QrsVoltages`, the phenotypes predicted from the ECG alone under
        their keys, and with ``_for_sex`` those predicted by heads that know the sex, in SD from the
        mean of its healthy people (NaN where the quality forbids a prediction). Where the heads
        take the mean of two readings, each of them with ``_encoder`` and ``_measured``, from an
        origin of its own. And what could not be read, with the reason.
    """
    rows, problems = [], []
    for done, entry in enumerate(labelled, start=1):
        try:
            inspection = model.inspect(read_ecg(entry.path))
        except PtaclError as error:
            problems.append(Problem(f"line {entry.line}", entry.path.name, str(error), error.code))
        else:
            rows.append(
                {**_labels(entry), **_figures(model, inspection), **_told(model, inspection, entry)}
            )
        if progress:
            progress(done, len(labelled))
    return pd.DataFrame(rows), problems


def _labels(entry: LabelledEcg) -> dict[str, Any]:
    return {"codes": entry.codes, "sex": entry.sex, "age_years": entry.age_years}


def _told(model: Model, inspection: Inspection, entry: LabelledEcg) -> dict[str, float]:
    """The phenotypes in SD from the mean of healthy people of the sex, read by heads told of it."""
    if entry.sex is None:
        return {}
    told = described(model.gallery, inspection, Person(sex=entry.sex))
    if told.known != "sex":
        return {}
    scores = {}
    for found in told.predictions:
        mean, sd = phenotype(found.key).reference[entry.sex]
        scores[f"{found.key}{FOR_SEX}"] = (found.value - mean) / sd
    return scores


def _figures(model: Model, inspection: Inspection) -> dict[str, Any]:
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
        **{entry.key: entry.value for entry in inspection.predictions},
        **(_readings(model, inspection) if inspection.predictions else {}),
    }


def _readings(model: Model, inspection: Inspection) -> dict[str, float]:
    """The two readings that make a prediction, each less what it is for features of zero."""
    if not model.gallery.manifest.measures:
        return {}
    heads, width = model.gallery.heads, len(inspection.features) - len(MEASUREMENTS)
    of_each = {ENCODER: slice(None, width), MEASURED: slice(width, None)}
    return {
        f"{key}{suffix}": float(value)
        for suffix, part in of_each.items()
        for key, value in zip(
            heads.keys, 2 * inspection.features[part] @ heads.weights[part], strict=True
        )
    }
