"""What in an ECG moved a prediction: each stretch of each lead, in the phenotype's own unit.

Integrated gradients (Sundararajan, Taly and Yan, 2017; by captum) from the same rhythm with
average beats to the ECG as it is. Against a flat line instead, everything would be compared with a
heart that does not beat, for which a model says nothing of worth. Where the heads read measurements
as well, each of them adds its weight times its difference. All parts sum to the difference of the
two predictions (completeness), which a test holds, as it does that replacing what ranks first
changes a prediction more than replacing as much by chance.
"""

from collections.abc import Callable

import numpy as np
import torch
from jaxtyping import Float, Float32, Int
from torch import Tensor

from ptacl.encoders.two_tower import TwoTower
from ptacl.errors import PtaclError
from ptacl.phenotypes import phenotype
from ptacl.regression import Heads
from ptacl.signal.delineation.aligned_beats import align_beats
from ptacl.signal.delineation.measurements import MEASUREMENTS
from ptacl.types import LEADS, Attribution, EcgSignal, Waves

STEPS = 8
"""Points of the Gauss–Legendre rule along the way from the average to the ECG."""
SEGMENT_S = 0.05
"""Gradients of single samples are noise; a stretch of this length is about half a QRS."""

Measure = Callable[[EcgSignal], Float[np.ndarray, " measurements"]]
Predict = Callable[[Float[Tensor, "batch leads samples"]], Float[Tensor, " batch"]]


def attribute_phenotype(
    model: TwoTower,
    heads: Heads,
    key: str,
    signal: EcgSignal,
    r_peaks: Int[np.ndarray, " peaks"],
    average_beat: Float[np.ndarray, "leads=12 window"],
    sample_rate_hz: float,
    measure: Measure = lambda ecg: np.empty(0, np.float32),
) -> Attribution:
    """What in an ECG moved one phenotype away from that of the average beat in its rhythm.

    Args:
        model: in evaluation mode.
        heads: read the phenotypes from its features.
        key: of one of them.
        signal: as the model's recipe leaves it, a whole number of the encoder's steps.
        r_peaks: its R peaks.
        average_beat: with the R peak `qrs.BEFORE_S` after its start.
        sample_rate_hz: of all three.
        measure: what the heads read of an ECG after the features (`signal.measurements`).

    Raises:
        PtaclError: no such phenotype, or no heartbeat to compare.
    """
    if key not in heads.keys:
        raise PtaclError(
            f"No head reads {key!r}. Choose one of {', '.join(heads.keys)}.",
            code="phenotype.unknown",
        )
    if not r_peaks.size:
        raise PtaclError(
            "The ECG shows no heartbeat to compare with an average one. Record again.",
            code="ecg.no_heartbeat",
        )
    column = heads.keys.index(key)
    average = average_rhythm(average_beat, r_peaks, sample_rate_hz, signal.shape[1])
    measured = np.stack([measure(ecg) for ecg in (signal, average)]).astype(np.float64)
    width = len(heads.weights) - measured.shape[1]
    weights = torch.from_numpy(heads.weights[:width, column].astype(np.float32))

    def predict(ecgs: Tensor) -> Tensor:
        return model.encode_ecg(ecgs).features @ weights + float(heads.bias[column])

    segment_samples = round(SEGMENT_S * sample_rate_hz)
    names = MEASUREMENTS if measured.size else ()
    parts = measured * heads.weights[width:, column]
    with torch.inference_mode():
        encoded = predict(torch.from_numpy(np.stack([signal, average]))).numpy()
    value, average_value = (encoded + parts.sum(axis=1)).tolist()
    entry = phenotype(key)
    return Attribution(
        key=key,
        name=entry.name,
        unit=entry.unit,
        value=value,
        average_value=average_value,
        segments=attribute(predict, signal, average, segment_samples),
        segment_s=segment_samples / sample_rate_hz,
        measured=dict(zip(names, (parts[0] - parts[1]).tolist(), strict=True)),
    )


def average_rhythm(
    average_beat: Float[np.ndarray, "leads=12 window"],
    r_peaks: Int[np.ndarray, " peaks"],
    sample_rate_hz: float,
    samples: int,
) -> Float32[np.ndarray, "leads=12 samples"]:
    """An ECG whose every beat is the average one, at the times of these R peaks."""
    beats = np.repeat(average_beat[None], len(r_peaks), axis=0)
    return np.nan_to_num(align_beats(beats, r_peaks, sample_rate_hz, samples))


def attribute(
    predict: Predict, signal: EcgSignal, average: EcgSignal, segment_samples: int
) -> Float[np.ndarray, "leads=12 segments"]:
    """What each stretch of each lead adds to ``predict(signal) - predict(average)``.

    Args:
        predict: a differentiable reading, one number an ECG.
        signal: as the model's recipe leaves it.
        average: of the same length.
        segment_samples: length of a stretch; the last one may be shorter.
    """
    # Imported here: captum brings Matplotlib, two seconds that nobody pays who does not ask.
    from captum.attr import IntegratedGradients

    inputs, baselines = (
        torch.from_numpy(np.ascontiguousarray(ecg[None])) for ecg in (signal, average)
    )
    found = IntegratedGradients(predict).attribute(inputs, baselines, n_steps=STEPS)
    samples = found[0].detach().double().numpy()
    starts = np.arange(0, samples.shape[1], segment_samples)
    return np.add.reduceat(samples, starts, axis=1)


def by_wave(
    attribution: Attribution, waves: Waves, r_peaks_s: Float[np.ndarray, " peaks"]
) -> dict[str, Float[np.ndarray, "leads=12"]]:
    """The same summed over all beats: P, QRS and ST–T of each lead, and what lies between.

    Args:
        waves: of the mean beat; a wave that was not found counts to what lies between.
        r_peaks_s: in seconds after the start of the attribution.

    A stretch that reaches over an edge is shared out by length.
    """
    edges_ms = {
        "P": (waves.p_start_ms, waves.p_end_ms),
        "QRS": (waves.qrs_start_ms, waves.qrs_end_ms),
        "ST–T": (waves.qrs_end_ms, waves.t_end_ms),
    }
    starts_s = np.arange(attribution.segments.shape[1]) * attribution.segment_s
    left = np.ones(starts_s.size)
    sums = {}
    for name, (start_ms, end_ms) in edges_ms.items():
        share = np.zeros(starts_s.size)
        if np.isfinite([start_ms, end_ms]).all():
            for r_peak_s in r_peaks_s:
                first, last = r_peak_s + start_ms / 1e3, r_peak_s + end_ms / 1e3
                inside_s = np.minimum(starts_s + attribution.segment_s, last)
                share += np.maximum(inside_s - np.maximum(starts_s, first), 0.0)
        share = np.minimum(share / attribution.segment_s, left)
        left = left - share
        sums[name] = attribution.segments @ share
    return {**sums, "between": attribution.segments @ left}


def strongest(
    sums: dict[str, Float[np.ndarray, "leads=12"]], sign: float, count: int = 3
) -> list[tuple[str, str, float]]:
    """The waves that drew most in one direction: (wave, lead, sum over its beats), first first.

    Args:
        sums: as `by_wave` gives them.
        sign: positive for those that raised the prediction, negative for those that lowered it.
    """
    entries = [
        (wave, lead, float(value))
        for wave, values in sums.items()
        for lead, value in zip(LEADS, values, strict=True)
        if value * sign > 0 and wave != "between"
    ]
    return sorted(entries, key=lambda entry: -abs(entry[2]))[:count]
