"""A seed of its own for each purpose and step, so that a resumed run draws what it would have."""

import numpy as np


def step_seed(seed: int, purpose: str, number: int) -> int:
    """A seed of its own for each purpose and step."""
    key = int.from_bytes(purpose.encode()[:4].ljust(4), "big")
    return int(np.random.SeedSequence((seed, key, number)).generate_state(1, np.uint64)[0] >> 1)
