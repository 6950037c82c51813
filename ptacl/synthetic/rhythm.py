"""When the heart beats within the recording: sinus variability, fibrillation, ectopic beats."""

from dataclasses import dataclass

import numpy as np
from jaxtyping import Bool, Float64

BeatValues = Float64[np.ndarray, " beats"]

_COUPLING_SHARE = 0.62
"""A premature beat comes after this share of the R–R interval."""


@dataclass(frozen=True, slots=True)
class Beats:
    """The beats whose waves reach into a recording, some of them outside it."""

    times_s: BeatValues
    """R waves, in s after the start of the recording."""
    previous_rr_s: BeatValues
    ectopic: Bool[np.ndarray, " beats"]
    breath: BeatValues
    """Sine of the respiratory phase at each R wave, which sways the heart's axis and gain."""


def draw_beats(
    rng: np.random.Generator,
    *,
    rr_s: float,
    old_years: float,
    fibrillating: bool,
    ectopic: bool,
    duration_s: float = 10.0,
) -> Beats:
    """The beats from one second before the recording to one second after it.

    Sinus intervals sway with vasomotion (0.1 Hz) and breathing, about 3 % in all and less with
    age; in fibrillation they are independent of one another (coefficient of variation 0.2).

    Args:
        rr_s: mean R–R interval.
        old_years: age − 64.
        ectopic: whether one to three beats come too early, each with its compensatory pause.
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
        sway = np.sin(2 * np.pi * (0.1 * t + vasomotion)) + np.sqrt(0.7) * np.sin(breath_phase)
        rr = rr_s * np.clip(1 + variability * (sway + np.sqrt(0.15) * jitter), 0.6, 1.6)
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
