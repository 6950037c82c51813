"""Simulated rhythm: times of sinus, fibrillating and ectopic beats."""

from dataclasses import dataclass

import numpy as np
from jaxtyping import Bool, Float64

BeatValues = Float64[np.ndarray, " beats"]

_COUPLING_SHARE = 0.62
"""Coupling interval of a premature beat as a share of the R–R interval."""


@dataclass(frozen=True, slots=True)
class Beats:
    """Beats with waves inside a recording; some R waves are outside."""

    times_s: BeatValues
    """R waves, in s after the start of the recording."""
    previous_rr_s: BeatValues
    ectopic: Bool[np.ndarray, " beats"]
    breath: BeatValues
    """Sine of the respiratory phase at each R wave, which modulates the amplitude."""


def draw_beats(
    rng: np.random.Generator,
    *,
    rr_s: float,
    old_years: float,
    fibrillating: bool,
    ectopic: bool,
    duration_s: float = 10.0,
) -> Beats:
    """Draw the beats from one second before the recording to one second after it.

    Sinus intervals vary with vasomotion (0.1 Hz) and breathing by about 3 % in total, less at older
    age; in fibrillation they are independent (coefficient of variation 0.2).

    Args:
        rng: random number generator.
        rr_s: mean R–R interval in s.
        old_years: age − 64.
        fibrillating: whether the rhythm is atrial fibrillation.
        ectopic: whether one to three beats are premature, each with a compensatory pause.
        duration_s: duration of the recording in s.
    """
    count = int(np.ceil((duration_s + 4) / rr_s)) + 4
    variability = np.exp(-3.6 + 0.6 * rng.standard_normal() - 0.018 * old_years)
    variability = np.clip(variability, 0.005, 0.15)
    breathing_hz = rng.uniform(0.19, 0.32)
    vasomotion, breathing, start = rng.uniform(0, 1, 3)
    jitter = rng.standard_normal(count)
    t = rr_s * np.arange(count)
    breath_phase = 2 * np.pi * (breathing_hz * t + breathing)
    if fibrillating:
        rr = np.maximum(rr_s * rng.gamma(25, 1 / 25, count), 0.33)
    else:
        # Powers 0.5, 0.35 and 0.15 of slow, respiratory and independent variability.
        modulation = np.sin(2 * np.pi * (0.1 * t + vasomotion)) + np.sqrt(0.7) * np.sin(
            breath_phase
        )
        rr = rr_s * np.clip(1 + variability * (modulation + np.sqrt(0.15) * jitter), 0.6, 1.6)
    times = np.cumsum(rr) - 2 * rr_s - 1 + start * rr_s
    premature = np.zeros(count, dtype=bool)
    if ectopic:
        inside = np.flatnonzero((times > 0.5) & (times < duration_s - 0.5))[1::2]
        chosen = rng.choice(inside, size=min(int(rng.integers(1, 4)), inside.size), replace=False)
        premature[chosen] = True
        times[chosen] = times[chosen - 1] + _COUPLING_SHARE * rr[chosen]
    keep = (times > -1.0) & (times < duration_s + 1.0)
    previous = np.diff(times, prepend=times[0] - rr_s)
    return Beats(times[keep], previous[keep], premature[keep], np.sin(breath_phase)[keep])
