"""Features of a rhythm: the R–R intervals, the P wave, what remains between beats, stimuli.

All are bounded and in units that do not depend on the recorder, so that a read-out trained on
simulated ECGs carries over to real ones.
"""

from dataclasses import dataclass

import numpy as np
from jaxtyping import Float, Float64, Int

from ptacl.rhythm.atria import CommonP, Remainder, common_p, remainder
from ptacl.rhythm.premature import Premature, find_premature, sinus_intervals
from ptacl.signal.delineation.flutter import repetition
from ptacl.signal.delineation.hidden_flutter import Flutter, hidden_flutter
from ptacl.signal.delineation.intervals import of_waves, possible
from ptacl.signal.delineation.rhythm import Chambers, paced_chambers
from ptacl.signal.delineation.waves import find_beat_and_waves
from ptacl.signal.gaps import fill_gaps

FEWEST_BEATS = 4
"""Fewer beats show no rhythm."""
VENTRICULAR_S, ATRIAL_S = 0.13, 0.40
SMALLEST = 0.005
"""Added to a relative variation before its logarithm: one sample at 200 Hz of a second."""
FEATURES = (
    "rr_variation", "rr_change", "roughness", "rate", "long_intervals", "sinus_variation",
    "sinus_change", "premature_ventricular", "premature_supraventricular", "other_shapes",
    "alternation", "p_common", "p_each", "p_height", "p_over_noise", "p_found", "f_v1", "f_all",
    "f_concentration", "f_over_noise", "f_slow", "flutter_likely", "flutter_possible",
    "flutter_repeats", "broad_qrs",
    "ventricular_spikes", "atrial_spikes", "irregular_without_p", "regular_without_p",
    "irregular_f",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Findings:
    """What was measured on an ECG for its rhythm."""

    rr_s: Float64[np.ndarray, " intervals"]
    sinus_rr_s: Float64[np.ndarray, " remaining"]
    """Without the intervals before and after premature beats; all where too few are left."""
    premature: Premature
    p: CommonP
    has_pr: bool
    f: Remainder
    flutter: Flutter
    repeats: float
    """How well the stretch between T and QRS repeats itself (`flutter.repetition`); 0 without
    room."""
    qrs_ms: float
    chambers: Chambers
    ventricular_spikes: float
    """Share of the beats that follow a ventricular stimulus."""
    atrial_spikes: float

    @property
    def rate_bpm(self) -> float:
        """Mean ventricular rate."""
        return 60.0 / float(self.rr_s.mean())

    @property
    def variation(self) -> float:
        """Standard deviation of the R–R intervals over their mean."""
        return float(self.rr_s.std() / self.rr_s.mean())

    @property
    def sinus_variation(self) -> float:
        """The same without the intervals at premature beats."""
        return float(self.sinus_rr_s.std() / self.sinus_rr_s.mean())

    @property
    def change(self) -> float:
        """Median change from one interval to the next over the median interval."""
        return _change(self.rr_s)

    @property
    def sinus_change(self) -> float:
        """The same without the intervals at premature beats."""
        return _change(self.sinus_rr_s)

    @property
    def roughness(self) -> float:
        """Mean square change over twice the variance: 1 for independent intervals, 0 for smooth."""
        rr = self.sinus_rr_s
        variance = float(rr.var()) + (SMALLEST * float(rr.mean())) ** 2
        return float(np.clip((np.diff(rr) ** 2).mean() / (2 * variance), 0.0, 2.0))


def find_rhythm_features(
    signal_mv: Float[np.ndarray, "leads=12 samples"],
    r_peaks: Int[np.ndarray, " beats"],
    sample_rate_hz: float,
    spikes: Int[np.ndarray, " spikes"],
) -> Findings | None:
    """Measure an ECG for its rhythm; None with fewer than four beats.

    Args:
        signal_mv: canonical leads in mV without stimuli; NaN allowed.
        r_peaks: from `beats.find_r_peaks`.
        sample_rate_hz: 100 Hz or more.
        spikes: samples of pacemaker stimuli at the same rate.
    """
    if r_peaks.size < FEWEST_BEATS:
        return None
    signal = fill_gaps(signal_mv).astype(np.float64)
    rr_s = np.diff(r_peaks) / sample_rate_hz
    premature = find_premature(signal, r_peaks, sample_rate_hz)
    remaining, _ = sinus_intervals(rr_s, premature)
    level, waves = find_beat_and_waves(signal, r_peaks, sample_rate_hz, "slope")
    intervals = possible(of_waves(level, waves, r_peaks / sample_rate_hz))
    before_s = (r_peaks[:, None] - spikes) / sample_rate_hz
    ventricular = ((before_s >= 0) & (before_s <= VENTRICULAR_S)).any(axis=1)
    atrial = ((before_s > VENTRICULAR_S) & (before_s <= ATRIAL_S)).any(axis=1)
    return Findings(
        rr_s=rr_s,
        sinus_rr_s=remaining if remaining.size >= 3 else rr_s,
        premature=premature,
        p=common_p(signal, r_peaks, waves, premature, sample_rate_hz),
        has_pr=bool(np.isfinite(intervals.pr_ms)),
        f=remainder(signal, r_peaks, premature, sample_rate_hz),
        flutter=hidden_flutter(intervals, level, signal, r_peaks, sample_rate_hz),
        repeats=_or(
            repetition(
                signal,
                r_peaks,
                _or(waves.t_end_ms / 1e3, np.inf),
                -_or(waves.qrs_start_ms / 1e3, -0.05),
                sample_rate_hz,
            ),
            0.0,
        ),
        qrs_ms=float(intervals.qrs_ms),
        chambers=paced_chambers(r_peaks, spikes, sample_rate_hz),
        ventricular_spikes=float(ventricular.mean()),
        atrial_spikes=float(atrial.mean()),
    )


def as_vector(findings: Findings) -> Float64[np.ndarray, " features"]:
    """Return the `FEATURES` of an ECG, all finite."""
    beats = findings.rr_s.size + 1
    p_common = _or(findings.p.common, 0.3)
    irregular = _ramp(findings.sinus_change, 0.03, 0.12)
    without_p = 1.0 - _ramp(p_common, 0.1, 0.6)
    rough = irregular * _ramp(findings.roughness, 0.2, 0.9)
    f_hz = findings.f.peak_hz
    values = {
        "rr_variation": _log(findings.variation),
        "rr_change": _log(findings.change),
        "roughness": rough,
        "rate": float(np.log(np.clip(findings.rate_bpm, 25, 220) / 75)),
        "long_intervals": float((findings.rr_s > 1.5 * np.median(findings.rr_s)).mean()),
        "sinus_variation": _log(findings.sinus_variation),
        "sinus_change": _log(findings.sinus_change),
        "premature_ventricular": min(np.sqrt(findings.premature.ventricular.size), 3.0),
        "premature_supraventricular": min(np.sqrt(findings.premature.supraventricular.size), 3.0),
        "other_shapes": float((findings.premature.kinds != 0).mean()),
        "alternation": float((np.diff(findings.premature.kinds) != 0).mean()),
        "p_common": float(np.clip(p_common, 0, 1)),
        "p_each": _or(findings.p.each, 0.5),
        "p_height": float(np.clip(_or(findings.p.height_mv, 0.08), 0, 0.3)),
        "p_over_noise": float(np.log(np.clip(_or(findings.p.over_noise, 1.5), 0.2, 20))),
        "p_found": float(findings.has_pr),
        "f_v1": float(np.log(np.clip(findings.f.v1_mv, 0.003, 0.15))),
        "f_all": float(np.log(np.clip(findings.f.all_mv, 0.003, 0.15))),
        "f_concentration": float(np.clip(findings.f.concentration, 0, 1)),
        "f_over_noise": float(np.log(np.clip(findings.f.over_noise, 0.5, 200))),
        "f_slow": float(findings.f.concentration > 0.45) * _ramp(5.8 - f_hz, 0.0, 0.6),
        "flutter_likely": float(findings.flutter == "likely"),
        "flutter_possible": float(findings.flutter == "possible"),
        "flutter_repeats": _ramp(findings.repeats, 0.3, 0.9),
        "broad_qrs": _ramp(_or(findings.qrs_ms, 100.0), 105, 140),
        "ventricular_spikes": findings.ventricular_spikes,
        "atrial_spikes": findings.atrial_spikes,
        "irregular_without_p": rough * without_p,
        "regular_without_p": (1 - irregular) * without_p,
        "irregular_f": rough * _ramp(findings.f.concentration, 0.3, 0.6),
    }
    assert tuple(values) == FEATURES and beats > 0
    return np.array([values[name] for name in FEATURES])


def _change(rr_s: Float64[np.ndarray, " intervals"]) -> float:
    if rr_s.size < 2:
        return 0.0
    return float(np.median(np.abs(np.diff(rr_s))) / np.median(rr_s))


def _log(share: float) -> float:
    return float(np.log(np.clip(share, 0.0, 0.6) + SMALLEST))


def _ramp(value: float, low: float, high: float) -> float:
    """Return 0 below ``low``, 1 above ``high`` and a line between."""
    return float(np.clip((value - low) / (high - low), 0.0, 1.0))


def _or(value: float, otherwise: float) -> float:
    return float(value) if np.isfinite(value) else otherwise
