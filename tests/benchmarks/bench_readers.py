"""Time to read one recording, against other packages on the same files in the same run.

python -m tests.benchmarks.bench_readers [folder of shared data]

`ecgdatakit` is timed where it is installed (pip install ecgdatakit); nothing else needs it.
"""

import sys
import tempfile
import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pydicom
import pyedflib
import sierraecg
import wfdb
from pydicom.data import get_testdata_file

from ptacl.io import read_cine, read_ecg
from ptacl.types import LEADS

try:
    from ecgdatakit import FileParser
except ImportError:
    FileParser = None
ROUNDS = 5


def milliseconds(read: Callable[[Any], object], sources: Sequence[object]) -> float:
    """Median time of one call, the first one left out."""
    read(sources[0])
    times = []
    for source in sources:
        start = time.perf_counter()
        read(source)
        times.append(time.perf_counter() - start)
    return 1000 * sorted(times)[len(times) // 2]


def compare(title: str, readers: Mapping[str, Callable[[Any], object]], paths: list[Path]) -> None:
    """Print the median time of each reader, and ours over that of the fastest other.

    The readers take turns file by file, so that what else the machine does falls on all alike.
    """
    times: dict[str, list[float]] = {name: [] for name in readers}
    for turn in range(ROUNDS + 1):
        for path in paths:
            for name, read in readers.items():
                start = time.perf_counter()
                read(path)
                if turn:  # the first one loads modules and files
                    times[name].append(time.perf_counter() - start)
    medians = {name: 1000 * float(np.median(held)) for name, held in times.items()}
    ours = medians.pop("ptacl")
    fastest = min(medians, key=medians.__getitem__)
    told = ", ".join(f"{name} {took:.2f} ms" for name, took in medians.items())
    print(f"{title}: ptacl {ours:.2f} ms, {told}; ratio to {fastest} {ours / medians[fastest]:.2f}")


def with_ecgdatakit(
    readers: dict[str, Callable[[Any], object]],
) -> dict[str, Callable[[Any], object]]:
    """The readers, and `ecgdatakit` where it is installed."""
    return readers if FileParser is None else {**readers, "ecgdatakit": FileParser.parse}


def write_edf(header: Path, path: Path) -> Path:
    """The ECG of a WFDB record as EDF+, in records of a second."""
    ecg = read_ecg(header)
    with pyedflib.EdfWriter(str(path), len(LEADS), file_type=pyedflib.FILETYPE_EDFPLUS) as writer:
        for number, lead in enumerate(LEADS):
            writer.setSignalHeader(number, {
                "label": lead, "dimension": "uV", "sample_frequency": round(ecg.sample_rate_hz),
                "physical_min": -16384, "physical_max": 16383.5, "digital_min": -32768,
                "digital_max": 32767, "transducer": "", "prefilter": "",
            })  # fmt: skip
        writer.writeSamples(list(1000 * ecg.signal_mv.astype(np.float64)))
    return path


def read_with_pyedflib(path: Path) -> list[np.ndarray]:
    """Every signal, without the annotations."""
    with pyedflib.EdfReader(str(path), pyedflib.DO_NOT_READ_ANNOTATIONS) as reader:
        return [reader.readSignal(number) for number in range(len(LEADS))]


def main() -> None:
    """Print milliseconds a file and the ratio to other packages."""
    shared = Path(sys.argv[1] if len(sys.argv) > 1 else "../shared/data")
    headers = sorted((shared / "ecg/wfdb_ptbxl").glob("*.hea"))[:60]
    peers = {"ptacl": read_ecg, "wfdb": lambda path: wfdb.rdrecord(str(path.with_suffix("")))}
    compare("WFDB 12 x 5000", with_ecgdatakit(peers), headers)
    with tempfile.TemporaryDirectory() as folder:
        edfs = [write_edf(one, Path(folder, f"{one.stem}.edf")) for one in headers[:30]]
        peers = {"ptacl": read_ecg, "pyedflib": read_with_pyedflib}
        compare("EDF 12 x 5000", with_ecgdatakit(peers), edfs)
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
