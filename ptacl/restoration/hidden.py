"""What is hidden: waves of the beat in five passes, stretches of the recording in four."""

import numpy as np
from jaxtyping import Bool

from ptacl.restoration.grid import BEAT_MS, SAMPLES, TOKEN, WAVES, Wave

STRETCH_TOKENS = 8
"""A hidden stretch is .64 s: longer than QRS and T of a premature beat."""
STRETCH_PASSES = 4


def _window(*names: Wave) -> Bool[np.ndarray, " beat"]:
    return np.any([(a <= BEAT_MS) & (b > BEAT_MS) for a, b in (WAVES[n] for n in names)], axis=0)


WAVE_WINDOWS = {name: _window(name) for name in WAVES}
BEAT_PASSES: tuple[Bool[np.ndarray, " beat"], ...] = (
    *WAVE_WINDOWS.values(), _window("QRS", "ST–T"), _window(*WAVES),
)  # fmt: skip
"""Each wave alone; QRS with ST–T, since an abnormal activation changes both; and the whole beat,
which then is restored from the rate and the leads alone."""
PASS_WEIGHTS = (1.0, 1.0, 1.0, 2.0, 2.0)


def stretches(number: int) -> Bool[np.ndarray, " samples=1250"]:
    """Return the samples that pass 0 to 3 hides; together the passes hide each sample once."""
    token = np.arange(SAMPLES) // TOKEN
    return token // STRETCH_TOKENS % STRETCH_PASSES == number
