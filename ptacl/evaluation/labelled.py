"""What a model's predictions say about ECGs with diagnoses, beside what the clinic measures.

No volume is known of these hearts, so the questions are those that a diagnosis answers: is the
predicted mass greater in hypertrophy, the predicted ejection fraction lower in left bundle branch
block and after infarction? A model of simulated hearts has met none of these recordings: its
figures are the transfer of a simulated physiology.
"""

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from ptacl.errors import PtaclError
from ptacl.evaluation.intervals import mean_with_interval, with_interval
from ptacl.evaluation.labelled_predictions import Progress, read_labelled
from ptacl.inference.model import Model
from ptacl.io.cohort.ptbxl_labels import read_labels
from ptacl.metrics.regression import auroc
from ptacl.phenotypes import PHENOTYPES
from ptacl.types import SEXES, Problem, Sex

NORMAL = "NORM"
INFARCTION = frozenset({
    "AMI", "IMI", "LMI", "PMI", "ASMI", "ALMI", "ILMI", "IPMI", "IPLMI",
    "INJAS", "INJAL", "INJIN", "INJLA", "INJIL",
})  # fmt: skip
"""The statements that PTB-XL counts as myocardial infarction (Wagner et al., 2020)."""


@dataclass(frozen=True, slots=True)
class Diagnosis:
    """A group of records that is told from the normal ones."""

    key: str
    title: str
    codes: frozenset[str]
    """A record with any of these belongs to it."""


@dataclass(frozen=True, slots=True)
class Sign:
    """A figure by which records are ranked."""

    key: str
    """Column of the table of `labelled_reading`."""
    title: str
    low_is_ill: bool = False


DIAGNOSES = (
    Diagnosis("lvh", "Left ventricular hypertrophy", frozenset({"LVH"})),
    Diagnosis("clbbb", "Left bundle branch block", frozenset({"CLBBB"})),
    Diagnosis("infarction", "Myocardial infarction", INFARCTION),
)
SIGNS = (
    Sign("lvm_g", "predicted LV mass"),
    Sign("lvef_pct", "low predicted LVEF", low_is_ill=True),
    Sign("lvm_g_for_sex", "predicted LV mass for the sex"),
    Sign("lvef_pct_for_sex", "low predicted LVEF for the sex", low_is_ill=True),
    Sign("lvm_g_encoder", "predicted LV mass, encoder's reading"),
    Sign("lvm_g_measured", "predicted LV mass, measurements' reading"),
    Sign("lvef_pct_encoder", "low predicted LVEF, encoder's reading", low_is_ill=True),
    Sign("lvef_pct_measured", "low predicted LVEF, measurements' reading", low_is_ill=True),
    Sign("sokolow_lyon_mv", "Sokolow–Lyon"),
    Sign("cornell_mv", "Cornell"),
    Sign("peguero_lo_presti_mv", "Peguero–Lo Presti"),
    Sign("qrs_ms", "QRS duration"),
    Sign("age_years", "age"),
)


def evaluate_labelled(
    model: Model, table: Path, *, seed: int = 0, progress: Progress | None = None
) -> tuple[dict[str, Any], list[Problem]]:
    """Evaluate a model on a table of ECGs with diagnoses, as `io.labelled_ecgs` describes it.

    Args:
        model: from `ptacl.load`.
        table: the table; the recordings lie where it says.
        seed: of the bootstrap.
        progress: called with (recordings done, recordings in all).

    Returns:
        the report: `labelled_report` with `model`, `synthetic`, `table` and `left_out` (recordings
        that could not be used); and what was wrong with those.

    Raises:
        PtaclError: the table cannot be used, or no recording of it.
    """
    labelled, wrong = read_labels(table)
    records, unread = read_labelled(model, labelled, progress)
    problems = wrong + unread
    if not len(records):
        first = f" ({problems[0].subject_id}: {problems[0].reason})" if problems else ""
        raise PtaclError(f"No ECG of {table.name} could be read{first}. Check its column file.")
    about = {
        "model": model.info.name,
        "synthetic": model.info.synthetic,
        "table": table.name,
        "left_out": len(problems),
    }
    return about | labelled_report(records, seed), problems


def labelled_report(records: pd.DataFrame, seed: int = 0) -> dict[str, Any]:
    """AUROCs against the normal records, the gate's flags, and the normals' predicted volumes.

    Args:
        records: from `labelled_reading.read_labelled`.
        seed: of the bootstrap.

    Returns:
        plain JSON values: `records`, `auroc` (diagnosis → sign → value, interval and the size of
        both groups; only where both have one), `flagged` (share that the familiarity gate calls
        unlike its training), `normal_predictions` (mean ± SD by sex beside healthy people's).
    """
    normal = _with_any(records, {NORMAL})
    return {
        "records": len(records),
        "auroc": {
            entry.key: {
                "title": entry.title,
                "signs": _aurocs(records, _with_any(records, entry.codes), normal, seed),
            }
            for entry in DIAGNOSES
        },
        "flagged": {
            "normal": _flagged(records[normal], seed),
            "abnormal": _flagged(records[~normal], seed),
        },
        "normal_predictions": {sex: _volumes(records[normal], sex) for sex in SEXES},
    }


def _with_any(records: pd.DataFrame, codes: frozenset[str] | set[str]) -> np.ndarray:
    return np.array([bool(codes & found) for found in records["codes"]], dtype=bool)


def _aurocs(
    records: pd.DataFrame, ill: np.ndarray, normal: np.ndarray, seed: int
) -> dict[str, dict[str, Any]]:
    compared = ill | normal
    measured = {}
    for sign in SIGNS:
        score = _column(records, sign.key) * (-1.0 if sign.low_is_ill else 1.0)
        known = compared & np.isfinite(score)
        groups = {"n": int((known & ill).sum()), "n_normal": int((known & ~ill).sum())}
        if all(groups.values()):
            rng = np.random.default_rng(seed)
            found = with_interval(auroc, (ill[known], score[known]), rng)
            measured[sign.key] = {"title": sign.title, **found, **groups}
    return measured


def _flagged(records: pd.DataFrame, seed: int) -> dict[str, float]:
    if not len(records):
        return {"n": 0}
    unlike = ~records["familiar"].to_numpy(dtype=bool)
    return mean_with_interval(unlike.astype(np.float64), seed)


def _volumes(records: pd.DataFrame, sex: Sex) -> dict[str, dict[str, Any]]:
    chosen = records[records["sex"] == sex]
    volumes: dict[str, dict[str, Any]] = {}
    for entry in PHENOTYPES:
        values = _column(chosen, entry.key)
        values = values[np.isfinite(values)]
        if len(values) < 2:
            continue
        mean, sd = entry.reference[sex]
        volumes[entry.key] = {
            "name": entry.name,
            "unit": entry.unit,
            "n": len(values),
            "mean": float(values.mean()),
            "sd": float(values.std(ddof=1)),
            "reference_mean": float(mean),
            "reference_sd": float(sd),
        }
    return volumes


def _column(records: pd.DataFrame, key: str) -> np.ndarray:
    if key not in records:
        return np.full(len(records), np.nan)
    return records[key].to_numpy(dtype=np.float64)
