"""A small simulated cohort that many tests share."""

from functools import partial
from pathlib import Path

import pandas as pd

from ptacl.io.cohort.targets import Target, TargetTable
from ptacl.signal.recipe import Recipe
from ptacl.store import Store
from ptacl.store.build import build_store
from ptacl.synthetic import SIMULATION_VERSION, simulate_subject

SEED = 3


def simulated_store(
    out: Path, subjects: int, workers: int = 0, *, first: int = 0, name: str = "tiny"
) -> Store:
    version = SIMULATION_VERSION
    made = {"seed": SEED, "coupling": 1.0, "subjects": subjects, "version": version}
    store, problems = build_store(
        out,
        [(f"S{SEED}-{number:05d}", number) for number in range(first, first + subjects)],
        partial(simulate_subject, SEED),
        recipe=Recipe(),
        name=name,
        synthetic=True,
        provenance={"simulation": made},
        workers=workers,
    )
    assert not problems
    return store


def made_targets(store: Store) -> TargetTable:
    """Targets that the hearts of a simulated store have: a number, outcomes, an event."""
    mass, volume = store.table["lvm_g"], store.table["lvedv_ml"]
    values = pd.DataFrame({
        "subject_id": store.table["subject_id"],
        "wall_g": mass.where(mass.rank(pct=True) < 0.9),
        "large": (volume > volume.median()).astype(float),
        "failure": (volume > volume.quantile(0.7)).astype(float),
        "failure_years": 1.0 + volume.rank(ascending=False) / 10,
        "rare": (volume == volume.max()).astype(float),
    })  # fmt: skip
    targets = (
        Target("wall_g", "Wall *mass*", "g"),
        Target("large", "Large ventricle", kind="binary"),
        Target("failure", "Heart failure", kind="event", time="failure_years"),
        Target("rare", "Largest ventricle", kind="binary"),
    )
    return TargetTable(targets, values)
