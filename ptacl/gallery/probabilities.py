"""Probabilities of findings, and the range of LVEF, as a gallery stores and reads them.

probabilities.json  format; for each lead set and set of covariates: events, thresholds of LVEF,
                    lowest and highest LVEF of the training subjects, operating points
probabilities.npz   the weights of the events

A prediction that minimises its error is drawn towards the average: most hearts with a true LVEF
below 40 % are predicted near 48 %, with an interval that misses them. A probability need not be
near the average to be right, and its threshold can be chosen by what it must not miss.
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
from jaxtyping import Float

from ptacl.config.checksums import resealing
from ptacl.config.json_record import COPY_AGAIN, read_record
from ptacl.errors import PtaclError
from ptacl.gallery import format as layout
from ptacl.gallery.rounding import restored, rounded
from ptacl.metrics.findings import FINDINGS
from ptacl.regression.covariates import Known, columns_of_person
from ptacl.regression.distribution import in_order, range_of
from ptacl.regression.heads import Predicted
from ptacl.regression.logistic import Features, LogisticHeads
from ptacl.store import write_atomically
from ptacl.types import FindingProbability, OperatingPoint, Person, Prediction

FORMAT = 1
_FILES = layout.PROBABILITIES, layout.PROBABILITY_ARRAYS
"""The record is removed first."""
RANGED = "lvef_pct"
"""The phenotype that has the interval of its distribution."""
FEWEST_THRESHOLDS = 5
"""For a range; fewer thresholds give probabilities alone."""
Values = Float[np.ndarray, " subjects"]


@dataclass(frozen=True, slots=True)
class Points:
    """The two operating points of a finding."""

    flag: OperatingPoint
    exclude: OperatingPoint


@dataclass(frozen=True, slots=True, eq=False)
class ProbabilityHeads:
    """The heads of one lead set and one set of covariates."""

    heads: LogisticHeads
    """Of the findings and of ``lvef_pct`` below each threshold."""
    thresholds: Mapping[str, float]
    """Key of an event of ``heads`` → the LVEF that it is below, ascending."""
    ends: tuple[float, float]
    """Lowest and highest LVEF of the training subjects."""
    points: Mapping[str, Points]
    """Key of a finding → its operating points; as many as there are findings."""

    def probabilities(self, features: Features) -> dict[str, Values]:
        """Return the probability of every event; of a lower LVEF it is never the greater one."""
        by_event = self.heads.probability(features)
        columns = dict(zip(self.heads.keys, by_event.T, strict=True))
        if self.thresholds:
            ordered = in_order(np.stack([columns[key] for key in self.thresholds], axis=1))
            columns |= dict(zip(self.thresholds, ordered.T, strict=True))
        return columns

    def range(self, features: Features) -> tuple[Values, Values] | None:
        """Return the 5th and 95th percentile of LVEF; None with too few thresholds for it."""
        if len(self.thresholds) < FEWEST_THRESHOLDS:
            return None
        columns = self.probabilities(features)
        below = np.stack([columns[key] for key in self.thresholds], axis=1)
        return range_of(below, np.array(list(self.thresholds.values())), self.ends)

    def findings(self, features: Float[np.ndarray, " width"]) -> tuple[FindingProbability, ...]:
        """Return the findings of one ECG, in the order of `FINDINGS`."""
        columns = self.probabilities(features[None])
        return tuple(
            FindingProbability(
                finding.key,
                finding.title,
                float(columns[finding.key][0]),
                self.points[finding.key].flag,
                self.points[finding.key].exclude,
            )
            for finding in FINDINGS
            if finding.key in self.points
        )


ProbabilitiesByKnown = Mapping[Known, ProbabilityHeads]


class Probabilities:
    """The probability heads of a gallery; an older gallery has none."""

    def __init__(self, folder: Path) -> None:
        self._arrays = folder / layout.PROBABILITY_ARRAYS
        record = read_record(folder / layout.PROBABILITIES, COPY_AGAIN)
        if record and record.get("format") != FORMAT:
            raise PtaclError(
                f"{folder / layout.PROBABILITIES} is of format {record.get('format')!r}; format "
                f"{FORMAT} is read. Run `ptacl embed` again.",
                code="gallery.other_version",
            )
        self._sets: dict[str, dict[str, Any]] = record.get("sets", {})
        self._read: dict[tuple[str, Known], ProbabilityHeads] = {}

    def __bool__(self) -> bool:
        return bool(self._sets)

    def heads(self, lead_set: str, known: Known) -> ProbabilityHeads | None:
        """Return the heads of a lead set and a set of covariates; None where there are none.

        Args:
            lead_set: its name (`signal.lead_sets`).
            known: the covariates, which are the last features of the heads.
        """
        entry = self._sets.get(lead_set, {}).get(known)
        if entry is None:
            return None
        if (lead_set, known) not in self._read:
            with np.load(self._arrays, allow_pickle=False) as stored:
                where = f"{lead_set}/{known}"
                weights = restored(stored[f"{where}/weights"], stored[f"{where}/scale"])
                bias = stored[f"{where}/bias"].astype(np.float64)
            self._read[lead_set, known] = _from_record(entry, weights, bias)
        return self._read[lead_set, known]

    def of_person(self, lead_set: str, known: Known, person: Person) -> ProbabilityHeads | None:
        """Return the same with the covariates of a person applied: they read ECG features alone.

        Args:
            lead_set: its name.
            known: covariates that the person has (`conditional_heads.choose_heads`).
            person: their values.
        """
        heads = self.heads(lead_set, known)
        columns = columns_of_person(person, known) if heads and known != "ecg" else None
        if heads is None or columns is None:
            return heads if known == "ecg" else None
        return replace(heads, heads=heads.heads.given(columns[0]))


def completed(
    predictions: Sequence[Prediction],
    heads: ProbabilityHeads | None,
    features: Float[np.ndarray, " width"],
) -> tuple[tuple[Prediction, ...], tuple[FindingProbability, ...]]:
    """Return predictions with the range of LVEF for its interval, and the findings.

    Args:
        predictions: of the regression heads; none where they are withheld.
        heads: None where there are none for this ECG: predictions then stay as they are.
        features: input of both.
    """
    if heads is None or not predictions:
        return tuple(predictions), ()
    ranged = heads.range(features[None])
    if ranged is not None:
        low, high = float(ranged[0][0]), float(ranged[1][0])
        predictions = [_within(each, low, high) if each.key == RANGED else each
                       for each in predictions]  # fmt: skip
    return tuple(predictions), heads.findings(features)


def _within(prediction: Prediction, low: float, high: float) -> Prediction:
    # The value is another model's, and in one heart of 400 it is outside the range.
    return replace(prediction, low=min(low, prediction.value), high=max(high, prediction.value))


def with_range(
    predicted: Predicted, keys: Sequence[str], heads: ProbabilityHeads | None, features: Features
) -> Predicted:
    """Return predictions of many subjects with the range of LVEF for its interval.

    Args:
        predicted: values and intervals, a column a phenotype.
        keys: of the columns.
        heads: of the same features; None leaves all as it is.
        features: of the subjects.
    """
    ranged = heads.range(features) if heads is not None and RANGED in keys else None
    if ranged is None:
        return predicted
    column = list(keys).index(RANGED)
    low, high = predicted.low.copy(), predicted.high.copy()
    low[:, column] = np.minimum(ranged[0], predicted.value[:, column])
    high[:, column] = np.maximum(ranged[1], predicted.value[:, column])
    return Predicted(predicted.value, low, high)


def save_probabilities(folder: Path, by_set: Mapping[str, ProbabilitiesByKnown]) -> None:
    """Write the heads of all lead sets into a gallery, the record last; nothing without heads."""
    arrays: dict[str, Any] = {}
    record: dict[str, dict[str, Any]] = {}
    for name, by_known in by_set.items():
        for known, entry in by_known.items():
            where = f"{name}/{known}"
            arrays[f"{where}/weights"], arrays[f"{where}/scale"] = rounded(entry.heads.weights)
            arrays[f"{where}/bias"] = entry.heads.bias.astype(np.float32)
            record.setdefault(name, {})[known] = _to_record(entry)
    if not record:
        return
    values = {"format": FORMAT, "sets": record}
    with resealing(folder, _FILES):
        with (folder / layout.PROBABILITY_ARRAYS).open("wb") as file:
            np.savez_compressed(file, **arrays)
        write_atomically(folder / layout.PROBABILITIES, json.dumps(values, indent=1))


def remove_probabilities(folder: Path) -> None:
    """Remove the probabilities from a gallery, the record first."""
    with resealing(folder, _FILES):
        for name in _FILES:
            (folder / name).unlink(missing_ok=True)


def _to_record(entry: ProbabilityHeads) -> dict[str, Any]:
    return {
        "events": entry.heads.keys,
        "thresholds": {key: round(value, 3) for key, value in entry.thresholds.items()},
        "ends": [round(value, 3) for value in entry.ends],
        "points": {key: asdict(points) for key, points in entry.points.items()},
    }


def _from_record(entry: dict[str, Any], weights: np.ndarray, bias: np.ndarray) -> ProbabilityHeads:
    return ProbabilityHeads(
        LogisticHeads(tuple(entry["events"]), weights, bias),
        {str(key): float(value) for key, value in entry["thresholds"].items()},
        (float(entry["ends"][0]), float(entry["ends"][1])),
        {
            str(key): Points(OperatingPoint(**each["flag"]), OperatingPoint(**each["exclude"]))
            for key, each in entry["points"].items()
        },
    )
