"""Reading that is fatal at some files; in a module of its own, for worker processes to import.

A subject or file whose name holds one of the words of `FATES` meets that fate.
"""

import os
import signal
import time
from pathlib import Path

from ptacl.inference.prepare_worker import Job, Prepared, Unreadable, prepare
from ptacl.io.cohort.sources import PairSource, load_pair
from ptacl.parallel.worker import announce_file
from ptacl.synthetic import simulate_subject
from ptacl.synthetic.raw_files import Layout, Simulation, _write_subject
from ptacl.types import Pair

FATES = ("killer", "hanging", "swelling")
SWELLING_BYTES = 6 * 1024**3
KILLER, HANGING, SWELLING = 3, 6, 9
"""Indices of simulated subjects."""


def meet_fate(name: str) -> None:
    if "killer" in name:
        os.kill(os.getpid(), signal.SIGSEGV)
    if "hanging" in name:
        time.sleep(600)
    if "swelling" in name:
        bytearray(SWELLING_BYTES)


def deadly_prepare(job: Job) -> Prepared | Unreadable:
    meet_fate(job.recording.name)
    return prepare(job)


def deadly_load(source: PairSource) -> Pair:
    """Read a subject; a cine of a fatal name is met after its ECG was read."""
    if any(fate in source.cine.name for fate in FATES):
        announce_file(source.cine.name)
        meet_fate(source.cine.name)
    return load_pair(source)


def _meet_fate_of(index: int) -> None:
    names = {KILLER: "killer", HANGING: "hanging", SWELLING: "swelling"}
    meet_fate(names.get(index, ""))


def deadly_simulate(seed: int, index: int, **options) -> Pair:
    _meet_fate_of(index)
    return simulate_subject(seed, index, **options)


def killing_simulate(seed: int, index: int, **options) -> Pair:
    if index == KILLER:
        meet_fate("killer")
    return simulate_subject(seed, index, **options)


def killing_write_subject(
    out: Path, layout: Layout, simulation: Simulation, index: int
) -> dict[str, object]:
    if index == KILLER:
        meet_fate("killer")
    return _write_subject(out, layout, simulation, index)
