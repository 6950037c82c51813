"""A small simulated cohort that many tests share."""

from functools import partial
from pathlib import Path

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
