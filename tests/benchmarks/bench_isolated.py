"""Time of an upload that is read in a warm process, over reading it in this one.

``python -m tests.benchmarks.bench_isolated`` prints seconds of both and their ratio: for an ECG of
ten seconds, and for text of one line that is no ECG.
"""

import statistics
import time
from collections.abc import Callable
from contextlib import suppress

from ptacl.errors import BadInput
from ptacl.io import read_ecg_files
from ptacl.io.cohort.isolated import IsolatedReader
from tests.made.files import npz_bytes

REPEATS = 20


def seconds(read: Callable[[], object]) -> float:
    """Median of several calls; a refusal counts as a call."""
    times = []
    for _ in range(REPEATS):
        began = time.perf_counter()
        with suppress(BadInput):
            read()
        times.append(time.perf_counter() - began)
    return statistics.median(times)


def main() -> None:
    """Print the table."""
    reader = IsolatedReader()
    reader.start()
    line = ",".join(["1", "2", "-3", "4"] * 55_000).encode()
    inputs = {"ECG of 10 s (npz)": {"a.npz": npz_bytes()}, "one line of 0.5 MB": {"a.csv": line}}
    began = time.perf_counter()
    reader.read_ecg({"a.npz": npz_bytes()})
    print(f"first call, with the start of the process: {time.perf_counter() - began:.1f} s")
    for title, files in inputs.items():
        here = seconds(lambda files=files: read_ecg_files(files, sample_rate_hz=500, unit="mV"))
        there = seconds(lambda files=files: reader.read_ecg(files, sample_rate_hz=500, unit="mV"))
        print(f"{title:20} here {here:.3f} s, isolated {there:.3f} s, {there / here:.1f} times")
    reader.close()


if __name__ == "__main__":
    main()
