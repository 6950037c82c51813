"""Seeds by purpose and step, so that a resumed run draws the same random numbers."""

import numpy as np


def step_seed(seed: int, purpose: str, number: int) -> int:
    """Derive an independent seed for a purpose and step."""
    key = int.from_bytes(purpose.encode()[:4].ljust(4), "big")
    return int(np.random.SeedSequence((seed, key, number)).generate_state(1, np.uint64)[0] >> 1)
