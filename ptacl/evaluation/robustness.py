"""Predictions from corrupted ECGs: accuracy, coverage and what the checks of the ECG say.

Every operation of `data.augment.operations` is applied at three magnitudes to the ECGs of held-out
subjects. The result is read like a file: lead faults are found and repaired, beats are detected,
the encoder and the heads of the gallery read it, and `Gallery.read` decides whether predictions are
shown. A subject has the same random numbers for all magnitudes.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace

import numpy as np
import torch
from jaxtyping import Bool, Float

from ptacl.checkpoint.reports.robustness import CorruptedPhenotype, Corruption, RobustnessReport
from ptacl.data.augment.operations import OPERATIONS, Operation
from ptacl.data.augment.policy import (
    LARGEST_MAGNITUDE,
    apply_policy,
    check_units,
    draw_operation,
)
from ptacl.data.embed import check_recipe
from ptacl.errors import PtaclError
from ptacl.evaluation.intervals import (
    BOOTSTRAP_DRAWS,
    interval_of_draws,
    mean_with_interval,
)
from ptacl.gallery.predict import predictions
from ptacl.inference.model import Model
from ptacl.metrics.regression import r2
from ptacl.phenotypes import PHENOTYPE_KEYS, phenotype
from ptacl.regression import FEWEST_SUBJECTS
from ptacl.regression.features import Rows, targets
from ptacl.signal.preparation import prepare_ecg
from ptacl.stats.bootstrap import draw_counts, r2_of_draws
from ptacl.store import Store
from ptacl.types import UNKNOWN_PERSON, Ecg, EcgSignal, Prediction

KEYS = ("lvef_pct", "lvm_g")
MAGNITUDES = (3.0, 6.0, 10.0)
Condition = tuple[Operation, float] | None
"""An operation and its magnitude; None for the ECG as it is."""
Progress = Callable[[int, int], None]


@dataclass(frozen=True, slots=True)
class Read:
    """What is read from one ECG; NaN where it cannot be read."""

    values: Float[np.ndarray, "keys 3"]
    """Value, low and high of each phenotype, whether shown or not."""
    flagged: bool
    shown: bool


def measure_robustness(
    model: Model,
    store: Store,
    rows: Rows,
    *,
    operations: Sequence[Operation] = OPERATIONS,
    magnitudes: Sequence[float] = MAGNITUDES,
    seed: int = 0,
    progress: Progress | None = None,
) -> RobustnessReport:
    """Measure predictions from corrupted ECGs.

    Args:
        model: from `ptacl.load`.
        store: a cohort of the model's recipe.
        rows: of the held-out subjects.
        operations: to apply one by one.
        magnitudes: from 0 to 10.
        seed: of the operations and of the bootstrap.
        progress: called with (ECGs read, ECGs in all).

    Raises:
        PtaclError: a store of another recipe, one that is not in millivolts, or fewer subjects than
            R² needs.
    """
    check_recipe(store, model.config)
    check_units(store.recipe.ecg)
    if len(rows) < FEWEST_SUBJECTS:
        raise PtaclError(
            f"{len(rows)} held-out subjects: the robustness table needs {FEWEST_SUBJECTS}. Give a "
            "larger --limit, or a larger store.",
            code="store.too_few_subjects",
        )
    conditions = [None, *((each, size) for each in operations for size in magnitudes)]
    read: list[list[Read]] = []
    for row in rows:
        ecg = store.prepared_ecg(int(row))
        signal = ecg.signal_mv[:, : ecg.valid_samples]
        corrupted = _corrupted(signal, conditions, _seed_of(seed, int(row)))
        read.append([_read(model, each) for each in corrupted])
        if progress:
            progress(len(read) * len(conditions), len(rows) * len(conditions))
    truth = targets(store, rows)[:, [PHENOTYPE_KEYS.index(key) for key in KEYS]]
    by_condition = zip(conditions, zip(*read, strict=True), strict=True)
    return RobustnessReport(
        model=model.config.name,
        store=store.name,
        synthetic=store.manifest.synthetic or model.config.synthetic,
        subjects=len(rows),
        seed=seed,
        corruptions=tuple(_summed_up(each, found, truth, seed) for each, found in by_condition),
    )


def _seed_of(seed: int, row: int) -> int:
    return int(np.random.SeedSequence((seed, row)).generate_state(1)[0])


def _corrupted(
    signal_mv: EcgSignal, conditions: Sequence[Condition], seed: int
) -> Iterator[EcgSignal]:
    """Yield an ECG under each condition."""
    ecg = torch.from_numpy(np.ascontiguousarray(signal_mv))[None]
    for condition in conditions:
        if condition is None:
            yield signal_mv
            continue
        generator = torch.Generator().manual_seed(seed)
        yield apply_policy(ecg, draw_operation(*condition, ecg.shape, generator))[0].numpy()


def _read(model: Model, signal_mv: EcgSignal) -> Read:
    """Read a corrupted ECG like a file."""
    recipe, gallery = model.config.recipe.ecg, model.gallery
    try:
        ecg = Ecg(signal_mv, recipe.sample_rate_hz, "store")
        prepared = prepare_ecg(ecg, recipe, lead_sets=gallery.lead_sets.names)
    except PtaclError:
        return Read(np.full((len(KEYS), 3), np.nan), flagged=True, shown=False)
    leads = gallery.lead_sets.used_for(prepared.quality)
    embedding, features = model.encode(
        prepared.signal_mv[:, : prepared.valid_samples], prepared.r_peaks, leads=leads
    )
    reading = gallery.read(embedding, features, prepared.quality)
    heads = gallery.heads_for(UNKNOWN_PERSON, leads)[1]
    predicted = reading.predictions or predictions(heads, features)
    return Read(
        _values(predicted), not reading.familiarity.familiar, shown=bool(reading.predictions)
    )


def _values(predicted: Sequence[Prediction]) -> Float[np.ndarray, "keys 3"]:
    by_key = {each.key: (each.value, each.low, each.high) for each in predicted}
    return np.array([by_key.get(key, (np.nan,) * 3) for key in KEYS])


def _summed_up(
    condition: Condition, read: Sequence[Read], truth: Float[np.ndarray, "subjects keys"], seed: int
) -> Corruption:
    values = np.stack([each.values for each in read])
    shown = np.array([each.shown for each in read])
    errors = {
        key: found
        for column, key in enumerate(KEYS)
        if (found := _phenotype(key, values[:, column], truth[:, column], shown, seed))
    }
    flagged = np.array([each.flagged for each in read], dtype=np.float64)
    plain = Corruption(
        "as recorded",
        phenotypes=errors,
        flagged=mean_with_interval(flagged, seed),
        withheld=mean_with_interval(1.0 - shown, seed),
    )
    if condition is None:
        return plain
    operation, magnitude = condition
    value = operation.value(torch.tensor([magnitude / LARGEST_MAGNITUDE]))
    return replace(
        plain,
        title=operation.title,
        value=round(float(value), 6),
        unit=operation.unit,
        hides=tuple(sorted(operation.hides)),
    )


def _phenotype(
    key: str,
    values: Float[np.ndarray, "subjects 3"],
    measured: Float[np.ndarray, " subjects"],
    shown: Bool[np.ndarray, " subjects"],
    seed: int,
) -> CorruptedPhenotype | None:
    """Return the figures of one phenotype; None where too few subjects have it."""
    value, low, high = values.T
    known = np.isfinite(measured) & np.isfinite(value)
    if known.sum() < FEWEST_SUBJECTS:
        return None
    truth, estimate = measured[known], value[known]
    counts = draw_counts(len(truth), BOOTSTRAP_DRAWS, np.random.default_rng(seed))
    inside = np.where(known, (measured >= low) & (measured <= high), np.nan)
    return CorruptedPhenotype(
        name=phenotype(key).name,
        n=len(truth),
        r2=interval_of_draws(r2(truth, estimate), r2_of_draws(truth, estimate, counts)),
        coverage_90=mean_with_interval(inside, seed),
        coverage_90_shown=mean_with_interval(inside[shown], seed) if shown[known].any() else None,
    )
