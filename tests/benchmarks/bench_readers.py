"""Time to read one recording, against the bare package on the same files in the same run.

python tests/benchmarks/bench_readers.py [folder of shared data]
"""

import sys
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import pydicom
import sierraecg
import wfdb
from pydicom.data import get_testdata_file

from ptacl.io import read_cine, read_ecg


def milliseconds(read: Callable[[Any], object], sources: Sequence[object]) -> float:
    """Median time of one call, the first one left out."""
    read(sources[0])
    times = []
    for source in sources:
        start = time.perf_counter()
        read(source)
        times.append(time.perf_counter() - start)
    return 1000 * sorted(times)[len(times) // 2]


def main() -> None:
    """Print milliseconds a file and the ratio to the bare package."""
    shared = Path(sys.argv[1] if len(sys.argv) > 1 else "../shared/data")
    headers = sorted((shared / "ecg/wfdb_ptbxl").glob("*.hea"))[:60]
    ours = milliseconds(read_ecg, headers)
    bare = milliseconds(lambda path: wfdb.rdrecord(str(path.with_suffix(""))), headers)
    print(f"WFDB 12 x 5000: {ours:.1f} ms, wfdb.rdrecord {bare:.1f} ms, ratio {ours / bare:.2f}")
    dicom = [str(get_testdata_file("waveform_ecg.dcm", download=False))] * 20
    ours = milliseconds(read_ecg, dicom)
    bare = milliseconds(lambda path: pydicom.dcmread(path).waveform_array(0), dicom)
    print(f"DICOM 12 x 10000: {ours:.1f} ms, pydicom {bare:.1f} ms, ratio {ours / bare:.2f}")
    philips = [str(path) for path in (shared / "ecg/philips_sierra_xml").glob("*.xml")] * 10
    ours = milliseconds(read_ecg, philips)
    bare = milliseconds(sierraecg.read_file, philips)
    print(f"Philips 12 x 5500: {ours:.1f} ms, sierraecg {bare:.1f} ms, ratio {ours / bare:.2f}")
    series = [shared / "cmr/dicom_sunnybrook_ed_es"] * 20
    ours = milliseconds(read_cine, series)
    bare = milliseconds(lambda p: [pydicom.dcmread(f).pixel_array for f in p.iterdir()], series)
    print(f"DICOM series of 10: {ours:.1f} ms, all pixels {bare:.1f} ms, ratio {ours / bare:.2f}")


if __name__ == "__main__":
    main()
