"""Milliseconds of CPU that the random augmentation policy takes for a batch of 64 ECGs of 8 s.

    python -m tests.benchmarks.bench_policy

On one thread, two operations an ECG; beside it the augmentation of the ECGs without the policy.
CPU time, so that whatever else the machine does counts little. The limit is 30 ms.
"""

import statistics
import sys
import time
from collections.abc import Callable

import torch

from ptacl.data.augment import AugmentConfig, apply_ecg, draw_ecg
from ptacl.data.augment.policy import apply_policy, draw_policy

SHAPE, REPEATS, LIMIT_MS = torch.Size((64, 12, 4000)), 30, 30.0


def milliseconds(act: Callable[[], object]) -> float:
    """Return the median CPU time of an act."""
    taken = []
    for _ in range(REPEATS):
        began = time.process_time()
        act()
        taken.append(1e3 * (time.process_time() - began))
    return statistics.median(taken)


def main() -> int:
    """Print both times; 1 where the policy takes longer than the limit."""
    torch.set_num_threads(1)
    ecgs, generator = torch.randn(SHAPE), torch.Generator().manual_seed(0)
    everyone = torch.ones(SHAPE[0], 1, dtype=torch.bool)
    config, off = AugmentConfig(policy_operations=2, policy_magnitude=4.0), AugmentConfig()
    policy = milliseconds(
        lambda: apply_policy(ecgs, draw_policy(config, everyone, SHAPE, generator))  # type: ignore[arg-type]
    )
    rest = milliseconds(lambda: apply_ecg(ecgs, draw_ecg(off, SHAPE, generator)))
    print(f"policy 2,4: {policy:.1f} ms a batch of {SHAPE[0]}; the rest: {rest:.1f} ms")
    return int(policy > LIMIT_MS)


if __name__ == "__main__":
    sys.exit(main())
