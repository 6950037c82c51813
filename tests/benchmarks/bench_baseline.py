"""Asymmetric least squares: banded Cholesky against the same system as a general sparse matrix.

    python -m tests.benchmarks.bench_baseline [mmcl_reference.npz]

Both do the five iterations of the MMCL recipe on 12 × 5000 samples in one run; the ratio and the
greatest difference are printed, with the reference file also the difference to it.
"""

import sys
import time

import numpy as np
from scipy import sparse
from scipy.sparse.linalg import spsolve

from ptacl.signal.baseline import asymmetric_least_squares, clip_to_deviations, mmcl_recipe


def general_sparse(signal: np.ndarray) -> np.ndarray:
    samples = signal.shape[1]
    difference = sparse.diags_array(
        [1.0, -2.0, 1.0], offsets=[0, 1, 2], shape=(samples - 2, samples)
    )
    penalty = 1e7 * (difference.T @ difference)
    baselines = []
    for lead in signal:
        weight = np.ones(samples)
        for _ in range(5):
            baseline = spsolve((sparse.diags_array(weight) + penalty).tocsc(), weight * lead)
            weight = np.where(lead > baseline, 0.3, 0.7)
        baselines.append(baseline)
    return np.stack(baselines)


def seconds(run, signal: np.ndarray, times: int) -> tuple[float, np.ndarray]:
    taken = []
    for _ in range(times):
        start = time.perf_counter()
        result = run(signal)
        taken.append(time.perf_counter() - start)
    return float(np.median(taken)), result


def main() -> None:
    rng = np.random.default_rng(0)
    signal = rng.normal(0, 0.3, (12, 5000)) + rng.normal(0, 0.01, (12, 5000)).cumsum(axis=1)
    if len(sys.argv) > 1:
        reference = np.load(sys.argv[1])
        for record in ("00001", "00002", "00003"):
            signal = reference[f"{record}_signal_mv"].astype(np.float64)
            apart = np.abs(mmcl_recipe(signal) - reference[f"{record}_processed"]).max()
            print(f"record {record}: greatest difference to the published recipe {apart:.1e} SD")
        signal = clip_to_deviations(signal)
    slow_s, slow = seconds(general_sparse, signal, 3)
    fast_s, fast = seconds(asymmetric_least_squares, signal, 9)
    print(f"general sparse {1e3 * slow_s:.0f} ms, banded {1e3 * fast_s:.1f} ms")
    print(f"ratio {slow_s / fast_s:.1f}, greatest difference {np.abs(slow - fast).max():.1e} mV")


if __name__ == "__main__":
    main()
