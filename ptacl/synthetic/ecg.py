"""Simulated 12-lead ECG: beats placed in time, plus the noise of the electrodes."""

from dataclasses import dataclass

import numpy as np
from jaxtyping import Float32, Float64

from ptacl.synthetic.drivers import Drivers
from ptacl.synthetic.rhythm import Beats
from ptacl.synthetic.wave import TEMPLATE_RATE_HZ, TEMPLATE_START_S, Template
from ptacl.synthetic.waves import BeatShape
from ptacl.types import FROM_INDEPENDENT, LEADS, EcgSignal

SAMPLE_RATE_HZ = 500
DURATION_S = 10.0
_SAMPLES = int(SAMPLE_RATE_HZ * DURATION_S)
_FINE = TEMPLATE_RATE_HZ // SAMPLE_RATE_HZ
_TIMES_S = np.arange(_SAMPLES, dtype=np.float32) / SAMPLE_RATE_HZ

# Between beats the noise of normal PTB-XL records falls as 1/f from 10 to 200 Hz, which is
# approximated by a filter with one pole and one zero.
_NOISE_POLE, _NOISE_ZERO, _NOISE_GAIN = 0.88, 0.5, 3.07

Independent = Float32[np.ndarray, "leads=8 samples"]
Electrodes = Float32[np.ndarray, "electrodes=9 samples"]

_TWELVE = FROM_INDEPENDENT.astype(np.float32)
# I, II, V1–V6 of the electrodes RA, LA, LL, V1–V6 (Wilson's terminal is the mean of the limbs).
_FROM_ELECTRODES = np.zeros((8, 9), dtype=np.float32)
_FROM_ELECTRODES[:2, :3] = [(-1, 1, 0), (-1, 0, 1)]
_FROM_ELECTRODES[2:, :3] = -1 / 3
_FROM_ELECTRODES[2:, 3:] = np.eye(6)

_FIBRILLATION_MV = np.array([0.02, 0.045, 0.07, 0.04, 0.025, 0.02, 0.02, 0.02], dtype=np.float32)


@dataclass(frozen=True, slots=True)
class Recording:
    """Noise parameters of a recording."""

    noise_mv: float
    """Standard deviation of muscle and amplifier noise in lead I."""
    wander_mv: float
    mains_mv: float
    noisy_electrode: int
    """RA, LA, LL, V1–V6 = 0–8, or −1: the electrode with eight times the noise."""
    flat_lead: int
    """Index into ``LEADS`` of a chest lead with a detached electrode, or −1."""


def draw_recording(rng: np.random.Generator) -> Recording:
    """Draw the noise of a 10 s recording; 4 % have a noisy and 1.5 % a detached electrode."""
    n = rng.standard_normal(3)
    bad, detached = rng.uniform(size=2)
    return Recording(
        noise_mv=0.012 * float(np.exp(0.30 * n[0])),
        wander_mv=0.035 * float(np.exp(0.45 * n[1])),
        mains_mv=0.001 * float(np.exp(0.7 * n[2])),
        noisy_electrode=int(rng.integers(9)) if bad < 0.04 else -1,
        flat_lead=int(rng.integers(6, 12)) if detached < 0.015 else -1,
    )


def clean_signal(
    rng: np.random.Generator, drivers: Drivers, shape: BeatShape, beats: Beats
) -> EcgSignal:
    """Simulate the ECG of ideal electrodes, (12, 5000) in mV at 500 Hz."""
    return _TWELVE @ _heart_signal(rng, drivers, shape, beats)


def recorded_signal(
    rng: np.random.Generator,
    drivers: Drivers,
    shape: BeatShape,
    beats: Beats,
    recording: Recording,
) -> EcgSignal:
    """Simulate a recorded ECG, (12, 5000) in mV at 500 Hz; a detached lead is zero.

    Noise is added at the electrodes, so that Einthoven's law holds for noisy limb leads too.
    """
    signal = _heart_signal(rng, drivers, shape, beats)
    signal += _FROM_ELECTRODES @ _electrode_noise(rng, recording)
    leads = _TWELVE @ signal
    if recording.flat_lead >= 0:
        leads[recording.flat_lead] = 0
    return leads


def missing_leads(recording: Recording) -> dict[str, str]:
    """Return ``Ecg.missing`` of a recording."""
    return {LEADS[recording.flat_lead]: "flat"} if recording.flat_lead >= 0 else {}


def _heart_signal(
    rng: np.random.Generator, d: Drivers, shape: BeatShape, beats: Beats
) -> Independent:
    signal = np.zeros((8, _SAMPLES), dtype=np.float32)
    count = beats.times_s.size
    n = rng.standard_normal((2, count))
    normal = ~beats.ectopic
    times = beats.times_s[normal]
    swing = (1 + 0.05 * beats.breath + 0.015 * n[0])[normal]
    # A long pause lengthens the next QT slightly and delays the T wave accordingly.
    delay = np.clip(0.12 * (beats.previous_rr_s - d.rr_s), -0.04, 0.04)[normal]
    if not d.af:
        _add(signal, shape.p.render(), times, np.ones_like(times))
    else:
        signal += _fibrillation(rng)
    _add(signal, shape.qrs.render(), times, swing)
    _add(signal, shape.t.render(), times + delay, swing * (1 + 0.03 * n[1][normal]))
    if beats.ectopic.any():
        early = beats.times_s[beats.ectopic]
        _add(signal, shape.premature.render(), early, np.ones_like(early))
    return signal


def _add(
    signal: Independent,
    template: Template,
    times_s: Float64[np.ndarray, " beats"],
    gains: Float64[np.ndarray, " beats"],
) -> None:
    """Add the template to the signal at each time, with a precision of a quarter sample."""
    start = round(TEMPLATE_START_S * TEMPLATE_RATE_HZ)
    length = template.shape[1] // _FINE
    by_phase = [np.ascontiguousarray(template[:, phase::_FINE]) for phase in range(_FINE)]
    for time_s, gain in zip(times_s, gains, strict=True):
        fine = round(time_s * TEMPLATE_RATE_HZ) + start
        first = -(-fine // _FINE)
        low, high = max(first, 0), min(first + length, signal.shape[1])
        if low < high:
            part = by_phase[first * _FINE - fine][:, low - first : high - first]
            signal[:, low:high] += np.float32(gain) * part


def _fibrillation(rng: np.random.Generator) -> Independent:
    """Simulate f waves: 5–8 Hz with varying phase, largest in V1, from two sources."""
    waves = []
    for _ in range(2):
        steps = rng.standard_normal(101).cumsum() * 0.4
        drift = np.interp(_TIMES_S, np.linspace(0, DURATION_S, 101), steps)
        phase = 2 * np.pi * rng.uniform(5.2, 7.5) * _TIMES_S + drift
        waves.append(np.sin(phase) + 0.3 * np.sin(2 * phase))
    share = rng.uniform(0, 1, (8, 1))
    mix = share * waves[0] + (1 - share) * waves[1]
    size = np.exp(0.3 * rng.standard_normal()) * _FIBRILLATION_MV[:, None]
    return (size * mix).astype(np.float32)


def _electrode_noise(rng: np.random.Generator, recording: Recording) -> Electrodes:
    spread = recording.noise_mv / np.sqrt(2) * np.exp(0.3 * rng.standard_normal(9))
    if recording.noisy_electrode >= 0:
        spread[recording.noisy_electrode] *= 8
    noise = _coloured(rng.standard_normal((9, _SAMPLES), dtype=np.float32))
    noise *= spread.astype(np.float32)[:, None]
    # Four slow waves of breathing and movement, and mains, each with amplitudes per electrode.
    hz = np.append(rng.uniform(0.05, 0.45, 4), 50.0)
    size = rng.standard_normal((9, 5)) * np.append(
        np.full(4, recording.wander_mv / 2), recording.mains_mv
    )
    phase = rng.uniform(0, 2 * np.pi, 5)
    waves = np.sin(
        2 * np.pi * hz[:, None].astype(np.float32) * _TIMES_S + phase[:, None].astype(np.float32)
    )
    noise += size.astype(np.float32) @ waves
    return noise


def _coloured(white: Electrodes) -> Electrodes:
    """Filter white noise of unit variance by (1 + zero·z⁻¹) / (1 − pole·z⁻¹), to unit variance.

    1 / (1 − az) = (1 + az)(1 + a²z²)(1 + a⁴z⁴)…, so that six delayed sums replace the recursion.
    """
    white[:, 1:] += np.float32(_NOISE_ZERO) * white[:, :-1]
    for delay in (1, 2, 4, 8, 16, 32):
        white[:, delay:] += np.float32(_NOISE_POLE**delay) * white[:, :-delay]
    white /= np.float32(_NOISE_GAIN)
    return white
