"""ECGs of known rhythm: each beat placed by hand, with pacemaker spikes where they are asked for.

Every wave is a Gaussian in each of the eight independent leads; the other four follow.
"""

from dataclasses import dataclass, field

import numpy as np
from scipy import signal as dsp

from ptacl.types import FROM_INDEPENDENT

FINE_HZ = 8000
"""Spikes are made at this rate, then sampled through the recorder's low-pass."""


@dataclass(frozen=True)
class Wave:
    """Centre after R and deviation in s, height in mV of I, II, V1–V6."""

    centre_s: float
    width_s: float
    heights: tuple[float, ...]

    def scaled(self, height=1.0, width=1.0, later_s=0.0):
        heights = tuple(height * h for h in self.heights)
        return Wave(self.centre_s + later_s, width * self.width_s, heights)


P = Wave(-0.160, 0.020, (0.08, 0.12, 0.04, 0.05, 0.07, 0.08, 0.08, 0.08))
R = Wave(0.0, 0.010, (0.60, 0.90, 0.20, 0.40, 0.70, 1.10, 1.25, 1.00))
S = Wave(0.028, 0.010, (-0.10, -0.15, -0.90, -1.40, -0.90, -0.40, -0.25, -0.10))
T = Wave(0.280, 0.055, (0.18, 0.26, -0.05, 0.40, 0.45, 0.42, 0.38, 0.28))
BROAD = (
    Wave(0.0, 0.030, (0.80, 1.20, 0.30, 0.50, 0.90, 1.40, 1.60, 1.30)),
    Wave(0.080, 0.028, (-0.10, -0.15, -0.90, -1.40, -0.90, -0.40, -0.25, -0.10)),
    Wave(0.270, 0.050, (-0.25, -0.40, 0.08, -0.50, -0.55, -0.60, -0.55, -0.40)),
)
"""A beat from the ventricles: broad, its T against its QRS."""
NORMAL = (P, R, S, T)


@dataclass(frozen=True)
class Made:
    """An ECG with what is true of it."""

    signal_mv: np.ndarray
    rate_hz: float
    r_times_s: np.ndarray
    spike_times_s: np.ndarray = field(default_factory=lambda: np.empty(0))

    @property
    def mean_rate_bpm(self):
        return 60 * (self.r_times_s.size - 1) / (self.r_times_s[-1] - self.r_times_s[0])


def render(waves_at, rate_hz=500.0, duration_s=10.0, noise_mv=0.005, seed=0):
    """(12, samples) float32 of (time in s, waves) pairs; noise of one size in every lead."""
    times = np.arange(round(duration_s * rate_hz)) / rate_hz
    leads = np.zeros((8, times.size))
    for at_s, waves in waves_at:
        for wave in waves:
            shape = np.exp(-0.5 * ((times - at_s - wave.centre_s) / wave.width_s) ** 2)
            leads += np.array(wave.heights)[:, None] * shape
    leads += np.random.default_rng(seed).normal(0, noise_mv, leads.shape)
    return (FROM_INDEPENDENT @ leads).astype(np.float32)


def made(waves_at, rate_hz=500.0, r_shift_s=0.0, **kwargs):
    """The same with its R times (where a beat's waves hold any QRS)."""
    r_times = np.array([at for at, waves in waves_at if any(_is_qrs(w) for w in waves)])
    return Made(render(waves_at, rate_hz, **kwargs), rate_hz, r_times + r_shift_s)


def _is_qrs(wave):
    return -0.05 <= wave.centre_s <= 0.02


def spikes(
    times_s,
    rate_hz,
    samples,
    *,
    heights,
    width_ms=0.5,
    biphasic=False,
    tail=0.0,
    band_hz=150.0,
    seed=0,
):
    """(12, samples) of stimuli alone: boxes at 8 kHz through a low-pass, sampled at the rate.

    Args:
        heights: of I, II, V1–V6 in mV.
        tail: share of the spike that decays afterwards with 8 ms, against its sign.
        band_hz: of the recorder; never above 0.45 of the rate.
    """
    factor = round(FINE_HZ / rate_hz)
    fine = np.zeros(samples * factor)
    width = max(1, round(width_ms * FINE_HZ / 1000))
    rng = np.random.default_rng(seed)
    for at_s in times_s:
        first = round((at_s + rng.uniform(0, 1 / rate_hz)) * FINE_HZ)
        fine[first : first + width] += 1.0
        if biphasic:
            fine[first + width : first + 2 * width] -= 0.8
        if tail:
            decay = np.exp(-np.arange(round(0.04 * FINE_HZ)) / (0.008 * FINE_HZ))
            stop = min(first + width + decay.size, fine.size)
            fine[first + width : stop] -= tail * decay[: stop - first - width]
    corner = min(band_hz, 0.45 * rate_hz)
    sections = dsp.butter(3, corner, fs=FINE_HZ, output="sos")
    shape = dsp.sosfilt(sections, fine)[::factor]
    eight = np.array(heights)[:, None] * shape
    return (FROM_INDEPENDENT @ eight).astype(np.float32)


def regular(rr_s=0.85, first_s=0.35, until_s=10.0):
    return np.arange(first_s, until_s + 0.3, rr_s)


def _sinus(waves, rr_s=0.85, **kwargs):
    return made([(at, waves) for at in regular(rr_s)], **kwargs)


def _ectopic(every, coupling_s=0.5, rr_s=0.85, waves=NORMAL, ectopic=BROAD, **kwargs):
    """Each ``every``-th beat comes early and from the ventricles, then a pause follows."""
    beats = []
    for number, at in enumerate(regular(rr_s)):
        early = number % every == every - 1
        beats.append((at - rr_s + coupling_s, ectopic) if early else (at, waves))
    return made(beats, **kwargs)


def _blocked(conducted, rr_s=0.5, p=P.scaled(3.0), waves=NORMAL, **kwargs):
    """P waves at a steady rate, of which every ``conducted``-th is followed by a QRS."""
    qrs = tuple(w for w in waves if w.centre_s > -0.05)
    beats = []
    for number, at in enumerate(regular(rr_s)):
        beats.append((at, (p, *qrs)) if number % conducted == 0 else (at, (p,)))
    return made(beats, **kwargs)


def _irregular(rhythm_seed=3, waves=(R, S, T), low_s=0.45, high_s=1.2, **kwargs):
    rng = np.random.default_rng(rhythm_seed)
    times = 0.35 + np.cumsum(np.concatenate([[0.0], rng.uniform(low_s, high_s, 25)]))
    return made([(at, waves) for at in times[times < 10.2]], **kwargs)


def _flutter(each, waves=(R, S, T), **kwargs):
    """Saw teeth at 300/min, one beat for so many of them."""
    tooth = Wave(0.0, 0.045, (-0.08, -0.22, 0.12, 0.03, 0.0, -0.05, -0.06, -0.06))
    teeth = [(at, (tooth.scaled(later_s=-0.1),)) for at in np.arange(-0.1, 10.4, 0.2)]
    return made(teeth + [(at, waves) for at in regular(0.2 * each)], **kwargs)


def _dissociated(**kwargs):
    """Complete block: P at 92/min, a broad escape rhythm at 38/min."""
    atria = [(at, (P.scaled(2.0),)) for at in regular(0.65, 0.2)]
    return made(atria + [(at, BROAD) for at in regular(1.58, 0.5)], **kwargs)


LOW = tuple(w.scaled(0.22) for w in (R, S))
TENTED = T.scaled(1.5, 0.7)
BROAD_QRS = BROAD[:2]
KINDS = {
    "normal": lambda **k: _sinus(NORMAL, **k),
    "tented T": lambda **k: _sinus((P, R.scaled(0.5), S.scaled(0.5), TENTED), **k),
    "tented T twice the QRS": lambda **k: _sinus((P, R.scaled(0.5), S.scaled(0.5), TENTED.scaled(2.0)), **k),
    "tented T, fast": lambda **k: _sinus((P, R.scaled(0.5), S.scaled(0.5), TENTED.scaled(1.5, later_s=-0.04)), 0.55, **k),
    "tented T, no P, irregular": lambda **k: _irregular(waves=(R.scaled(0.5), S.scaled(0.5), TENTED.scaled(1.2)), low_s=0.6, **k),
    "low voltage, wide T": lambda **k: _sinus((P, *LOW, T), **k),
    "low voltage": lambda **k: _sinus((P.scaled(0.5), *LOW, T.scaled(0.25)), **k),
    "giant negative T": lambda **k: _sinus((P, R, S.scaled(0.3), T.scaled(-4.0, 1.2)), **k),
    "wide QRS, tall T": lambda **k: _sinus((P, *BROAD_QRS, T.scaled(-3.0, later_s=0.06)), **k),
    "wide QRS, tented T": lambda **k: _sinus((*BROAD_QRS, TENTED.scaled(2.0, later_s=0.06)), **k),
    "ST elevation": lambda **k: _sinus((P, R, S.scaled(0.2), Wave(0.09, 0.045, (.1, .2, .2, .5, .6, .4, .2, .1)), T.scaled(2.0, 1.2)), **k),
    "long QT at a slow rate": lambda **k: _sinus((P, R, S, T.scaled(1.8, 1.3, 0.17)), 1.45, **k),
    "long QT, tented": lambda **k: _sinus((P, R.scaled(.5), S.scaled(.5), TENTED.scaled(1.5, 1.0, 0.17)), 1.2, **k),
    "slow 35/min": lambda **k: _sinus(NORMAL, 1.71, **k),
    "fast 180/min": lambda **k: _sinus((P.scaled(later_s=0.06), R, S, T.scaled(1.0, 0.6, -0.12)), 0.333, **k),
    "broad 170/min": lambda **k: _sinus(tuple(w.scaled(1.0, 0.8) for w in (BROAD[0], BROAD[1], BROAD[2].scaled(later_s=-0.09))), 0.353, **k),
    "bigeminy": lambda **k: _ectopic(2, **k),
    "bigeminy, close": lambda **k: _ectopic(2, 0.40, **k),
    "bigeminy, small ectopic": lambda **k: _ectopic(2, 0.50, ectopic=tuple(w.scaled(0.5) for w in BROAD), **k),
    "trigeminy": lambda **k: _ectopic(3, **k),
    "quadrigeminy": lambda **k: _ectopic(4, **k),
    "an ectopic beat now and then": lambda **k: _ectopic(6, 0.45, **k),
    "ectopic beats with tented T": lambda **k: _ectopic(5, 0.52, waves=(P, R.scaled(0.5), S.scaled(0.5), TENTED), **k),
    "two to one block, tall P": lambda **k: _blocked(2, **k),
    "three to one block, tall P": lambda **k: _blocked(3, **k),
    "complete block": lambda **k: _dissociated(**k),
    "fibrillation": lambda **k: _irregular(**k),
    "fibrillation, fast": lambda **k: _irregular(waves=(R, S, T.scaled(1.0, 0.7, -0.06)), low_s=0.3, high_s=0.7, **k),
    "flutter, four to one": lambda **k: _flutter(4, **k),
    "flutter, two to one": lambda **k: _flutter(2, (R, S, T.scaled(0.6, 0.6, -0.08)), **k),
}  # fmt: skip
"""Name → the ECG of that kind; keyword arguments as of `render`, ``rate_hz`` among them."""
