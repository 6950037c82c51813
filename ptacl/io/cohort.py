"""The door for cohorts: a table of pairs or a UK Biobank folder → sources and problems."""

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

from ptacl.io.pair_source import PairSource
from ptacl.io.pairs import read_pairs
from ptacl.io.ukb import read_ukb
from ptacl.types import Problem

SYNTHETIC = "SYNTHETIC.json"
"""Beside the raw files of simulated subjects, and says so with the seed: the store remembers it."""


@dataclass(frozen=True, slots=True)
class Cohort:
    """The subjects that a source offers."""

    layout: Literal["pairs", "ukb"]
    folder: Path
    """Holds the files; lists of withdrawn participants are sought here."""
    sources: list[PairSource]
    problems: list[Problem]
    tables: list[Path]
    simulation: dict[str, Any] | None
    """How simulated subjects were made; None for real ones."""


def read_cohort(source: Path, *, instance: int = 2, table: Path | None = None) -> Cohort:
    """Look at a cohort without reading its recordings.

    Args:
        source: ``pairs.csv`` or parquet, the folder that holds one, or a UK Biobank folder.
        instance: of UK Biobank, 2 or 3.
        table: UK Biobank's phenotype table, where it lies outside the folder.

    Raises:
        BadInput: neither is there, or a table cannot be read.
    """
    is_pairs = not source.is_dir() or any(
        (source / f"pairs.{kind}").is_file() for kind in ("csv", "parquet")
    )
    if is_pairs:
        sources, problems = read_pairs(source)
        folder = source if source.is_dir() else source.parent
        tables = [source]
    else:
        found = read_ukb(source, instance, table)
        sources, problems, folder, tables = found.sources, found.problems, source, found.tables
    simulation = read_mark(folder)
    if simulation is None and any(entry.truth for entry in sources):
        simulation = {}  # only a simulator knows a truth
    return Cohort(
        "pairs" if is_pairs else "ukb", folder, sources, problems, tables, simulation
    )  # fmt: skip


def write_mark(folder: Path, simulation: dict[str, Any]) -> None:
    """Say beside raw files that their subjects are simulated, and how."""
    what = "Synthetic: simulated hearts, no evidence about real patients."
    (folder / SYNTHETIC).write_text(json.dumps({"what": what, "simulation": simulation}, indent=1))


def read_mark(folder: Path) -> dict[str, Any] | None:
    """How the subjects of a folder were simulated; None where nothing says that they were."""
    place = folder / SYNTHETIC
    if not place.is_file():
        return None
    try:
        simulation = json.loads(place.read_text()).get("simulation", {})
    except (ValueError, AttributeError):
        return {}  # the file alone says it
    return simulation if isinstance(simulation, dict) else {}
