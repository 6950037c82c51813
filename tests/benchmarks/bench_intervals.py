"""Our intervals beside those that devices printed, and by diagnosis on the PTB-XL records.

    python -m tests.benchmarks.bench_intervals ../shared/data/ecg

First every file there whose device printed something (MUSE, Philips, CardioSoft, SCP) and the DICOM
file that pydicom carries, with the mean absolute error of the first four kinds; then median and
quartiles of the records, and the time an ECG.
"""

import csv
import math
import sys
import time
from pathlib import Path

import numpy as np
import wfdb

from ptacl.errors import PtaclError
from ptacl.io import read_ecg
from ptacl.signal.delineation.beats import find_r_peaks
from ptacl.signal.delineation.intervals import measure
from ptacl.signal.preparation import prepare_ecg

NAMES = ("heart_rate_bpm", "pr_ms", "qrs_ms", "qt_ms", "qtc_ms", "qrs_axis_deg", "rr_sd_ms")
COMPARED = NAMES[:4]
COUNTED = ("muse_xml", "philips_sierra_xml", "cardiosoft_xml")
OTHERS = ("scp", "hl7_aecg")
CODES = ("NORM", "CLBBB", "CRBBB", "1AVB", "AFIB", "LVH")


def printed_files(folder: Path) -> list[tuple[Path, bool]]:
    """Files of one ECG each, and whether they count in the mean."""
    files = [
        (path, kind in COUNTED)
        for kind in (*COUNTED, *OTHERS)
        for path in sorted((folder / kind).glob("*.*"))
        if path.suffix in {".xml", ".scp"}
    ]
    try:
        from pydicom.data import get_testdata_file
    except ImportError:
        return files
    return [*files, (Path(get_testdata_file("waveform_ecg.dcm")), True)]


def compare_with_devices(folder: Path) -> None:
    errors: dict[str, list[float]] = {name: [] for name in COMPARED}
    print(f"{'ours / printed':34}", *(f"{name:>16}" for name in COMPARED))
    for path, counted in printed_files(folder):
        try:
            ecg = read_ecg(path)
        except PtaclError as error:
            print(f"{path.name[:33]:34} not read: {error}")
            continue
        if not ecg.measurements:
            continue
        prepared = prepare_ecg(ecg)
        signal = prepared.signal_mv[:, : prepared.valid_samples]
        ours = measure(signal, prepared.r_peaks, 500.0)
        cells = []
        for name in COMPARED:
            found, printed = getattr(ours, name), ecg.measurements.get(name, math.nan)
            cells.append(f"{found:7.1f} / {printed:6.1f}")
            if counted and math.isfinite(printed):
                errors[name].append(found - printed)
        print(f"{path.name[:33]:34}", *cells)
    for name, values in errors.items():
        print(
            f"{name}: mean absolute error {np.abs(values).mean():.2f}, mean error "
            f"{np.mean(values):+.2f}, over {len(values)} printed values"
        )


def by_diagnosis(folder: Path) -> None:
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
    print(f"\n{folder.name}: {len(rows)} records")
    for code in CODES:
        found = [f for f, row in zip(figures, rows, strict=True) if f"'{code}'" in row["scp_codes"]]
        if not found:
            continue
        print(f"{code}: {len(found)} records")
        for name, column in zip(NAMES, np.array(found).T, strict=True):
            measured = column[np.isfinite(column)]
            quartiles = np.percentile(measured, (25, 50, 75)) if measured.size else [np.nan] * 3
            low, middle, high = quartiles
            print(
                f"  {name:15} {middle:6.0f}  ({low:.0f} to {high:.0f})  measured in {measured.size}"
            )
    print(f"median time {1e3 * np.median(times_s):.1f} ms an ECG")


def main(folder: Path) -> None:
    compare_with_devices(folder)
    for name in ("wfdb_ptbxl", "wfdb_ptbxl_more"):
        by_diagnosis(folder / name)


if __name__ == "__main__":
    main(Path(sys.argv[1]))
