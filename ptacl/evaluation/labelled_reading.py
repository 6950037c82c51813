"""ECGs with diagnoses, each read as `ptacl inspect` reads it: a table with a row a recording."""

from collections.abc import Callable, Sequence
from dataclasses import asdict
from typing import Any

import pandas as pd

from ptacl.errors import PtaclError
from ptacl.inspection import Model
from ptacl.io import read_ecg
from ptacl.io.labelled_ecgs import LabelledEcg
from ptacl.signal.voltages import qrs_voltages
from ptacl.types import Inspection, Problem

Progress = Callable[[int, int], None]


def read_labelled(
    model: Model, labelled: Sequence[LabelledEcg], progress: Progress | None = None
) -> tuple[pd.DataFrame, list[Problem]]:
    """Inspect every recording.

    Returns:
        A row a recording that could be read: ``codes``, ``sex``, ``age_years``, ``familiar``,
        ``qrs_ms``, the voltages of `QrsVoltages` and the predicted phenotypes under their keys
        (NaN where the quality forbids a prediction). And what could not be read, with the reason.
    """
    rows, problems = [], []
    for done, entry in enumerate(labelled, start=1):
        try:
            inspection = model.inspect(read_ecg(entry.path), sex=entry.sex)
        except PtaclError as error:
            problems.append(Problem(f"line {entry.line}", entry.path.name, str(error)))
        else:
            rows.append({**_labels(entry), **_figures(model, inspection)})
        if progress:
            progress(done, len(labelled))
    return pd.DataFrame(rows), problems


def _labels(entry: LabelledEcg) -> dict[str, Any]:
    return {"codes": entry.codes, "sex": entry.sex, "age_years": entry.age_years}


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
    }
