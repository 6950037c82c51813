"""Interval widening for estimated leads, measured on the held-out subjects of a gallery.

Leads are removed singly and in pairs, estimated from the others as in `signal.quality`, and the
phenotypes predicted again. The factor of a phenotype is by how much the 90 % quantile of
its errors, each over its own interval, grows. Needs torch.
"""

import json
from itertools import combinations
from pathlib import Path

import numpy as np
import torch
from jaxtyping import Float

from ptacl.checkpoint.files import load_model
from ptacl.config.checksums import resealing
from ptacl.encoders.two_tower import TwoTower
from ptacl.gallery import format as layout
from ptacl.gallery.gallery import Gallery
from ptacl.gallery.withholding import Widening
from ptacl.signal.quality.lead_estimate import estimate_samples
from ptacl.store import write_atomically
from ptacl.types import FROM_INDEPENDENT, INDEPENDENT_LEADS, EcgSignal, PreparedEcg

MOST_LOST = 2
FEWEST, MOST = 100, 100
"""Subjects that a factor needs, and that are taken at most: three dozen readings of each."""
CONFIDENCE = 0.9
_BATCH = 32


def write_widening(checkpoint: Path, gallery: Gallery) -> bool:
    """Measure the widening of a gallery and write it there; return False where that fails."""
    measured = measure_widening(load_model(checkpoint)[0], gallery)
    if measured:
        with resealing(gallery.path, [layout.WIDENING]):
            write_atomically(gallery.path / layout.WIDENING, json.dumps(measured, indent=1))
    return bool(measured)


def measure_widening(model: TwoTower, gallery: Gallery) -> Widening:
    """Return the factors of each set of one or two leads; none below 100 held-out subjects.

    Leads are estimated in millivolts; a recipe that scales them otherwise has no factors.
    """
    subjects = _held_out(gallery)
    if len(subjects) < FEWEST or gallery.manifest.recipe.ecg.scaling != "millivolts":
        return {}
    ecgs = [gallery.ecg(subject) for subject in subjects]
    truth = gallery.table.loc[subjects, list(gallery.heads.keys)].to_numpy(dtype=np.float64)
    if np.isfinite(truth).sum(axis=0).min() < FEWEST:
        return {}
    whole = _misses(model, gallery, ecgs, [ecg.signal_mv for ecg in ecgs], truth)
    rate = gallery.manifest.recipe.ecg.sample_rate_hz
    factors = {}
    for count in range(1, MOST_LOST + 1):
        for lost in combinations(INDEPENDENT_LEADS, count):
            signals = [without(ecg.signal_mv, lost, rate) for ecg in ecgs]
            wider = _misses(model, gallery, ecgs, signals, truth) / whole
            factors[" ".join(lost)] = {
                key: round(max(float(factor), 1.0), 3)
                for key, factor in zip(gallery.heads.keys, wider, strict=True)
            }
    return factors


def without(signal_mv: EcgSignal, lost: tuple[str, ...], sample_rate_hz: float) -> EcgSignal:
    """Return an ECG with some independent leads, and those derived from them, estimated."""
    columns = [INDEPENDENT_LEADS.index(lead) for lead in lost]
    spoiled = (FROM_INDEPENDENT[:, columns] != 0).any(axis=1)
    good = np.broadcast_to(~spoiled[:, None], signal_mv.shape)
    return estimate_samples(signal_mv, good, ~good, sample_rate_hz).astype(np.float32)


def _held_out(gallery: Gallery) -> list[str]:
    table = gallery.table
    unseen = table[table["split"] == "test"] if "split" in table else table.iloc[:0]
    chosen = np.random.default_rng(0).permutation(len(unseen))[:MOST]
    return list(unseen.index[np.sort(chosen)])


@torch.inference_mode()
def _misses(
    model: TwoTower,
    gallery: Gallery,
    ecgs: list[PreparedEcg],
    signals: list[EcgSignal],
    truth: Float[np.ndarray, "subjects phenotypes"],
) -> Float[np.ndarray, " phenotypes"]:
    """Return the 90 % quantile of the error over the interval's half width, of each phenotype."""
    step = model.ecg_encoder.segment_samples
    whole = min(ecg.valid_samples for ecg in ecgs) // step * step
    batch = np.ascontiguousarray(np.stack([signal[:, :whole] for signal in signals]))
    encoded = [model.encode_ecg(part).features for part in torch.from_numpy(batch).split(_BATCH)]
    measured = [
        gallery.measured(signal, ecg.r_peaks[ecg.r_peaks < whole])
        for signal, ecg in zip(batch, ecgs, strict=True)
    ]
    features = np.hstack([torch.cat(encoded).numpy(), np.stack(measured)])
    value, low, high = gallery.heads.predict(features)
    return np.nanquantile(np.abs(truth - value) / ((high - low) / 2), CONFIDENCE, axis=0)
