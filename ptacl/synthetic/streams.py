"""Named streams of random numbers: one subject's noise never shifts another's heart."""

from enum import IntEnum

import numpy as np


class Stream(IntEnum):
    """What a stream is drawn for. The numbers are part of every published seed: only append."""

    HEART = 0
    STRANGER = 1
    """An unrelated heart of the same sex, size and rate, for ``coupling < 1``."""
    RHYTHM = 2
    TORSO = 3
    """Shape of this subject's waves and place of the electrodes."""
    RECORDING = 4
    """How well the electrodes sit."""
    ECG_SIGNAL = 5
    """Beat-to-beat variation and noise."""
    CHEST = 6
    """Shape and place of what the cine shows."""
    CINE_NOISE = 7
    STACK_NOISE = 8
    """Noise of the slices above and below the one that a cohort's cine shows."""


def generator(seed: int, index: int, stream: Stream) -> np.random.Generator:
    """The generator of one stream of subject ``index`` in cohort ``seed``.

    It equals ``SeedSequence(seed, spawn_key=(index,)).spawn(...)[stream]``, without spawning
    the streams that are not asked for.

    Example:
        >>> a, b = (generator(1, 2, Stream.HEART).integers(9) for _ in range(2))
        >>> bool(a == b)
        True
    """
    sequence = np.random.SeedSequence(seed, spawn_key=(index, int(stream)))
    return np.random.Generator(np.random.PCG64(sequence))
