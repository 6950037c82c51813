"""Evaluation on ECGs with diagnoses, next to the signs that are measured on an ECG.

The volumes of these hearts are unknown. A diagnosis still implies what to expect of a prediction: a
greater mass in hypertrophy, a lower ejection fraction in left bundle branch block and after
infarction. A model of simulated hearts was trained on no such recording: its figures show how far a
simulated physiology carries over.
"""

from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
import pandas as pd

from ptacl.checkpoint.reports import LabelledReport
from ptacl.checkpoint.reports.figures import EmptyGroup, MeanInterval
from ptacl.checkpoint.reports.labelled import DiagnosisAurocs, PredictedVolume, SignAuroc
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
    """A diagnosis, to be separated from normal records."""

    key: str
    title: str
    codes: frozenset[str]
    """Statements; a record with any of them has the diagnosis."""


@dataclass(frozen=True, slots=True)
class Sign:
    """A figure by which records are ranked."""

    key: str
    """Column of the table of `labelled_predictions`."""
    title: str
    low_is_abnormal: bool = False


DIAGNOSES = (
    Diagnosis("lvh", "Left ventricular hypertrophy", frozenset({"LVH"})),
    Diagnosis("clbbb", "Left bundle branch block", frozenset({"CLBBB"})),
    Diagnosis("infarction", "Myocardial infarction", INFARCTION),
)
SIGNS = (
    Sign("lvm_g", "predicted LV mass"),
    Sign("lvef_pct", "low predicted LVEF", low_is_abnormal=True),
    Sign("lvm_g_for_sex", "predicted LV mass for the sex"),
    Sign("lvef_pct_for_sex", "low predicted LVEF for the sex", low_is_abnormal=True),
    Sign("lvm_g_encoder", "predicted LV mass, encoder's reading"),
    Sign("lvm_g_measured", "predicted LV mass, measurements' reading"),
    Sign("lvef_pct_encoder", "low predicted LVEF, encoder's reading", low_is_abnormal=True),
    Sign("lvef_pct_measured", "low predicted LVEF, measurements' reading", low_is_abnormal=True),
    Sign("sokolow_lyon_mv", "Sokolow–Lyon"),
    Sign("cornell_mv", "Cornell"),
    Sign("peguero_lo_presti_mv", "Peguero–Lo Presti"),
    Sign("qrs_ms", "QRS duration"),
    Sign("age_years", "age"),
)


def evaluate_labelled(
    model: Model, table: Path, *, seed: int = 0, progress: Progress | None = None
) -> tuple[LabelledReport, list[Problem]]:
    """Evaluate a model on a table of ECGs with diagnoses (`io.cohort.ptbxl_labels`).

    Args:
        model: from `ptacl.load`.
        table: the table, with paths of the recordings relative to it.
        seed: of the bootstrap.
        progress: called with (recordings done, recordings in all).

    Returns:
        the report, and the recordings that could not be read with the reason.

    Raises:
        PtaclError: the table cannot be used, or no recording of it.
    """
    labelled, unusable = read_labels(table)
    records, unread = read_labelled(model, labelled, progress)
    problems = unusable + unread
    if not len(records):
        first = f" ({problems[0].subject_id}: {problems[0].reason})" if problems else ""
        raise PtaclError(
            f"No ECG of {table.name} could be read{first}. Check its column file.",
            code="cohort.nothing_readable",
        )
    report = replace(
        labelled_report(records, seed),
        model=model.info.name,
        synthetic=model.info.synthetic,
        table=table.name,
        left_out=len(problems),
    )
    return report, problems


def labelled_report(records: pd.DataFrame, seed: int = 0) -> LabelledReport:
    """Compute AUROCs against normal records, out-of-distribution shares and predicted volumes.

    Args:
        records: from `labelled_predictions.read_labelled`.
        seed: of the bootstrap.

    Returns:
        the report, without the fields on the model and the table.
    """
    normal = _with_any(records, {NORMAL})
    return LabelledReport(
        records=len(records),
        auroc={
            diagnosis.key: DiagnosisAurocs(
                diagnosis.title,
                _aurocs(records, _with_any(records, diagnosis.codes), normal, seed),
            )
            for diagnosis in DIAGNOSES
        },
        flagged={
            "normal": _flagged(records[normal], seed),
            "abnormal": _flagged(records[~normal], seed),
        },
        normal_predictions={sex: _volumes(records[normal], sex) for sex in SEXES},
    )


def _with_any(records: pd.DataFrame, codes: frozenset[str] | set[str]) -> np.ndarray:
    return np.array([bool(codes & stated) for stated in records["codes"]], dtype=bool)


def _aurocs(
    records: pd.DataFrame, abnormal: np.ndarray, normal: np.ndarray, seed: int
) -> dict[str, SignAuroc]:
    aurocs = {}
    for sign in SIGNS:
        score = _column(records, sign.key) * (-1.0 if sign.low_is_abnormal else 1.0)
        known = (abnormal | normal) & np.isfinite(score)
        count, normal_count = int((known & abnormal).sum()), int((known & ~abnormal).sum())
        if count and normal_count:
            rng = np.random.default_rng(seed)
            interval = with_interval(auroc, (abnormal[known], score[known]), rng)
            aurocs[sign.key] = SignAuroc(
                title=sign.title,
                value=interval.value,
                low=interval.low,
                high=interval.high,
                n=count,
                n_normal=normal_count,
            )
    return aurocs


def _flagged(records: pd.DataFrame, seed: int) -> MeanInterval | EmptyGroup:
    if not len(records):
        return EmptyGroup()
    out_of_distribution = ~records["familiar"].to_numpy(dtype=bool)
    return mean_with_interval(out_of_distribution.astype(np.float64), seed)


def _volumes(records: pd.DataFrame, sex: Sex) -> dict[str, PredictedVolume]:
    rows = records[records["sex"] == sex]
    volumes: dict[str, PredictedVolume] = {}
    for phenotype in PHENOTYPES:
        values = _column(rows, phenotype.key)
        values = values[np.isfinite(values)]
        if len(values) < 2:
            continue
        mean, sd = phenotype.reference[sex]
        volumes[phenotype.key] = PredictedVolume(
            name=phenotype.name,
            unit=phenotype.unit,
            n=len(values),
            mean=float(values.mean()),
            sd=float(values.std(ddof=1)),
            reference_mean=float(mean),
            reference_sd=float(sd),
        )
    return volumes


def _column(records: pd.DataFrame, key: str) -> np.ndarray:
    if key not in records:
        return np.full(len(records), np.nan)
    return records[key].to_numpy(dtype=np.float64)
