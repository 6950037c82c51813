"""ECGs of known rhythm: the beats of a sinus ECG laid again as if they were of another rhythm.

Fibrillatory and flutter waves are added with amplitudes, rates and shapes that are not those of the
simulator (`synthetic.ecg`), down to none at all: fine fibrillation shows no waves.
"""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from jaxtyping import Float64, Int

from ptacl.signal.laid_beats import CutBeats, lay_beats, lay_waves, other_beat, p_wave
from ptacl.types import FROM_INDEPENDENT, EcgSignal, RhythmName

DURATION_S = 10.0
F_SHARES = np.array([0.15, 0.5, 1.0, 0.55, 0.3, 0.2, 0.15, 0.15])
"""Height of fibrillatory waves in I, II, V1–V6, relative to V1."""
FLUTTER_SHARES = np.array([0.1, -1.0, 0.6, 0.15, 0.0, -0.2, -0.25, -0.25])
"""Height of flutter waves in I, II, V1–V6, relative to their depth in II."""


@dataclass(frozen=True, slots=True)
class MadeRhythm:
    """An ECG of known rhythm."""

    signal_mv: EcgSignal
    r_peaks: Int[np.ndarray, " beats"]
    """Exact."""
    spikes: Int[np.ndarray, " spikes"]
    """Stimuli that a detector finds; the signal has none."""
    name: RhythmName
    kind: str
    """Narrower: ``sinus arrhythmia``, ``ventricular bigeminy`` …"""


Maker = Callable[[CutBeats, np.random.Generator], MadeRhythm]


def regular_times(
    rng: np.random.Generator, rr_s: float, variation: float = 0.01
) -> Float64[np.ndarray, " beats"]:
    """Draw the times of beats of a steady rhythm, from before the recording to after it."""
    count = int(DURATION_S / rr_s) + 6
    rr = rr_s * np.clip(1 + variation * rng.standard_normal(count), 0.6, 1.6)
    return np.cumsum(rr) - 2 * rr_s + rng.uniform(-rr_s, 0)


def sinus(cut: CutBeats, rng: np.random.Generator) -> MadeRhythm:
    """Make sinus rhythm at the rate of the recording or another."""
    rr_s = _rate(cut, rng)
    times = regular_times(rng, rr_s, np.exp(rng.uniform(np.log(0.003), np.log(0.03))))
    kind = "sinus bradycardia" if rr_s > 1.2 else "sinus tachycardia" if rr_s < 0.6 else "sinus"
    return _with_own_beats(cut, rng, times, "sinus", kind)


def sinus_arrhythmia(cut: CutBeats, rng: np.random.Generator) -> MadeRhythm:
    """Make sinus arrhythmia: intervals that follow breathing, up to twice as long as others."""
    rr_s = _rate(cut, rng, slowest=1.4, fastest=0.6)
    count = int(DURATION_S / rr_s) + 10
    depth, hz = rng.uniform(0.06, 0.28), rng.uniform(0.12, 0.4)
    at, times = -2.0 - rng.uniform(0, rr_s), []
    phase, slow = rng.uniform(0, 2 * np.pi, 2)
    for jitter in rng.standard_normal(count):
        breath = np.sin(2 * np.pi * hz * at + phase) + 0.4 * np.sin(0.6 * at + slow)
        at += rr_s * max(1 + depth * breath + 0.1 * depth * jitter, 0.6)
        times.append(at)
    return _with_own_beats(cut, rng, np.array(times), "sinus", "sinus arrhythmia")


def fibrillation(cut: CutBeats, rng: np.random.Generator) -> MadeRhythm:
    """Make atrial fibrillation: independent intervals, no P, f waves of any height."""
    rr_s = float(np.exp(rng.uniform(np.log(0.40), np.log(1.25))))
    variation = rng.uniform(0.08, 0.32)
    count = int(DURATION_S / rr_s) + 20
    shape = 1 / variation**2
    rr = np.maximum(rr_s * rng.gamma(shape, 1 / shape, count), 0.30)
    times = np.cumsum(rr) - 2.5 * rr_s
    instead = {}
    if rng.random() < 0.15:
        for index in rng.choice(np.arange(3, count), 2, replace=False):
            instead[int(index)] = other_beat(cut, rng, stretch=rng.uniform(1.6, 2.2))
    signal, peaks = lay_beats(cut, times, rng, with_p=False, instead=instead)
    height = 0.0 if rng.random() < 0.08 else float(np.exp(rng.normal(np.log(0.04), 0.55)))
    added = fibrillatory_waves(rng, min(height, 0.16), signal.shape[1], cut.sample_rate_hz)
    return _made(signal + added, peaks, "atrial_fibrillation", "atrial fibrillation")


def fibrillatory_waves(
    rng: np.random.Generator, height_mv: float, samples: int, sample_rate_hz: float
) -> EcgSignal:
    """Draw f waves: saw teeth at 4 to 9 Hz of wandering rate and height, with another phase and
    mixture in each lead.

    Args:
        rng: draws rate, shapes and mixture.
        height_mv: from the middle to the top of a wave in V1.
        samples: to return.
        sample_rate_hz: of the signal.
    """
    time = np.arange(samples) / sample_rate_hz
    sources = []
    for _ in range(3):
        hz = np.clip(rng.normal(6.3, 1.0), 4.2, 9.0)
        knots = rng.standard_normal(60).cumsum() * rng.uniform(0.1, 0.5)
        drift = np.interp(time, np.linspace(0, DURATION_S, 60), knots)
        phase = 2 * np.pi * hz * time + drift + rng.uniform(0, 2 * np.pi)
        skew = rng.uniform(0.1, 0.4)
        wave = np.sin(phase) + skew * np.sin(2 * phase + rng.uniform(0, 1.0))
        swell = np.interp(time, np.linspace(0, DURATION_S, 25), np.exp(0.35 * rng.normal(size=25)))
        sources.append(wave * swell)
    mix = np.abs(rng.normal(size=(8, 3))) * np.array([1.0, 0.5, 0.3])
    mix *= F_SHARES[:, None] * np.exp(0.4 * rng.normal(size=(8, 1)))
    leads = height_mv * mix @ np.array(sources)
    return (FROM_INDEPENDENT @ leads).astype(np.float32)


def flutter(cut: CutBeats, rng: np.random.Generator) -> MadeRhythm:
    """Make atrial flutter: one wave 220 to 340 times a minute, every second to fourth passes."""
    period_s = 60 / rng.uniform(220, 340)
    steady = rng.random() < 0.6
    ratio = rng.choice([2, 3, 4], p=[0.5, 0.15, 0.35])
    count = int(DURATION_S / (2 * period_s)) + 12
    every = (
        np.full(count, ratio) if steady else rng.choice([2, 3, 4, 5], count, p=[0.4, 0.2, 0.3, 0.1])
    )
    passed = np.cumsum(every)
    times = passed * period_s - 1.5 + rng.normal(0, 0.004, count)
    keep = times < DURATION_S + 1
    signal, peaks = lay_beats(cut, times[keep], rng, with_p=False)
    phase = (np.arange(signal.shape[1]) / cut.sample_rate_hz + 1.5) / period_s + rng.uniform()
    top = rng.uniform(0.15, 0.85)
    turn = phase % 1
    sawtooth = 2 * np.where(turn < top, turn / top, (1 - turn) / (1 - top)) - 1
    width = max(3, round(0.03 * cut.sample_rate_hz))
    smooth = np.convolve(np.pad(sawtooth, width, "wrap"), np.ones(width) / width, "same")
    shares = FLUTTER_SHARES * rng.choice([1, 1, -1]) * rng.uniform(0.6, 1.4, 8)
    shares = shares + rng.normal(0, 0.1, 8)
    added = FROM_INDEPENDENT @ (shares[:, None] * rng.uniform(0.07, 0.28) * smooth[width:-width])
    kind = f"flutter {ratio}:1" if steady else "flutter, variable conduction"
    return _made((signal + added).astype(np.float32), peaks, "flutter", kind)


def ventricular_ectopy(cut: CutBeats, rng: np.random.Generator) -> MadeRhythm:
    """Make sinus rhythm with premature ventricular beats: single ones, bigeminy, trigeminy."""
    rr_s = _rate(cut, rng, fastest=0.55)
    every = int(rng.choice([2, 3, 0, 0, 0]))
    times = regular_times(rng, rr_s, rng.uniform(0.005, 0.04))
    inside = np.flatnonzero((times > 1.2) & (times < DURATION_S - 1.0))
    chosen = (
        inside[:: every] if every
        else rng.choice(inside, min(int(rng.integers(1, 4)), inside.size), replace=False)
    )  # fmt: skip
    coupling = rng.uniform(0.50, 0.80)
    shape = other_beat(cut, rng, stretch=rng.uniform(1.5, 2.4))
    instead = {}
    for index in np.sort(chosen):
        times[index] = times[index - 1] + max(coupling * rr_s, 0.33)
        instead[int(index)] = shape
    names = {2: "ventricular bigeminy", 3: "ventricular trigeminy", 0: "ventricular ectopy"}
    signal, peaks = lay_beats(cut, times, rng, instead=instead)
    return _made(signal, peaks, "ectopy", names[every])


def supraventricular_ectopy(cut: CutBeats, rng: np.random.Generator) -> MadeRhythm:
    """Make sinus rhythm with one to three premature atrial beats, their pauses not compensatory."""
    rr_s = _rate(cut, rng, fastest=0.55)
    times = regular_times(rng, rr_s, rng.uniform(0.005, 0.04))
    inside = np.flatnonzero((times > 1.2) & (times < DURATION_S - 1.5))
    chosen = rng.choice(inside, min(int(rng.integers(1, 4)), inside.size), replace=False)
    for index in np.sort(chosen):
        earlier = rr_s * rng.uniform(0.25, 0.45)
        times[index] = max(times[index] - earlier, times[index - 1] + 0.35)
        times[index + 1 :] += times[index] + rr_s * rng.uniform(1.05, 1.25) - times[index + 1]
    return _with_own_beats(cut, rng, times, "ectopy", "supraventricular ectopy")


def paced_ventricles(cut: CutBeats, rng: np.random.Generator) -> MadeRhythm:
    """Make a paced rhythm of the ventricles, with or without a P wave before each beat."""
    rr_s = 60 / rng.uniform(55, 95)
    times = regular_times(rng, rr_s, rng.choice([0.002, 0.03]))
    shape = other_beat(cut, rng, stretch=rng.uniform(1.7, 2.3))
    follows = rng.random() < 0.5
    instead = {}
    for index in range(times.size):
        if rng.random() < 0.95:
            instead[index] = shape * rng.uniform(0.95, 1.05)
    signal, peaks = lay_beats(cut, times, rng, instead=instead)
    added = lay_waves(p_wave(cut), cut, times - 0.08, signal.shape[1]) if follows else 0.0
    spikes = _spikes(cut, rng, times[list(instead)], rng.uniform(0.03, 0.06), rng.uniform(0.4, 1.0))
    return _made((signal + added).astype(np.float32), peaks, "paced", "ventricular pacing", spikes)


def paced_atria(cut: CutBeats, rng: np.random.Generator) -> MadeRhythm:
    """Make a paced rhythm of the atria: own beats, a stimulus before each P wave."""
    times = regular_times(rng, 60 / rng.uniform(55, 95), 0.003)
    signal, peaks = lay_beats(cut, times, rng)
    spikes = _spikes(cut, rng, times, rng.uniform(0.17, 0.30), rng.uniform(0.4, 1.0))
    return _made(signal, peaks, "paced", "atrial pacing", spikes)


def junctional(cut: CutBeats, rng: np.random.Generator) -> MadeRhythm:
    """Make a regular rhythm without P: of the AV node, or a supraventricular tachycardia."""
    fast = rng.random() < 0.5
    bpm = rng.uniform(140, 205) if fast else rng.uniform(38, 80)
    times = regular_times(rng, 60 / bpm, rng.uniform(0.003, 0.015))
    signal, peaks = lay_beats(cut, times, rng, with_p=False)
    return _made(signal, peaks, "other", "supraventricular tachycardia" if fast else "junctional")


def block(cut: CutBeats, rng: np.random.Generator) -> MadeRhythm:
    """Make block: complete with escape beats, or every second to fourth P wave without a QRS."""
    atrial_s = 60 / rng.uniform(60, 100)
    p_times = regular_times(rng, atrial_s, 0.01)
    if rng.random() < 0.5:
        times = regular_times(rng, 60 / rng.uniform(28, 50), 0.01)
        shape = other_beat(cut, rng, stretch=rng.uniform(1.4, 2.2))
        broad = rng.random() < 0.6
        instead = dict.fromkeys(range(times.size), shape) if broad else {}
        signal, peaks = lay_beats(cut, times, rng, with_p=False, instead=instead)
        kind = "complete block"
    else:
        each = int(rng.choice([2, 3, 4]))
        conducted = np.arange(p_times.size) % each
        times = p_times[conducted == 0 if each == 2 else conducted != 0]
        signal, peaks = lay_beats(cut, times, rng, with_p=False)
        kind = "second-degree block"
    added = lay_waves(p_wave(cut), cut, p_times, signal.shape[1])
    return _made((signal + added).astype(np.float32), peaks, "other", kind)


def ventricular_rhythm(cut: CutBeats, rng: np.random.Generator) -> MadeRhythm:
    """Make a broad rhythm without P: idioventricular, or a ventricular tachycardia."""
    fast = rng.random() < 0.5
    times = regular_times(rng, 60 / (rng.uniform(120, 190) if fast else rng.uniform(45, 100)), 0.01)
    shape = other_beat(cut, rng, stretch=rng.uniform(1.7, 2.4))
    instead = {i: shape * rng.uniform(0.95, 1.05) for i in range(times.size)}
    signal, peaks = lay_beats(cut, times, rng, with_p=False, instead=instead)
    return _made(signal, peaks, "other", "ventricular tachycardia" if fast else "idioventricular")


MAKERS: dict[RhythmName, tuple[Maker, ...]] = {
    "sinus": (sinus, sinus, sinus_arrhythmia),
    "atrial_fibrillation": (fibrillation,),
    "flutter": (flutter,),
    "ectopy": (ventricular_ectopy, supraventricular_ectopy),
    "paced": (paced_ventricles, paced_ventricles, paced_atria),
    "other": (junctional, block, ventricular_rhythm),
}
"""Rhythm → how its ECGs are made, drawn with equal shares."""


def _rate(
    cut: CutBeats, rng: np.random.Generator, slowest: float = 1.5, fastest: float = 0.45
) -> float:
    """Return the R–R interval of the recording, in half of the cases times .7 to 1.4."""
    factor = np.exp(rng.uniform(-0.35, 0.35)) if rng.random() < 0.5 else 1.0
    return float(np.clip(cut.rr_s * factor, fastest, slowest))


def _with_own_beats(
    cut: CutBeats,
    rng: np.random.Generator,
    times: Float64[np.ndarray, " beats"],
    name: RhythmName,
    kind: str,
) -> MadeRhythm:
    signal, peaks = lay_beats(cut, times, rng)
    return _made(signal, peaks, name, kind)


def _spikes(
    cut: CutBeats,
    rng: np.random.Generator,
    times: Float64[np.ndarray, " beats"],
    before_s: float,
    share: float,
) -> Int[np.ndarray, " spikes"]:
    """Return the stimuli before the beats that a detector finds."""
    detected = times[rng.random(times.size) < share] - before_s
    samples = np.rint(detected * cut.sample_rate_hz).astype(np.int64)
    return samples[(samples >= 0) & (samples < DURATION_S * cut.sample_rate_hz)]


def _made(
    signal_mv: EcgSignal,
    peaks: Int[np.ndarray, " beats"],
    name: RhythmName,
    kind: str,
    spikes: Int[np.ndarray, " spikes"] | None = None,
) -> MadeRhythm:
    none = np.empty(0, dtype=np.int64)
    return MadeRhythm(signal_mv, peaks, none if spikes is None else spikes, name, kind)
