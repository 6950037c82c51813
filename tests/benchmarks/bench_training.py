"""Seconds that a training step of the demo preset takes on a CPU: in float32 and by default.

    python -m tests.benchmarks.bench_training [threads]

Simulates a small cohort, then takes steps of 64 pairs until the weights are changed, of both
precisions in turn, so that whatever else the machine does slows both alike. Prints the median of
each and their ratio, and whether this CPU multiplies in bfloat16 by hardware: where it does not,
the default is float32.
"""

import statistics
import sys
import tempfile
import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import torch

from ptacl.checkpoint.files import Checkpoint
from ptacl.data.batches import BatchFields
from ptacl.data.splits import split_rows
from ptacl.encoders.two_tower import TwoTower
from ptacl.store import Store
from ptacl.tensors.malloc import keep_freed_memory
from ptacl.training import ContrastiveConfig
from ptacl.training.contrastive import train_step
from ptacl.training.device import multiplies_bfloat16
from ptacl.training.distributed import Ranks
from ptacl.training.prefetch import Reader
from ptacl.training.presets import DEMO
from ptacl.training.run import Run
from tests.made.cohorts import simulated_store

SUBJECTS = 400
WARM_UP, STEPS = 5, 40


def steps(store: Store, config: ContrastiveConfig, out: Path) -> Iterator[float]:
    """Take steps of a training, and tell the seconds of each."""
    torch.manual_seed(config.seed)
    model = TwoTower(DEMO.model)
    run = Run(out, model, Checkpoint("bench", True, DEMO.model, store.recipe), config)
    segment, fields = model.ecg_encoder.segment_samples, BatchFields(match=config.match)
    reader = Reader(store, split_rows(store, "train"), config, segment, fields, Ranks())
    for epoch in range(STEPS):
        began = time.perf_counter()
        for step, batch in reader.epoch(epoch):
            train_step(run, batch, step, len(batch.rows))
            yield time.perf_counter() - began
            began = time.perf_counter()


def main() -> None:
    """Print seconds a step of both precisions and their ratio."""
    torch.set_num_threads(int(sys.argv[1]) if len(sys.argv) > 1 else 1)
    keep_freed_memory()
    with tempfile.TemporaryDirectory() as folder:
        store = simulated_store(Path(folder) / "store", SUBJECTS, workers=2)
        configs = {"float32": replace(DEMO.training, precision="float32"), "default": DEMO.training}
        runs = {name: steps(store, config, Path(folder)) for name, config in configs.items()}
        taken = [{name: next(run) for name, run in runs.items()} for _ in range(WARM_UP + STEPS)]
    median = {name: statistics.median(each[name] for each in taken[WARM_UP:]) for name in runs}
    hardware = "with" if multiplies_bfloat16(torch.device("cpu")) else "without"
    print(f"{torch.get_num_threads()} threads, a CPU {hardware} products of bfloat16")
    for name, seconds in median.items():
        print(f"{name:8} {seconds:.3f} s a step of {DEMO.training.batch_size} pairs")
    print(f"ratio    {median['float32'] / median['default']:.2f}")


if __name__ == "__main__":
    main()
