"""Evaluation of a restorer on simulated twins: the same heart with and without its disease.

The truth is exact: a point of the recording is changed where the undisturbed signals of the two
differ by more than .05 mV. The hearts are of the test split, and their recordings go the whole way
of an upload: noise, quality, detected beats.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from functools import partial
from itertools import islice

import numpy as np
from jaxtyping import Bool, Float64

from ptacl.checkpoint.reports.anomaly import ControlFigures, DiseaseFigures, TwinReport
from ptacl.data.splits import split_of
from ptacl.metrics.regression import auroc
from ptacl.restoration.deviation import CHANGE_MV, Deviation
from ptacl.restoration.finder import AnomalyFinder
from ptacl.restoration.grid import SAMPLES
from ptacl.restoration.normal_hearts import SimulatedNormals
from ptacl.signal.preparation import prepare_ecg
from ptacl.stats.interval import Interval, percentile_interval
from ptacl.synthetic import simulate_ecg
from ptacl.synthetic.without_disease import DISEASES, Twins, simulate_twins, subjects_with
from ptacl.types import Anomaly, Ecg

EMG_MV = (0.015, 0.1)
"""SDs of the controls' white muscle noise: below and above what the quality gate withholds."""
_CHUNK, _STEP, _DRAWS = 500, 4, 300
Progress = Callable[[int, int], None]

LOCALISERS = ("probability of a change", "deviation in SDs", "predicted SD alone", "height")
"""Scores of a point: ours, the same without the size in mV, and two controls that know nothing of
the recording's deviation."""


@dataclass(frozen=True, slots=True)
class _Result:
    anomaly: Anomaly
    deviation: Deviation | None


def evaluate_twins(
    finder: AnomalyFinder, *, hearts: int = 60, seed: int = 1, progress: Progress | None = None
) -> TwinReport:
    """Measure detection by disease, localisation and two controls.

    Args:
        finder: the restorer.
        hearts: of each disease, and twice as many normal ones, of the test split.
        seed: of the cohort; that of the training is fair, since the split differs.
        progress: called with (hearts done, hearts in all).
    """
    done, total = 0, hearts * (len(DISEASES) + 5)

    def count() -> None:
        """Report one more heart."""
        nonlocal done
        done += 1
        if progress:
            progress(done, total)

    normals = list(islice(SimulatedNormals(seed).indices("test"), 2 * hearts))
    ecgs = [simulate_ecg(seed, index, ages="adults")[0] for index in normals]
    normal = _scores(finder, ecgs, count)
    diseases, truths = {}, []
    points: dict[str, list[np.ndarray]] = {name: [] for name in LOCALISERS}
    for disease in DISEASES:
        figures, changed, scores = _disease(finder, disease, seed, hearts, normal, count)
        diseases[disease] = figures
        truths.append(changed)
        for name, values in scores.items():
            points[name].append(values)
    everything = np.concatenate(truths)
    known = normal[np.isfinite(normal)]
    return TwinReport(
        normal_hearts=len(known),
        normal_flagged=float((known > _limit(finder)).mean()),
        diseases=diseases,
        localisation={
            name: auroc(everything, np.concatenate(values)) for name, values in points.items()
        },
        controls=_controls(finder, ecgs[:hearts], count),
    )


def held_out_with(disease: str, seed: int) -> Iterator[int]:
    """Yield the hearts of the test split that have a disease."""
    for start in range(0, 10**6, _CHUNK):
        chunk = [
            index
            for index in range(start, start + _CHUNK)
            if split_of(f"S{seed}-{index:05d}") == "test"
        ]
        yield from subjects_with(disease, seed, chunk)


def _limit(finder: AnomalyFinder) -> float:
    return finder.config.calibration.score[95]


def _find(finder: AnomalyFinder, ecg: Ecg) -> _Result:
    prepared = prepare_ecg(ecg)
    anomaly = finder.find_in(prepared, ecg)
    if anomaly.withheld:
        return _Result(anomaly, None)
    signal = prepared.signal_mv[:, : prepared.valid_samples]
    return _Result(anomaly, finder.deviation(signal, prepared.r_peaks, prepared.quality))


def _scores(
    finder: AnomalyFinder, ecgs: list[Ecg], count: Callable[[], None]
) -> Float64[np.ndarray, " ecgs"]:
    scores = []
    for ecg in ecgs:
        scores.append(_find(finder, ecg).anomaly.score)
        count()
    return np.array(scores)


def _disease(
    finder: AnomalyFinder,
    disease: str,
    seed: int,
    hearts: int,
    normal: Float64[np.ndarray, " normals"],
    count: Callable[[], None],
) -> tuple[DiseaseFigures, Bool[np.ndarray, " points"], dict[str, np.ndarray]]:
    scores, truths, within = [], [], []
    points: dict[str, list[np.ndarray]] = {name: [] for name in LOCALISERS}
    for index in islice(held_out_with(disease, seed), hearts):
        twins = simulate_twins(seed, index, disease)
        result = _find(finder, twins.ecg)
        scores.append(result.anomaly.score)
        count()
        if result.deviation is None:
            continue
        known = result.deviation.known
        changed = changed_points(twins)[known]
        truths.append(changed)
        for name, values in localisers(result.deviation).items():
            points[name].append(values[known])
        within.append(auroc(changed, points[LOCALISERS[0]][-1].astype(np.float64)))
    values = np.array(scores)
    truth = np.concatenate(truths)
    together = {name: np.concatenate(parts) for name, parts in points.items()}
    figures = DiseaseFigures(
        hearts=int(np.isfinite(values).sum()),
        detection=_detection(values, normal),
        flagged=float((values[np.isfinite(values)] > _limit(finder)).mean()),
        localisation={name: auroc(truth, part) for name, part in together.items()},
        within=float(np.nanmean(within)),
    )
    return figures, truth, together


def changed_points(twins: Twins) -> Bool[np.ndarray, "leads=12 samples=1250"]:
    """Return where the two renderings differ by more than .05 mV, at the restorer's rate."""
    difference = np.abs(twins.with_mv - twins.without_mv)[:, ::_STEP][:, :SAMPLES]
    return difference > CHANGE_MV


def localisers(result: Deviation) -> dict[str, np.ndarray]:
    """Return the score of each point by each of `LOCALISERS`."""
    height = np.abs(result.total_mv + np.nan_to_num(result.restored_mv))
    sd = np.where(np.isfinite(result.total_sd_mv), result.total_sd_mv, 0)
    arrays = (result.change_probability(), np.abs(result.total_z), sd, height)
    return {name: a.astype(np.float32) for name, a in zip(LOCALISERS, arrays, strict=True)}


def _detection(ill: np.ndarray, well: np.ndarray) -> Interval:
    ill, well = ill[np.isfinite(ill)], well[np.isfinite(well)]

    def value(a: np.ndarray, b: np.ndarray) -> float:
        return auroc(np.repeat([True, False], [len(a), len(b)]), np.concatenate([a, b]))

    rng = np.random.default_rng(0)
    draws = [value(rng.choice(ill, len(ill)), rng.choice(well, len(well))) for _ in range(_DRAWS)]
    return percentile_interval(value(ill, well), np.array(draws))


def _controls(
    finder: AnomalyFinder, ecgs: list[Ecg], count: Callable[[], None]
) -> dict[str, ControlFigures]:
    rng = np.random.default_rng(7)
    spoiled: dict[str, Callable[[np.ndarray], np.ndarray]] = {
        "leads shuffled": lambda x: x[rng.permutation(12)]
    }
    for sd_mv in EMG_MV:
        spoiled[f"muscle noise of {sd_mv:g} mV"] = partial(_with_noise, rng, sd_mv)
    figures = {}
    for name, spoil in spoiled.items():
        results = []
        for ecg in ecgs:
            bad = replace(ecg, signal_mv=spoil(ecg.signal_mv).astype(np.float32), missing={})
            results.append(_find(finder, bad).anomaly)
            count()
        figures[name] = ControlFigures(
            withheld=float(np.mean([bool(a.withheld) for a in results])),
            flagged_as_heart=float(np.mean([_of_the_heart(finder, a) for a in results])),
        )
    return figures


def _with_noise(rng: np.random.Generator, sd_mv: float, signal_mv: np.ndarray) -> np.ndarray:
    return signal_mv + sd_mv * rng.standard_normal(signal_mv.shape, dtype=np.float32)


def _of_the_heart(finder: AnomalyFinder, anomaly: Anomaly) -> bool:
    if anomaly.withheld or anomaly.score <= _limit(finder):
        return False
    causes = {finding.cause for finding in anomaly.findings}
    return causes != {"recording"}
