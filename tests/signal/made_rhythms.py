"""ECGs of known rhythm: each beat placed by hand, wave by wave.

Every wave is a Gaussian in each of the eight independent leads; the other four follow.
"""

from dataclasses import dataclass
from functools import partial

import numpy as np

from ptacl.types import FROM_INDEPENDENT


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


def made(waves_at, rate_hz=500.0, **kwargs):
    """The same with its R times (where a beat's waves hold any QRS)."""
    r_times = np.array([at for at, waves in waves_at if any(_is_qrs(w) for w in waves)])
    return Made(render(waves_at, rate_hz, **kwargs), rate_hz, r_times)


def _is_qrs(wave):
    return -0.05 <= wave.centre_s <= 0.02


def missed_and_extra(found, made_ecg, tolerance_s=0.1, edge_s=0.1):
    """R times that were not found, but those at the ends; and what was found elsewhere."""
    true, found_s = made_ecg.r_times_s, np.asarray(found) / made_ecg.rate_hz
    last = made_ecg.signal_mv.shape[1] / made_ecg.rate_hz - edge_s
    inside = true[(true > edge_s) & (true < last)]
    missed = [at for at in inside if not np.isclose(found_s, at, rtol=0, atol=tolerance_s).any()]
    extra = [at for at in found_s if not np.isclose(true, at, rtol=0, atol=tolerance_s).any()]
    return missed, extra


def regular(rr_s=0.85, first_s=0.35, until_s=10.0):
    return np.arange(first_s, until_s + 0.3, rr_s)


def sinus(waves, rr_s=0.85, **kwargs):
    return made([(at, waves) for at in regular(rr_s)], **kwargs)


def _ectopic(every, coupling_s=0.5, rr_s=0.85, waves=NORMAL, ectopic=BROAD, **kwargs):
    """Each ``every``-th beat comes early and from the ventricles, then a pause follows."""
    beats = []
    for number, at in enumerate(regular(rr_s)):
        early = number % every == every - 1
        beats.append((at - rr_s + coupling_s, ectopic) if early else (at, waves))
    return made(beats, **kwargs)


def _blocked(conducted, rr_s=0.5, waves=NORMAL, **kwargs):
    """P waves at a steady rate, of which every ``conducted``-th is followed by a QRS."""
    p = P.scaled(3.0)
    qrs = tuple(w for w in waves if w.centre_s > -0.05)
    beats = []
    for number, at in enumerate(regular(rr_s)):
        beats.append((at, (p, *qrs)) if number % conducted == 0 else (at, (p,)))
    return made(beats, **kwargs)


def irregular(rhythm_seed=3, waves=(R, S, T), low_s=0.45, high_s=1.2, **kwargs):
    rng = np.random.default_rng(rhythm_seed)
    times = 0.35 + np.cumsum(np.concatenate([[0.0], rng.uniform(low_s, high_s, 25)]))
    return made([(at, waves) for at in times[times < 10.2]], **kwargs)


def flutter(each, waves=(R, S, T), **kwargs):
    """Saw teeth at 300/min, one beat for so many of them."""
    tooth = Wave(0.0, 0.045, (-0.08, -0.22, 0.12, 0.03, 0.0, -0.05, -0.06, -0.06))
    teeth = [(at, (tooth.scaled(later_s=-0.1),)) for at in np.arange(-0.1, 10.4, 0.2)]
    return made(teeth + [(at, waves) for at in regular(0.2 * each)], **kwargs)


def _dissociated(**kwargs):
    """Complete block: P at 92/min, a broad escape rhythm at 38/min."""
    atria = [(at, (P.scaled(2.0),)) for at in regular(0.65, 0.2)]
    return made(atria + [(at, BROAD) for at in regular(1.58, 0.5)], **kwargs)


LOW = tuple(w.scaled(0.22) for w in (R, S))
HALF = tuple(w.scaled(0.5) for w in (R, S))
TENTED = T.scaled(1.5, 0.7)
BROAD_QRS = BROAD[:2]
RAISED_ST = Wave(0.09, 0.045, (0.1, 0.2, 0.2, 0.5, 0.6, 0.4, 0.2, 0.1))
FAST_BROAD = (BROAD[0].scaled(1.0, 0.8), BROAD[1].scaled(1.0, 0.8), BROAD[2].scaled(1, 0.8, -0.09))
SMALL_BROAD = tuple(w.scaled(0.5) for w in BROAD)
SHORT_T = T.scaled(1.0, 0.7, -0.06)
SINUS = {
    "normal": (NORMAL, 0.85),
    "tented T": ((P, *HALF, TENTED), 0.85),
    "tented T twice the QRS": ((P, *HALF, TENTED.scaled(2.0)), 0.85),
    "tented T, fast": ((P, *HALF, TENTED.scaled(1.5, later_s=-0.04)), 0.55),
    "low voltage, wide T": ((P, *LOW, T), 0.85),
    "low voltage": ((P.scaled(0.5), *LOW, T.scaled(0.25)), 0.85),
    "giant negative T": ((P, R, S.scaled(0.3), T.scaled(-4.0, 1.2)), 0.85),
    "wide QRS, tall T": ((P, *BROAD_QRS, T.scaled(-3.0, later_s=0.06)), 0.85),
    "wide QRS, tented T": ((*BROAD_QRS, TENTED.scaled(2.0, later_s=0.06)), 0.85),
    "ST elevation": ((P, R, S.scaled(0.2), RAISED_ST, T.scaled(2.0, 1.2)), 0.85),
    "long QT at a slow rate": ((P, R, S, T.scaled(1.8, 1.3, 0.17)), 1.45),
    "long QT, tented": ((P, *HALF, TENTED.scaled(1.5, later_s=0.17)), 1.2),
    "slow, 35/min": (NORMAL, 1.71),
    "fast, 180/min": ((P.scaled(later_s=0.06), R, S, T.scaled(1.0, 0.6, -0.12)), 0.333),
    "broad, 170/min": (FAST_BROAD, 0.353),
}
"""Name → the waves of each beat and the R–R interval."""
OTHERS = {
    "bigeminy": lambda **k: _ectopic(2, **k),
    "bigeminy, close": lambda **k: _ectopic(2, 0.40, **k),
    "bigeminy, small ectopic beats": lambda **k: _ectopic(2, ectopic=SMALL_BROAD, **k),
    "trigeminy": lambda **k: _ectopic(3, **k),
    "quadrigeminy": lambda **k: _ectopic(4, **k),
    "an ectopic beat now and then": lambda **k: _ectopic(6, 0.45, **k),
    "ectopic beats with tented T": lambda **k: _ectopic(5, 0.52, waves=(P, *HALF, TENTED), **k),
    "two to one block, tall P": lambda **k: _blocked(2, **k),
    "three to one block, tall P": lambda **k: _blocked(3, **k),
    "complete block": lambda **k: _dissociated(**k),
    "fibrillation": lambda **k: irregular(**k),
    "fibrillation, fast": lambda **k: irregular(3, (R, S, SHORT_T), 0.3, 0.7, **k),
    "fibrillation, tented T": lambda **k: irregular(3, (*HALF, TENTED.scaled(1.2)), 0.6, **k),
    "flutter, four to one": lambda **k: flutter(4, **k),
    "flutter, two to one": lambda **k: flutter(2, (R, S, T.scaled(0.6, 0.6, -0.08)), **k),
}
KINDS = {**{name: partial(sinus, *made_of) for name, made_of in SINUS.items()}, **OTHERS}
"""Name → the ECG of that kind; keyword arguments as of `render`, ``rate_hz`` among them."""
