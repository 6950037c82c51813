"""Grids of the restorer: 125 Hz, tokens of 80 ms for ten seconds and of 40 ms for a beat."""

from typing import Literal

import numpy as np

RATE_HZ = 125
SAMPLES = 1250
"""Of ten seconds."""
TOKEN = 10
"""Samples in a token of the whole ECG, 80 ms as in the light ECG encoder."""
BEAT_TOKEN = 5
BEFORE_S, AFTER_S = 0.32, 0.56
BEAT_SAMPLES = round((BEFORE_S + AFTER_S) * RATE_HZ)
R_SAMPLE = round(BEFORE_S * RATE_HZ)
"""Sample of the R peak in a beat."""
BEAT_MS = 1000 * (np.arange(BEAT_SAMPLES) - R_SAMPLE) / RATE_HZ
"""Times of a beat's samples after its R peak in ms."""
Wave = Literal["P", "QRS", "ST–T"]
WAVES: dict[Wave, tuple[float, float]] = {
    "P": (-320.0, -80.0),
    "QRS": (-80.0, 80.0),
    "ST–T": (80.0, 560.0),
}
"""Windows of the waves, in ms after R: hidden in turn, and named in findings."""
STRIP_BINS, STRIP_S = 200, 0.05
"""The strip under a lead: 50 ms a step."""
