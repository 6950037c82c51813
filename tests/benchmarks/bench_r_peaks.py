"""R peaks on the PTB-XL records: agreement with two other detectors, and time an ECG.

    python tests/benchmarks/bench_r_peaks.py ../shared/data/ecg/wfdb_ptbxl

The peers: a simple Pan–Tompkins on the best single lead (tests/signal/made_ecgs.py) and the
`xqrs` of wfdb on lead II. F1 counts peaks that match within 50 ms.
"""

import csv
import sys
import time
from pathlib import Path

import numpy as np
import wfdb
from wfdb.processing import xqrs_detect

sys.path.insert(0, str(Path(__file__).parent.parent / "signal"))
from made_ecgs import f1_score, peer_r_peaks

from ptacl.signal.beats import find_r_peaks, refine
from ptacl.signal.qrs_band import qrs_magnitude

RATE_HZ = 500.0


def xqrs(signal: np.ndarray) -> np.ndarray:
    found = xqrs_detect(signal[1].astype(float), RATE_HZ, verbose=False)
    found = np.asarray(found, dtype=np.int64).ravel()
    return refine(found, qrs_magnitude(signal, RATE_HZ), RATE_HZ)


def describe(name: str, ours: list[np.ndarray], theirs: list[np.ndarray]) -> None:
    pairs = [(a, b) for a, b in zip(ours, theirs, strict=True) if a.size and b.size]
    f1 = np.array([f1_score(a, b, 25) for a, b in zip(ours, theirs, strict=True)])
    nearest = np.concatenate([np.abs(a[:, None] - b).min(axis=1) for a, b in pairs])
    within = nearest[nearest <= 25]
    print(
        f"against {name}: mean F1 {f1.mean():.3f}, F1 of 0.95 or more in "
        f"{(f1 >= 0.95).sum()} of {f1.size}, matched peaks within 2 samples "
        f"{np.mean(within <= 2):.3f}"
    )


def main(folder: Path) -> None:
    with (folder / "records.csv").open() as table:
        files = [row["file"] for row in csv.DictReader(table)]
    signals = [wfdb.rdrecord(str(folder / file)).p_signal.T.astype(np.float32) for file in files]
    taken, ours = [], []
    for signal in signals:
        start = time.perf_counter()
        ours.append(find_r_peaks(signal, RATE_HZ))
        taken.append(time.perf_counter() - start)
    describe("single-lead Pan–Tompkins", ours, [peer_r_peaks(s, RATE_HZ) for s in signals])
    describe("wfdb xqrs on lead II", ours, [xqrs(s) for s in signals])
    print(f"median time {1e3 * np.median(taken):.1f} ms an ECG")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
