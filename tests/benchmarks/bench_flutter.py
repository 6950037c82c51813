"""Detection of simulated atrial flutter by conduction, and false alarms on real records.

    python -m tests.benchmarks.bench_flutter [../shared/data/ecg/wfdb_ptbxl_more]

Made flutter: beats of random heights with atrial waves of 240 to 340 a minute locked to them, at
any phase, saw teeth or bumps, 0.08 to 0.25 mV high in II. Told is what has its caveat.
"""

import csv
import sys
from pathlib import Path

import numpy as np

from ptacl.io import read_ecg
from ptacl.signal.delineation.beats import find_r_peaks
from ptacl.signal.delineation.intervals import measure_with_caveats
from ptacl.signal.preparation import prepare_ecg
from tests.real_files import SHARED
from tests.signal.made_flutter import made_flutter

EACH, RATE_HZ = 60, 500.0


def main(folder: Path) -> None:
    for conducted in (2, 3, 4):
        told, silent, pr = 0, 0, 0
        for seed in range(EACH):
            ecg = made_flutter(conducted, seed)
            peaks = find_r_peaks(ecg.signal_mv, RATE_HZ)
            found, caveats = measure_with_caveats(ecg.signal_mv, peaks, RATE_HZ)
            told += bool(caveats)
            pr += bool(np.isfinite(found.pr_ms))
            silent += bool(np.isnan(found.pr_ms) and np.isnan(found.qt_ms))
        print(f"{conducted}:1  told {told}, PR and QT not given {silent}, PR given {pr} of {EACH}")
    if not (folder / "records.csv").is_file():
        return
    with (folder / "records.csv").open() as table:
        files = [(row["file"], "NORM" in row["scp_codes"]) for row in csv.DictReader(table)]
    alarms = {True: 0, False: 0}
    for file, normal in files:
        prepared = prepare_ecg(read_ecg(folder / f"{file}.hea"))
        _, caveats = measure_with_caveats(prepared.signal_mv, prepared.r_peaks, RATE_HZ)
        alarms[normal] += bool(caveats)
    normal = sum(is_normal for _, is_normal in files)
    print(f"{folder.name}: told of {alarms[True]} of {normal} NORM, "
          f"of {alarms[False]} of {len(files) - normal} others")  # fmt: skip


if __name__ == "__main__":
    main(Path(sys.argv[1]) if sys.argv[1:] else SHARED / "ecg" / "wfdb_ptbxl_more")
