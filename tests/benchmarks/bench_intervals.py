"""Our intervals on the PTB-XL records: median and quartiles by diagnosis, and time an ECG.

python tests/benchmarks/bench_intervals.py ../shared/data/ecg/wfdb_ptbxl
"""

import csv
import sys
import time
from pathlib import Path

import numpy as np
import wfdb

from ptacl.signal.beats import find_r_peaks
from ptacl.signal.intervals import measure

NAMES = ("heart_rate_bpm", "pr_ms", "qrs_ms", "qt_ms", "qtc_ms", "qrs_axis_deg", "rr_sd_ms")


def main(folder: Path) -> None:
    with (folder / "records.csv").open() as table:
        rows = list(csv.DictReader(table))
    figures, times_s = [], []
    for row in rows:
        signal = wfdb.rdrecord(str(folder / row["file"])).p_signal.T.astype(np.float32)
        r_peaks = find_r_peaks(signal, 500.0)
        start = time.perf_counter()
        intervals = measure(signal, r_peaks, 500.0)
        times_s.append(time.perf_counter() - start)
        figures.append([getattr(intervals, name) for name in NAMES])
    for code in ("NORM", "CLBBB", "CRBBB", "1AVB", "AFIB", "LVH"):
        of_code = np.array(
            [f for f, row in zip(figures, rows, strict=True) if code in row["scp_codes"]]
        )
        print(f"{code}: {len(of_code)} records")
        for name, column in zip(NAMES, of_code.T, strict=True):
            measured = column[np.isfinite(column)]
            low, middle, high = (
                np.percentile(measured, (25, 50, 75)) if measured.size else [np.nan] * 3
            )
            print(
                f"  {name:15} {middle:6.0f}  ({low:.0f} to {high:.0f})  measured in {measured.size}"
            )
    print(f"median time {1e3 * np.median(times_s):.1f} ms an ECG")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
