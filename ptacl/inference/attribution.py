"""Attribution of one prediction to the segments of each lead, in the unit of the phenotype.

Integrated gradients (Sundararajan, Taly and Yan, 2017; implemented by captum). The baseline is the
same rhythm with average beats; with a flat line as baseline, everything would be compared with a
heart that does not beat, where the model's output is meaningless. If the heads also use
measurements, each contributes its weight times its difference. All contributions sum to the
difference of the two predictions (completeness). Tests check this, and that replacing the segments
with the largest attribution changes a prediction more than replacing random ones.
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
"""Points of the Gauss–Legendre rule on the path from the baseline to the ECG."""
SEGMENT_S = 0.05
"""Length of a segment: gradients of single samples are noise; this is about half a QRS."""

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
    """Attribute the difference of a prediction from that of average beats in the same rhythm.

    Args:
        model: the encoders, in evaluation mode.
        heads: regression heads on the features of the ECG encoder.
        key: key of the phenotype.
        signal: preprocessed ECG; its length is a multiple of the encoder's step.
        r_peaks: sample numbers of its R peaks.
        average_beat: average beat, with the R peak `qrs.BEFORE_S` after its start.
        sample_rate_hz: sample rate of signal, R peaks and average beat.
        measure: function that takes the measurements of an ECG that the heads use in addition to
            the features (`signal.measurements`).

    Raises:
        PtaclError: there is no such phenotype, or no heartbeat to compare.
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
    """Return an ECG that has the average beat at each R peak."""
    beats = np.repeat(average_beat[None], len(r_peaks), axis=0)
    return np.nan_to_num(align_beats(beats, r_peaks, sample_rate_hz, samples))


def attribute(
    predict: Predict, signal: EcgSignal, average: EcgSignal, segment_samples: int
) -> Float[np.ndarray, "leads=12 segments"]:
    """Return the contribution of each segment to ``predict(signal) - predict(average)``.

    Args:
        predict: differentiable function that returns one number for each ECG.
        signal: preprocessed ECG.
        average: baseline of the same length.
        segment_samples: length of a segment; the last one may be shorter.
    """
    # Imported here: captum imports Matplotlib, which takes two seconds.
    from captum.attr import IntegratedGradients

    inputs, baselines = (
        torch.from_numpy(np.ascontiguousarray(ecg[None])) for ecg in (signal, average)
    )
    gradients = IntegratedGradients(predict).attribute(inputs, baselines, n_steps=STEPS)
    samples = gradients[0].detach().double().numpy()
    starts = np.arange(0, samples.shape[1], segment_samples)
    return np.add.reduceat(samples, starts, axis=1)


def by_wave(
    attribution: Attribution, waves: Waves, r_peaks_s: Float[np.ndarray, " peaks"]
) -> dict[str, Float[np.ndarray, "leads=12"]]:
    """Sum an attribution over all beats by wave and lead.

    A segment that crosses a boundary is divided in proportion to the lengths.

    Args:
        attribution: attribution of one prediction.
        waves: boundaries of the mean beat; a wave that was not found counts as "between".
        r_peaks_s: R peaks, in seconds after the start of the attribution.

    Returns:
        the sum of each lead, for "P", "QRS", "ST–T" and "between" (all other segments).
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
    """Return the waves with the largest contributions of one sign.

    Args:
        sums: result of `by_wave`.
        sign: positive for waves that raised the prediction, negative for those that lowered it.
        count: maximal number of waves.

    Returns:
        (wave, lead, sum over all beats), the largest first.
    """
    entries = [
        (wave, lead, float(value))
        for wave, values in sums.items()
        for lead, value in zip(LEADS, values, strict=True)
        if value * sign > 0 and wave != "between"
    ]
    return sorted(entries, key=lambda entry: -abs(entry[2]))[:count]
