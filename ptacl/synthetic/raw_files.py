"""Simulated cohorts as raw files, in the layout of UK Biobank or as a table of pairs.

They allow testing and trying the whole import without access to patient data. Every ECG and DICOM
file, the range of the ids and a file ``SYNTHETIC.json`` mark the data as synthetic.
"""

from collections.abc import Callable
from dataclasses import asdict, dataclass, replace
from functools import partial
from pathlib import Path
from typing import Literal

import numpy as np
import pandas as pd

from ptacl.errors import PtaclError
from ptacl.io.cohort.pairs import write_pair, write_table
from ptacl.io.cohort.synthetic_marker import read_mark, write_mark
from ptacl.io.cohort.ukb_columns import AGE, BMI, HEIGHT, SEX, WEIGHT
from ptacl.io.cohort.ukb_files import CINE_FIELD, ECG_FIELD, file_name
from ptacl.io.writers.cardiosoft import write_cardiosoft
from ptacl.io.writers.dicom import write_dicom_zip
from ptacl.io.writers.wfdb_nifti import write_cine
from ptacl.parallel.pool import WorkerPool
from ptacl.parallel.worker import Failed
from ptacl.phenotypes import phenotypes_in
from ptacl.signal.delineation.beats import find_r_peaks, typical_beats
from ptacl.signal.delineation.intervals import measure
from ptacl.synthetic import (
    SIMULATION_VERSION,
    simulate_masks,
    simulate_stack,
    simulate_subject,
)
from ptacl.types import Ages, Cine, Ecg, Problem, Subject

Layout = Literal["ukb", "pairs"]
Row = dict[str, object]

FIRST_EID = 9_000_001
"""UK Biobank's participant numbers have seven digits, the first of which is 1 to 6."""
INSTANCE = 2
UKB_TABLE = "phenotypes.csv"
PROBLEMS = "problems.csv"
MASKS = "masks"
"""Folder of the labels, one NIfTI a subject (`ptacl.signal.heart_labels`)."""
_MEDIAN_BEFORE_S, _MEDIAN_AFTER_S = 0.4, 0.8
"""The median beat that CardioSoft writes lasts 1.2 s."""


@dataclass(frozen=True, slots=True)
class Simulation:
    """Parameters of a simulated cohort."""

    seed: int
    subjects: int
    coupling: float = 1.0
    ages: Ages = "biobank"
    slices: int = 10
    """Slices per stack in the UK Biobank layout; slice ``slices // 2`` is the subject's cine."""
    masks: bool = False
    """Whether the exact labels of each cine are written as well (layout ``pairs``)."""


@dataclass(frozen=True, slots=True)
class RawCohort:
    """The files of a simulated cohort."""

    table: Path
    problems: list[Problem]
    """Subjects that could not be written; neither they nor their files are in the table."""


def write_raw(
    out: Path,
    layout: Layout,
    simulation: Simulation,
    *,
    workers: int = 2,
    progress: Callable[[int, int], None] | None = None,
) -> RawCohort:
    """Write the files and the table of a simulated cohort.

    Args:
        out: target folder, created if absent.
        layout: ``ukb``: CardioSoft XML in ``20205/``, DICOM zips in ``20209/`` and
            ``phenotypes.csv``; ``pairs``: WFDB, NIfTI and ``pairs.csv``.
        simulation: parameters of the cohort.
        workers: number of processes; 0 works in this process.
        progress: called with (subjects done, subjects in all).

    Returns:
        the table, and the subjects that could not be written (also in ``problems.csv``).

    Raises:
        PtaclError: the folder contains files other than those of this simulation and version, or
            masks are asked for in the layout of UK Biobank, which has none.
    """
    if simulation.masks and layout != "pairs":
        raise PtaclError(
            "--masks belongs to --raw pairs: the layout of UK Biobank has no masks.",
            code="option.invalid",
        )
    out.mkdir(parents=True, exist_ok=True)
    mark = {"layout": layout, **asdict(simulation), "version": SIMULATION_VERSION}
    if not simulation.masks:
        del mark["masks"]  # as folders were marked before there were masks
    if any(out.iterdir()) and read_mark(out) != mark:
        raise PtaclError(
            f"{out} contains other files. Choose an empty folder.", code="output.exists"
        )
    write_mark(out, mark)
    write = partial(_write_subject, out, layout, simulation)
    total = simulation.subjects
    results: dict[int, Row | Failed] = {}
    with WorkerPool(write, min(workers, total)) as pool:
        for index, result in pool.map(range(total)):
            if isinstance(result, Failed) and result.error is not None:
                raise result.error  # a full disk, or a fault of ours: true of all subjects
            results[index] = result
            if progress:
                progress(len(results), total)
    rows = [row for _, row in sorted(results.items()) if not isinstance(row, Failed)]
    problems = _problems(results, layout, simulation)
    _write_problems(out, problems)
    if layout == "pairs":
        return RawCohort(write_table(rows, out), problems)
    pd.DataFrame(rows).to_csv(out / UKB_TABLE, index=False)
    return RawCohort(out / UKB_TABLE, problems)


def _problems(
    results: dict[int, Row | Failed], layout: Layout, simulation: Simulation
) -> list[Problem]:
    """Return the subjects whose process ended or exceeded a limit, in order."""
    return [
        Problem(
            _subject_id(layout, simulation, index),
            "",
            f"Simulating it {result.event}.",
            result.code,
        )
        for index, result in sorted(results.items())
        if isinstance(result, Failed)
    ]


def _subject_id(layout: Layout, simulation: Simulation, index: int) -> str:
    return str(FIRST_EID + index) if layout == "ukb" else f"S{simulation.seed}-{index:05d}"


def _write_problems(out: Path, problems: list[Problem]) -> None:
    path = out / PROBLEMS
    if problems:
        pd.DataFrame(map(asdict, problems)).to_csv(path, index=False)
    else:
        path.unlink(missing_ok=True)  # of an earlier run


def _write_subject(out: Path, layout: Layout, simulation: Simulation, index: int) -> Row:
    if layout == "ukb":
        return _write_participant(out, simulation, index)
    pair = simulate_subject(
        simulation.seed, index, coupling=simulation.coupling, ages=simulation.ages
    )
    if simulation.masks:
        (labels,) = simulate_masks(
            simulation.seed, index, coupling=simulation.coupling, ages=simulation.ages
        )
        (out / MASKS).mkdir(exist_ok=True)
        mask = out / MASKS / f"{pair.subject.subject_id}.nii.gz"
        write_cine(replace(pair.cine, frames=labels), mask)
    return write_pair(pair, out)


def _write_participant(out: Path, simulation: Simulation, index: int) -> Row:
    pair, stack = simulate_stack(
        simulation.seed,
        index,
        slices=simulation.slices,
        coupling=simulation.coupling,
        ages=simulation.ages,
    )
    eid = str(FIRST_EID + index)
    ecg = out / str(ECG_FIELD) / file_name(eid, ECG_FIELD, INSTANCE)
    cine = out / str(CINE_FIELD) / file_name(eid, CINE_FIELD, INSTANCE)
    for path in (ecg, cine):
        path.parent.mkdir(exist_ok=True)
    write_cardiosoft(_with_measurements(pair.ecg), ecg)
    write_dicom_zip([whole_ms(slice_) for slice_ in stack], cine)
    return _participant_row(eid, pair.subject)


def _with_measurements(ecg: Ecg) -> Ecg:
    """Add device measurements to an ECG: intervals and a median beat, measured by PTACL."""
    r_peaks = find_r_peaks(ecg.signal_mv, ecg.sample_rate_hz)
    measured = asdict(measure(ecg.signal_mv, r_peaks, ecg.sample_rate_hz))
    beats = typical_beats(
        ecg.signal_mv, r_peaks, ecg.sample_rate_hz, _MEDIAN_BEFORE_S, _MEDIAN_AFTER_S
    )
    median = np.median(beats, axis=0).astype(np.float32) if len(beats) else None
    return replace(ecg, measurements=measured, median_mv=median, median_rate_hz=ecg.sample_rate_hz)


def whole_ms(cine: Cine) -> Cine:
    """Round the R–R interval to whole ms, as required by DICOM; phases are unchanged."""
    rr_ms = float(round(cine.rr_ms))
    count = len(cine.frames)
    return replace(cine, rr_ms=rr_ms, frame_times_ms=np.arange(count) * rr_ms / count)


def _participant_row(eid: str, subject: Subject) -> Row:
    """Return a row of the table with UK Biobank's column names, age in whole years."""
    assert subject.age_years and subject.height_cm and subject.weight_kg
    covariates = {
        SEX: int(subject.sex == "male"),
        AGE: int(subject.age_years),
        HEIGHT: round(subject.height_cm, 1),
        WEIGHT: round(subject.weight_kg, 1),
        BMI: round(subject.weight_kg / (subject.height_cm / 100) ** 2, 3),
    }
    columns = {f"{ukb}-{0 if ukb == SEX else INSTANCE}.0": v for ukb, v in covariates.items()}
    phenotypes = {
        f"{entry.ukb_field}-{INSTANCE}.0": round(subject.phenotypes[entry.key], 2)
        for entry in phenotypes_in(subject.phenotypes)
    }
    return {"eid": eid, **columns, **phenotypes}
