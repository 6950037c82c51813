"""A simulated cohort as raw files: in the layout of UK Biobank, or as a table of pairs.

So that the whole import is tested, and can be tried, without access to anyone's data. Synthetic is
said in every ECG and DICOM file, in the range of the ids and in ``SYNTHETIC.json`` beside them.
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
from ptacl.parallel.pool import item_done, run_jobs
from ptacl.phenotypes import phenotypes_in
from ptacl.signal.delineation.beats import find_r_peaks, typical_beats
from ptacl.signal.delineation.intervals import measure
from ptacl.synthetic import SIMULATION_VERSION, simulate_stack, simulate_subject
from ptacl.types import Ages, Cine, Ecg, Subject

Layout = Literal["ukb", "pairs"]
Row = dict[str, object]

FIRST_EID = 9_000_001
"""Participants of UK Biobank have numbers of seven digits that begin with 1 to 6."""
INSTANCE = 2
UKB_TABLE = "phenotypes.csv"
SUBJECTS_AT_ONCE = 10
_MEDIAN_BEFORE_S, _MEDIAN_AFTER_S = 0.4, 0.8
"""The median beat that CardioSoft writes lasts 1.2 s."""


@dataclass(frozen=True, slots=True)
class Simulation:
    """What makes a cohort what it is."""

    seed: int
    subjects: int
    coupling: float = 1.0
    ages: Ages = "biobank"
    slices: int = 10
    """In a stack of the UK Biobank layout; slice ``slices // 2`` is the cohort's cine."""


def write_raw(
    out: Path,
    layout: Layout,
    simulation: Simulation,
    *,
    workers: int = 2,
    progress: Callable[[int, int], None] | None = None,
) -> Path:
    """Write the files of a simulated cohort and the table that belongs to them.

    Args:
        out: folder of the files; made if absent.
        layout: ``ukb``: CardioSoft XML in ``20205/``, DICOM zips in ``20209/`` and
            ``phenotypes.csv``; ``pairs``: WFDB, NIfTI and ``pairs.csv``.
        simulation: whom to simulate.
        workers: processes.
        progress: called with (subjects done, subjects in all).

    Returns:
        the path of the table.

    Raises:
        PtaclError: the folder holds anything but files of this very simulation, by this version.
    """
    out.mkdir(parents=True, exist_ok=True)
    mark = {"layout": layout, **asdict(simulation), "version": SIMULATION_VERSION}
    if any(out.iterdir()) and read_mark(out) != mark:
        raise PtaclError(f"{out} holds other files. Choose an empty folder.")
    write_mark(out, mark)
    write = partial(_write_subjects, out, layout, simulation)
    total = simulation.subjects
    chunks = [
        range(start, min(start + SUBJECTS_AT_ONCE, total))
        for start in range(0, total, SUBJECTS_AT_ONCE)
    ]
    show = (lambda done: progress(done, total)) if progress else None
    written = dict(run_jobs(write, chunks, workers, show))
    rows = [row for chunk in chunks for row in written[chunk]]
    if layout == "pairs":
        return write_table(rows, out)
    pd.DataFrame(rows).to_csv(out / UKB_TABLE, index=False)
    return out / UKB_TABLE


def _write_subjects(out: Path, layout: Layout, simulation: Simulation, chunk: range) -> list[Row]:
    rows = []
    for index in chunk:
        if layout == "ukb":
            rows.append(_write_participant(out, simulation, index))
        else:
            pair = simulate_subject(
                simulation.seed, index, coupling=simulation.coupling, ages=simulation.ages
            )
            rows.append(write_pair(pair, out))
        item_done()
    return rows


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
    write_cardiosoft(_as_printed(pair.ecg), ecg)
    write_dicom_zip([_whole_ms(slice_) for slice_ in stack], cine)
    return _participant_row(eid, pair.subject)


def _as_printed(ecg: Ecg) -> Ecg:
    """The ECG with what a device would print: intervals and a median beat, measured by ptacl."""
    r_peaks = find_r_peaks(ecg.signal_mv, ecg.sample_rate_hz)
    measured = asdict(measure(ecg.signal_mv, r_peaks, ecg.sample_rate_hz))
    beats = typical_beats(
        ecg.signal_mv, r_peaks, ecg.sample_rate_hz, _MEDIAN_BEFORE_S, _MEDIAN_AFTER_S
    )
    median = np.median(beats, axis=0).astype(np.float32) if len(beats) else None
    return replace(ecg, measurements=measured, median_mv=median, median_rate_hz=ecg.sample_rate_hz)


def _whole_ms(cine: Cine) -> Cine:
    """The same phases over an R–R interval of whole ms, which is what DICOM can say."""
    rr_ms = float(round(cine.rr_ms))
    count = len(cine.frames)
    return replace(cine, rr_ms=rr_ms, frame_times_ms=np.arange(count) * rr_ms / count)


def _participant_row(eid: str, subject: Subject) -> Row:
    """A row of the table as UK Biobank's csv spells it, age in whole years."""
    assert subject.age_years and subject.height_cm and subject.weight_kg
    covariates = {
        SEX: int(subject.sex == "male"),
        AGE: int(subject.age_years),
        HEIGHT: round(subject.height_cm, 1),
        WEIGHT: round(subject.weight_kg, 1),
        BMI: round(subject.weight_kg / (subject.height_cm / 100) ** 2, 3),
    }
    named = {f"{ukb}-{0 if ukb == SEX else INSTANCE}.0": v for ukb, v in covariates.items()}
    measured = {
        f"{entry.ukb_field}-{INSTANCE}.0": round(subject.phenotypes[entry.key], 2)
        for entry in phenotypes_in(subject.phenotypes)
    }
    return {"eid": eid, **named, **measured}
