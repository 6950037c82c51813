"""Processor time of simulated subjects: drawn for a training, and simulated into a store first.

python -m tests.benchmarks.bench_simulate [subjects]
"""

import sys
import time
from collections.abc import Callable
from functools import partial

import numpy as np
from threadpoolctl import threadpool_limits

from ptacl.data.simulated import SimulatedHearts, draw_cines, draw_subjects
from ptacl.signal.recipe import Recipe
from ptacl.store.subjects import SubjectJob, prepare_subject
from ptacl.synthetic import simulate_cine, simulate_ecg, simulate_subject

SEED, BATCH, PASSES = 1, 64, 4
PARTS: dict[str, Callable[[int], object]] = {
    "ECG": lambda index: simulate_ecg(SEED, index),
    "cine": lambda index: simulate_cine(SEED, index, appearance="plain"),
    "random appearance": lambda index: simulate_cine(SEED, index),
    "both": lambda index: simulate_subject(SEED, index),
}


def seconds_each(run: Callable[[int], object], subjects: int) -> float:
    """Return the processor time of one subject in s."""
    run(0)
    start = time.process_time()
    for index in range(subjects):
        run(index)
    return (time.process_time() - start) / subjects


def store_first(index: int) -> None:
    """Simulate and prepare a subject as `ptacl simulate` does."""
    job = SubjectJob(f"S{SEED}-{index}", index, partial(simulate_subject, SEED), Recipe())
    prepare_subject(job)


def drawn(batch: int, random_share: float) -> None:
    """Draw what the steps of a training with four passes need of a batch of subjects."""
    hearts = SimulatedHearts(1, PASSES, SEED, random_share=random_share)
    indices = np.arange(batch * BATCH, (batch + 1) * BATCH)
    draw_cines(hearts, indices, Recipe())
    for number in range(PASSES):
        draw_subjects(hearts, indices, number, Recipe())


if __name__ == "__main__":
    threadpool_limits(1)
    subjects = int(sys.argv[1]) if len(sys.argv) > 1 else 200
    for name, run in PARTS.items():
        print(f"{name:18} {1000 * seconds_each(run, subjects):6.1f} ms a subject")
    stored = seconds_each(store_first, subjects)
    print(f"\n{'stored first':32} {1 / stored:6.0f} samples a second of one core")
    for share in (0.0, 0.5):
        each = seconds_each(partial(drawn, random_share=share), subjects // BATCH + 1)
        rate = PASSES * BATCH / each
        print(
            f"{'drawn, random appearance ' + str(share):32} {rate:6.0f} samples a second of one "
            f"core, {rate * stored:.1f} times as many"
        )
