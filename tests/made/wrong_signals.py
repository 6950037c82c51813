"""Signals that are no 12-lead ECG of a beating heart, and ways to spoil one that is.

Made from formulas and a seed, for the tests and for `tests/benchmarks/wrong_inputs.py`.
"""

from collections.abc import Callable

import numpy as np
from scipy import signal as dsp

RATE_HZ = 500.0
SAMPLES = 5000
TIMES_S = np.arange(SAMPLES) / RATE_HZ
LEADS = 12
Signal = np.ndarray
LIMB = np.array([[1, 0], [0, 1], [-1, 1], [-0.5, -0.5], [1, -0.5], [-0.5, 1]])


def _in_all_leads(wave: Signal, rng: np.random.Generator) -> Signal:
    """One source in all leads, each with its own height; limb leads obey Einthoven's law."""
    gains = rng.uniform(0.4, 1.2, 8) * rng.choice([-1.0, 1.0], 8)
    return np.concatenate([(LIMB @ gains[:2])[:, None] * wave, gains[2:, None] * wave])


def _independent(waves: Signal) -> Signal:
    """Eight sources as I, II and V1 to V6, with the limb leads that follow."""
    return np.concatenate([LIMB @ waves[:2], waves[2:]])


def sine(rng: np.random.Generator) -> Signal:
    """A sine of 1 to 20 Hz, the same in all leads."""
    wave = rng.uniform(0.3, 1.5) * np.sin(2 * np.pi * rng.uniform(1, 20) * TIMES_S)
    return np.tile(wave, (LEADS, 1))


def sine_in_proportion(rng: np.random.Generator) -> Signal:
    """A sine of 1 to 20 Hz with a height of its own in each lead, and a little noise."""
    wave = np.sin(2 * np.pi * rng.uniform(1, 20) * TIMES_S)
    return _in_all_leads(wave, rng) + rng.normal(0, 0.005, (LEADS, SAMPLES))


def swelling_sine(rng: np.random.Generator) -> Signal:
    """A sine that swells and falls about once a second."""
    swell = (0.5 + 0.5 * np.sin(2 * np.pi * rng.uniform(0.8, 2.0) * TIMES_S)) ** rng.integers(1, 5)
    return _in_all_leads(swell * np.sin(2 * np.pi * rng.uniform(3, 20) * TIMES_S), rng)


def asystole(rng: np.random.Generator) -> Signal:
    """Noise of 10 µV."""
    return _independent(rng.normal(0, 0.010, (8, SAMPLES)))


def drifting_asystole(rng: np.random.Generator) -> Signal:
    """Noise of 10 µV on a baseline that breathes."""
    drift = rng.uniform(0.1, 0.4, (8, 1)) * np.sin(2 * np.pi * rng.uniform(0.15, 0.4) * TIMES_S)
    return _independent(rng.normal(0, 0.010, (8, SAMPLES)) + drift)


def white_noise(rng: np.random.Generator) -> Signal:
    """White noise of .02 to 1 mV."""
    return _independent(rng.normal(0, rng.choice([0.02, 0.1, 0.3, 1.0]), (8, SAMPLES)))


def muscle_noise(rng: np.random.Generator) -> Signal:
    """Noise of 20 to 100 Hz in bursts."""
    sections = dsp.butter(2, (20, 100), "bandpass", fs=RATE_HZ, output="sos")
    noise = dsp.sosfiltfilt(sections, rng.normal(0, 0.3, (8, SAMPLES)))
    bursts = np.abs(np.sin(2 * np.pi * rng.uniform(0.2, 0.7) * TIMES_S)) ** 3
    return _independent(noise * bursts)


def fibrillation(rng: np.random.Generator) -> Signal:
    """Ventricular fibrillation: 3 to 8 Hz, of changing rate and height."""
    rate_hz = rng.uniform(3.5, 7) + 0.8 * np.cumsum(rng.normal(0, 0.02, SAMPLES))
    angle = 2 * np.pi * np.cumsum(np.clip(rate_hz, 3, 8)) / RATE_HZ
    slow = dsp.butter(2, 1.0, fs=RATE_HZ, output="sos")
    heights = 0.5 + 8 * dsp.sosfiltfilt(slow, rng.normal(0, 0.5, (8, SAMPLES)))
    phases = rng.uniform(0, 2 * np.pi, (8, 1))
    return _independent(heights * np.sin(angle + phases) + rng.normal(0, 0.01, (8, SAMPLES)))


def narrow_band_noise(rng: np.random.Generator) -> Signal:
    """Coarse fibrillation as noise of 3 to 8 Hz from two sources."""
    sections = dsp.butter(2, (3, 8), "bandpass", fs=RATE_HZ, output="sos")
    sources = dsp.sosfiltfilt(sections, rng.normal(0, 4.0, (2, SAMPLES)))
    return _independent(rng.normal(0, 0.5, (8, 2)) @ sources + rng.normal(0, 0.01, (8, SAMPLES)))


def pulse_wave(rng: np.random.Generator) -> Signal:
    """A pulse wave of the finger: a fast rise, a slow fall with a notch."""
    phase = _phase(rng, rng.uniform(50, 110), 0.03)
    wave = np.exp(-0.5 * ((phase - 0.18) / 0.07) ** 2)
    wave += rng.uniform(0.3, 0.5) * np.exp(-0.5 * ((phase - 0.45) / 0.10) ** 2)
    return _in_all_leads(wave, rng) + rng.normal(0, 0.004, (LEADS, SAMPLES))


def mouse(rng: np.random.Generator) -> Signal:
    """A mouse: 450 to 700 beats a minute, QRS of 10 ms."""
    phase = _phase(rng, rng.uniform(450, 700), 0.01)
    wave = 1.0 * np.exp(-0.5 * ((phase - 0.40) / 0.035) ** 2)
    wave += 0.15 * np.exp(-0.5 * ((phase - 0.15) / 0.06) ** 2)
    wave += 0.3 * np.exp(-0.5 * ((phase - 0.62) / 0.10) ** 2)
    return _in_all_leads(wave, rng) + rng.normal(0, 0.01, (LEADS, SAMPLES))


def square_wave(rng: np.random.Generator) -> Signal:
    """A square wave of .5 to 5 Hz."""
    wave = dsp.square(2 * np.pi * rng.uniform(0.5, 5) * TIMES_S + rng.uniform(0, 6))
    return _in_all_leads(wave, rng)


def sawtooth(rng: np.random.Generator) -> Signal:
    """A sawtooth of .7 to 5 Hz."""
    wave = dsp.sawtooth(2 * np.pi * rng.uniform(0.7, 5) * TIMES_S + rng.uniform(0, 6))
    return _in_all_leads(wave, rng)


def calibration(rng: np.random.Generator) -> Signal:
    """Calibration pulses: 1 mV for 200 ms, about once a second."""
    wave = (_phase(rng, rng.uniform(50, 80), 0.0) < 0.2).astype(float)
    return np.tile(wave, (LEADS, 1)) + rng.normal(0, 0.002, (LEADS, SAMPLES))


def music(rng: np.random.Generator) -> Signal:
    """Tones of 20 to 220 Hz struck two to four times a second, dying away."""
    period = 1 / rng.uniform(2, 4)
    note = (TIMES_S // period).astype(int)
    pitches = rng.choice([27.5, 41.2, 55, 65.4, 82.4, 110, 146.8, 220], note.max() + 1)
    wave = np.exp(-(TIMES_S % period) / 0.15) * np.sin(2 * np.pi * pitches[note] * TIMES_S)
    return _in_all_leads(wave, rng)


def breathing(rng: np.random.Generator) -> Signal:
    """Slow waves alone, as of a respiration belt."""
    wave = np.sin(2 * np.pi * rng.uniform(0.15, 0.6) * TIMES_S + rng.uniform(0, 6))
    return _in_all_leads(wave, rng) + rng.normal(0, 0.003, (LEADS, SAMPLES))


def taps(rng: np.random.Generator) -> Signal:
    """Electrodes knocked at irregular moments on a silent line: every knock another."""
    signal = rng.normal(0, 0.005, (8, SAMPLES))
    for at in np.sort(rng.uniform(0.3, 9.7, rng.integers(8, 14))):
        shape = np.exp(-np.abs(TIMES_S - at) / rng.uniform(0.01, 0.06))
        signal += rng.normal(0, 0.8, (8, 1)) * shape
    return _independent(signal)


NO_HEART: dict[str, Callable[[np.random.Generator], Signal]] = {
    made.__name__: made
    for made in (
        sine, sine_in_proportion, swelling_sine, asystole, drifting_asystole, white_noise,
        muscle_noise, fibrillation, narrow_band_noise, pulse_wave, mouse, square_wave, sawtooth,
        calibration, music, breathing, taps,
    )
}  # fmt: skip


def no_heart(kind: str, seed: int) -> Signal:
    """(12, 5000) float32 in mV at 500 Hz, of a kind in `NO_HEART`."""
    return NO_HEART[kind](np.random.default_rng([seed, len(kind)])).astype(np.float32)


def _phase(rng: np.random.Generator, rate_bpm: float, jitter: float) -> Signal:
    """Phase of a beat at each moment, each beat a little longer or shorter."""
    period = 60 / rate_bpm
    lengths = period * (1 + jitter * rng.normal(0, 1, round(12 / period)))
    starts = np.cumsum(lengths) - period * rng.uniform(1, 2)
    beat = np.searchsorted(starts, TIMES_S, side="right") - 1
    return (TIMES_S - starts[beat]) / lengths[beat] % 1.0


def spoil(signal_mv: Signal, lead: int, how: str, seed: int = 0) -> Signal:
    """The ECG with one lead spoiled in one of the ways of `SPOILINGS`."""
    spoiled = signal_mv.copy()
    spoiled[lead] = SPOILINGS[how](signal_mv[lead], np.random.default_rng([seed, lead]))
    return spoiled


def _lead_off_steps(lead: Signal, rng: np.random.Generator) -> Signal:
    """The electrode falls off three times, jumps to another level and creeps back."""
    spoiled = lead.copy()
    for at in rng.integers(200, 4000, 3):
        spoiled[at:] += rng.uniform(2, 6) * np.exp(-np.arange(lead.size - at) / 400)
    return spoiled


def _between_the_rails(lead: Signal, rng: np.random.Generator) -> Signal:
    return rng.choice([-163.84, 163.83], SAMPLES // 100).repeat(100)


def _off_half(lead: Signal, rng: np.random.Generator) -> Signal:
    spoiled = lead.copy()
    spoiled[2000:4200] = spoiled[2000]
    return spoiled


def _other_person(lead: Signal, rng: np.random.Generator) -> Signal:
    return np.roll(lead[::-1], int(rng.integers(100, 900)))


SPOILINGS: dict[str, Callable[[Signal, np.random.Generator], Signal]] = {
    "10 mV square wave": lambda lead, rng: 5 * dsp.square(2 * np.pi * 1.3 * TIMES_S),
    "1 mV square wave": lambda lead, rng: 0.5 * dsp.square(2 * np.pi * 1.3 * TIMES_S),
    "between the rails": _between_the_rails,
    "at a rail": lambda lead, rng: np.full(lead.size, 10.0),
    "flat": lambda lead, rng: np.zeros(lead.size),
    "off for 4.4 s": _off_half,
    "noise of .5 mV": lambda lead, rng: lead + rng.normal(0, 0.5, lead.size),
    "noise of .15 mV": lambda lead, rng: lead + rng.normal(0, 0.15, lead.size),
    "sentinel for 4 s": lambda lead, rng: np.where(np.abs(TIMES_S - 5) < 2, -32.768, lead),
    "sentinel now and then": lambda lead, rng: np.where(rng.random(lead.size) < 0.002, -32, lead),
    "lead-off steps": _lead_off_steps,
    "50 Hz of 1 mV": lambda lead, rng: lead + np.sin(2 * np.pi * 50 * TIMES_S),
    "clipped at half": lambda lead, rng: np.clip(lead, lead.min() / 2, lead.max() / 2),
    "ten times too high": lambda lead, rng: 10 * lead,
    "upside down": lambda lead, rng: -lead,
    "not its own beats": _other_person,
}  # fmt: skip
