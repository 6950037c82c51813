"""Seconds that 1,000 simulated subjects take: the ECG, the cine and both, on 1 and 2 processes.

Of one process the processor time is given, which other work on the machine changes less.

python -m tests.benchmarks.bench_simulate [subjects]
"""

import sys
import time
from collections.abc import Callable

from ptacl.parallel.pool import WorkerPool
from ptacl.synthetic import cohort, simulate_cine, simulate_subject
from ptacl.synthetic.streams import Stream, generator

SEED = 1


def ecg_alone(index: int) -> None:
    hearts = cohort._draw(SEED, [index], 1.0)
    recording = cohort.draw_recording(generator(SEED, index, Stream.RECORDING))
    cohort._ecg(SEED, index, cohort._drivers(hearts), recording)


def cine_alone(index: int) -> None:
    hearts = cohort._draw(SEED, [index], 1.0)
    recording = cohort.draw_recording(generator(SEED, index, Stream.RECORDING))
    columns = cohort._columns(hearts, [recording], 1.0)
    truth = {name: float(values[0]) for name, values in columns.items()}
    cohort._cine(SEED, index, hearts, truth, cohort._subject("S", hearts.scan), 64)


def random_cine_alone(index: int) -> None:
    simulate_cine(SEED, index)


def both(index: int) -> None:
    simulate_subject(SEED, index)


def seconds_per_thousand(run: Callable[[int], None], subjects: int) -> float:
    start = time.process_time()
    for index in range(subjects):
        run(index)
    return (time.process_time() - start) / subjects * 1000


if __name__ == "__main__":
    subjects = int(sys.argv[1]) if len(sys.argv) > 1 else 200
    both(0)
    for name, run in (
        ("ECG", ecg_alone), ("cine", cine_alone), ("random appearance", random_cine_alone),
        ("both", both),
    ):  # fmt: skip
        print(f"{name:17} 1 process    {seconds_per_thousand(run, subjects):6.1f} s per 1,000")
    with WorkerPool(both, 2) as pool:
        list(pool.map(range(2)))
        begin = time.perf_counter()
        list(pool.map(range(subjects)))
        taken = (time.perf_counter() - begin) / subjects * 1000
    print(f"{'both':17} 2 processes  {taken:6.1f} s per 1,000")
