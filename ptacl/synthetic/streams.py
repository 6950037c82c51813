"""Independent random number streams, by subject and purpose."""

from enum import IntEnum

import numpy as np


class Stream(IntEnum):
    """Purpose of a stream. The numbers are part of every published seed: only append."""

    HEART = 0
    STRANGER = 1
    """An unrelated heart of the same sex, size and rate, for ``coupling < 1``."""
    RHYTHM = 2
    TORSO = 3
    """Shape of the waves and positions of the electrodes."""
    RECORDING = 4
    """Noise level of the electrodes."""
    ECG_SIGNAL = 5
    """Beat-to-beat variation and noise."""
    CHEST = 6
    """Shape and position of the organs in the cine."""
    CINE_NOISE = 7
    STACK_NOISE = 8
    """Noise of the other slices of a stack."""
    MATERIAL = 9
    """Texture of the wall and noise of a cine with material motion."""
    APPEARANCE = 10
    """Random appearance of the cine, and its noise."""


def generator(seed: int, index: int, stream: Stream, repeat: int = 0) -> np.random.Generator:
    """Create the generator of one stream of subject ``index`` in cohort ``seed``.

    It equals ``SeedSequence(seed, spawn_key=(index,)).spawn(...)[stream]`` without spawning the
    other streams.

    Args:
        seed: seed of the cohort, from 0.
        index: index of the subject, from 0.
        stream: purpose.
        repeat: number of an independent repetition for the same purpose, from 0.

    Example:
        >>> a, b = (generator(1, 2, Stream.HEART).integers(9) for _ in range(2))
        >>> bool(a == b)
        True
    """
    key = (index, int(stream), repeat) if repeat else (index, int(stream))
    sequence = np.random.SeedSequence(seed, spawn_key=key)
    return np.random.Generator(np.random.PCG64(sequence))
