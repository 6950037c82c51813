"""Subjects a second of an import from UK Biobank's layout, and the memory of a worker.

    python -m tests.benchmarks.bench_import [subjects]

The ECG's part is CardioSoft XML → 12 leads → MMCL recipe (asymmetric least squares) → R peaks and
quality → stored steps, on two processes. Its peer is the plain way on one of the same files, in the
same run: `xml.etree` and the recipe's baseline with `scipy.sparse.linalg.spsolve`, without beats.
The whole import also reads a DICOM zip of 10 slices × 50 frames a subject. Seconds of wall and of
CPU are printed, for others may use the machine.
"""

import resource
import sys
import tempfile
import time
from functools import partial
from pathlib import Path
from xml.etree import ElementTree

import numpy as np

from ptacl.io.cine.read import read_cine
from ptacl.io.cohort.read import read_cohort
from ptacl.io.ecg.read import read_ecg
from ptacl.parallel.pool import WorkerPool
from ptacl.parallel.worker import Failed
from ptacl.signal.baseline import clip_to_deviations, group_z_score
from ptacl.signal.preparation import prepare_cine, prepare_ecg
from ptacl.signal.recipe import MMCL_ECG, Recipe
from ptacl.store.format import quantise
from ptacl.store.importing import import_cohort
from ptacl.synthetic.raw_files import Simulation, write_raw
from tests.benchmarks.bench_baseline import general_sparse

WORKERS = 2


def ecg_part(paths: list[Path]) -> tuple[int, float, float]:
    """Beats found, CPU seconds without the imports, peak memory in MB of this process."""
    began = time.process_time()
    beats = 0
    for path in paths:
        prepared = prepare_ecg(read_ecg(path), MMCL_ECG)
        quantise(prepared.signal_mv)
        beats += len(prepared.r_peaks)
    return beats, time.process_time() - began, peak_mb()


def peak_mb(who: int = resource.RUSAGE_SELF) -> float:
    return resource.getrusage(who).ru_maxrss / 1024


def plain_way(path: Path) -> np.ndarray:
    strip = ElementTree.parse(path).getroot().find("StripData")
    assert strip is not None
    leads = [np.array(w.text.split(","), float) for w in strip.findall("WaveformData") if w.text]
    clipped = clip_to_deviations(np.stack(leads) * 0.005)
    return group_z_score(clipped - general_sparse(clipped))


def seconds(run: partial) -> float:
    began = time.process_time()
    run()
    return time.process_time() - began


def main() -> None:
    """Print subjects a second, the ratio to the plain way, and the memory of a worker."""
    subjects = int(sys.argv[1]) if len(sys.argv) > 1 else 40
    with tempfile.TemporaryDirectory() as place:
        folder = Path(place)
        write_raw(folder / "raw", "ukb", Simulation(1, subjects), workers=WORKERS)
        sources = read_cohort(folder / "raw").sources
        xmls = [source.ecg for source in sources]
        many = xmls * max(1, 200 // subjects)
        jobs = [many[start::WORKERS] for start in range(WORKERS)]
        ecg_part(xmls[:2])
        began = time.perf_counter()
        with WorkerPool(ecg_part, WORKERS) as pool:
            done = [result for _, result in pool.map(jobs) if not isinstance(result, Failed)]
        wall, cpu = time.perf_counter() - began, sum(result[1] for result in done)
        print(f"ECG part, {WORKERS} processes: {len(many) / wall:.1f} subjects/s with the start of "
              f"the processes, {len(many) / cpu * WORKERS:.1f} by their CPU seconds, "
              f"{max(result[2] for result in done):.0f} MB a worker")  # fmt: skip
        ours = min(seconds(partial(ecg_part, [path])) for path in xmls[:5])
        peer = min(seconds(partial(plain_way, path)) for path in xmls[:2])
        print(f"one ECG: {1e3 * ours:.0f} ms CPU, xml.etree and scipy.sparse {1e3 * peer:.0f} ms, "
              f"ratio {peer / ours:.0f}")  # fmt: skip
        cine = min(
            seconds(partial(lambda at: prepare_cine(read_cine(at)), source.cine))
            for source in sources[:5]
        )
        print(f"one cine of 10 × 50 DICOM files: {cine:.2f} s CPU")
        began = time.perf_counter()
        imported = import_cohort(
            folder / "raw", folder / "store", Recipe(ecg=MMCL_ECG), name="bench",
            shard_subjects=max(1, subjects // (2 * WORKERS)), workers=WORKERS,
        )  # fmt: skip
        wall = time.perf_counter() - began
        print(f"whole import: {imported.imported} of {subjects} in {wall:.1f} s, "
              f"{peak_mb(resource.RUSAGE_CHILDREN):.0f} MB the largest worker")  # fmt: skip


if __name__ == "__main__":
    main()
