"""Commands that make and check cohorts."""

import time
from pathlib import Path

from tqdm import tqdm
from tyro.conf import Positional

from ptacl.cli.output import AsJson, Folder, finish, steps, watched


def simulate(
    out: Folder,
    subjects: int = 1000,
    seed: int = 1,
    coupling: float = 1.0,
    raw: bool = False,
    workers: int = 2,
    json_: AsJson = False,
) -> int:
    """Simulate a cohort of paired ECGs and cines: synthetic, no evidence about real patients.

    Args:
        out: folder of the new store (or of the raw files).
        subjects: how many.
        seed: the same seed gives the same cohort, subject by subject.
        coupling: how much the ECG and the cine share, 0 (sex, size and rate only) to 1.
        raw: write WFDB and NIfTI files with pairs.csv instead of a store.
        workers: processes.
        json_: print the result as JSON.
    """
    from functools import partial

    from ptacl.signal.recipe import Recipe
    from ptacl.store.build import build_store
    from ptacl.synthetic import simulate_subject

    load = partial(simulate_subject, seed, coupling=coupling)
    if raw:
        from ptacl.io.pairs import write_pairs

        with tqdm(total=subjects, unit="subject") as bar:
            table = write_pairs(watched(map(load, range(subjects)), bar), out)
        return finish(json_, {"pairs": str(table), "subjects": subjects})
    with tqdm(total=subjects, unit="subject") as bar:
        store, _ = build_store(
            out,
            [(f"S{seed}-{number:05d}", number) for number in range(subjects)],
            load,
            recipe=Recipe(),
            name=out.name,
            synthetic=True,
            provenance={"simulation": {"seed": seed, "coupling": coupling, "subjects": subjects}},
            workers=workers,
            progress=steps(bar),
        )
    return finish(json_, {"store": str(out), "subjects": len(store), "synthetic": True})


def import_cohort(
    source: Positional[Path],
    out: Folder,
    checkpoint: Path | None = None,
    name: str | None = None,
    workers: int = 2,
    json_: AsJson = False,
) -> int:
    """Import a cohort into a store: a table `pairs.csv` that points at ECG and cine files.

    Columns: subject_id, ecg, cine (paths relative to the table) and any of sex, age_years,
    height_cm, weight_kg and the phenotypes (lvedv_ml … rvef_pct). Every problem is listed, the
    good subjects are imported, and the exit status is 3 where some were left out.

    Args:
        source: pairs.csv or pairs.parquet, or the folder that holds it.
        out: folder of the new store; an interrupted import goes on where it stopped.
        checkpoint: import with the preprocessing of this model (the default recipe otherwise).
        name: short name of the cohort; the folder's name by default.
        workers: processes.
        json_: print imported, problems and seconds as JSON.
    """
    from ptacl.config import to_dict
    from ptacl.io.pairs import load_pair, read_pairs
    from ptacl.signal.recipe import Recipe
    from ptacl.store.build import build_store

    started = time.perf_counter()
    recipe = Recipe()
    if checkpoint:
        from ptacl.checkpoint import read_config

        recipe = read_config(checkpoint).recipe
    sources, problems = read_pairs(source)
    with tqdm(total=len(sources), unit="subject") as bar:
        store, failed = build_store(
            out,
            [(entry.subject.subject_id, entry) for entry in sources],
            load_pair,
            recipe=recipe,
            name=name or out.name,
            synthetic=False,
            workers=workers,
            progress=steps(bar),
        )
    table = [to_dict(problem) for problem in [*problems, *failed]]
    imported = sum(shard.subjects for shard in store.manifest.shards)
    result = {
        "imported": imported,
        "problems": table,
        "seconds": round(time.perf_counter() - started, 2),
    }
    finish(json_, result)
    return 3 if table else 0


def verify(
    store: Folder,
    json_: AsJson = False,
) -> int:
    """Check every shard of a store against its checksums; exit status 2 if one is damaged.

    Args:
        store: folder of the store.
        json_: print the damage as JSON.
    """
    from ptacl.store import verify_store

    damage = verify_store(store)
    finish(json_, {"store": str(store), "damage": damage})
    return 2 if damage else 0
