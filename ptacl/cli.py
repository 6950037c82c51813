"""The commands: `ptacl --help`.

Results go to standard output (`--json` for machines), progress to standard error. Exit status: 0
done, 2 the input cannot be used (one sentence says why), 3 an import that left subjects out.
"""

import json
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Annotated, Any, Literal

import tyro
from tqdm import tqdm
from tyro.conf import FlagCreatePairsOff, Positional, arg

from ptacl.errors import PtaclError

Folder = Positional[Path]


def main(arguments: list[str] | None = None) -> int:
    """Run a command; returns the exit status."""
    commands: dict[str, Callable[..., int]] = {
        "simulate": simulate,
        "import": import_cohort,
        "verify": verify,
        "train": train,
        "embed": embed,
        "evaluate": evaluate,
        "inspect": inspect,
        "convert": convert,
    }
    try:
        return tyro.extras.subcommand_cli_from_dict(
            commands,
            prog="ptacl",
            description=__doc__.split(":")[0] + ". Learns from pairs of a 12-lead ECG and a "
            "cardiac cine MRI, then reads the ECG alone. Research use only, not a medical device.",
            args=arguments,
            config=(FlagCreatePairsOff,),
        )
    except PtaclError as error:
        print(f"ptacl: {error}", file=sys.stderr)
        return 2
    except KeyboardInterrupt:
        print("ptacl: stopped; the same command goes on from here", file=sys.stderr)
        return 130


def simulate(
    out: Folder,
    subjects: int = 1000,
    seed: int = 1,
    coupling: float = 1.0,
    raw: bool = False,
    workers: int = 2,
    json_: Annotated[bool, arg(name="json")] = False,
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
    from ptacl.store import build_store
    from ptacl.synthetic import simulate_subject

    load = partial(simulate_subject, seed, coupling=coupling)
    if raw:
        from ptacl.io.pairs import write_pairs

        with tqdm(total=subjects, unit="subject") as bar:
            table = write_pairs(_watched(map(load, range(subjects)), bar), out)
        return _finish(json_, {"pairs": str(table), "subjects": subjects})
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
            progress=_steps(bar),
        )
    return _finish(json_, {"store": str(out), "subjects": len(store), "synthetic": True})


def import_cohort(
    source: Positional[Path],
    out: Folder,
    checkpoint: Path | None = None,
    name: str | None = None,
    workers: int = 2,
    json_: Annotated[bool, arg(name="json")] = False,
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
    import time

    from ptacl.config import to_dict
    from ptacl.io.pairs import load_pair, read_pairs
    from ptacl.signal.recipe import Recipe
    from ptacl.store import build_store

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
            progress=_steps(bar),
        )
    table = [to_dict(problem) for problem in [*problems, *failed]]
    imported = sum(shard.subjects for shard in store.manifest.shards)
    result = {
        "imported": imported,
        "problems": table,
        "seconds": round(time.perf_counter() - started, 2),
    }
    _finish(json_, result)
    return 3 if table else 0


def verify(
    store: Folder,
    json_: Annotated[bool, arg(name="json")] = False,
) -> int:
    """Check every shard of a store against its checksums; exit status 2 if one is damaged.

    Args:
        store: folder of the store.
        json_: print the damage as JSON.
    """
    from ptacl.store import verify_store

    damage = verify_store(store)
    _finish(json_, {"store": str(store), "damage": damage})
    return 2 if damage else 0


def train(
    store: Folder,
    out: Folder,
    preset: Literal["demo"] = "demo",
    epochs: int | None = None,
    temporal_weight: float | None = None,
    seed: int = 0,
    resume: bool = False,
    json_: Annotated[bool, arg(name="json")] = False,
) -> int:
    """Train the two encoders on a store and write a checkpoint.

    Runs on the GPU (bfloat16) where there is one, else on the CPU. The newest checkpoint is
    written after every epoch; a killed run goes on with --resume.

    Args:
        store: folder of the store.
        out: folder of the checkpoint.
        preset: demo: the light encoders, minutes on two CPU cores.
        epochs: passes over the training subjects; the preset's by default.
        temporal_weight: weight of the temporal loss; 0 trains the patient loss alone.
        seed: of the weights, the order and the augmentation.
        resume: go on with a started run.
        json_: print the last figures as JSON.
    """
    from ptacl.training import train_preset

    with tqdm(unit="step", smoothing=0.05) as bar:

        def show(step: int, steps: int, figures: dict[str, float]) -> None:
            bar.total = steps
            bar.update(step - bar.n)
            bar.set_postfix({k: f"{v:.3f}" for k, v in figures.items()}, refresh=False)

        figures = train_preset(
            store,
            out,
            preset,
            epochs=epochs,
            temporal_weight=temporal_weight,
            seed=seed,
            resume=resume,
            progress=show,
        )
    return _finish(json_, {"checkpoint": str(out), **figures})


def embed(
    store: Folder,
    checkpoint: Path,
    out: Path,
    split: Literal["all", "test"] = "all",
    limit: int | None = None,
    rebuildable: bool = False,
    json_: Annotated[bool, arg(name="json")] = False,
) -> int:
    """Embed a store's subjects into a gallery: embeddings, search index, map, regression heads.

    Args:
        store: folder of the store.
        checkpoint: folder of the model.
        out: folder of the gallery; `CHECKPOINT/gallery` makes it the model's own.
        split: which subjects the gallery holds; heads are always fitted on the training split.
        limit: subjects at most.
        rebuildable: leave out ECGs and cines that can be simulated again from their seed.
        json_: print the result as JSON.
    """
    import numpy as np

    from ptacl.dataset import Split, split_rows
    from ptacl.gallery.build import build_gallery
    from ptacl.store import open_store

    cohort = open_store(store)
    parts: tuple[Split, ...] = ("train", "val", "test") if split == "all" else ("test",)
    rows = np.sort(np.concatenate([split_rows(cohort, part) for part in parts]))[:limit]
    if rebuildable and not cohort.manifest.provenance.get("simulation"):
        raise PtaclError(f"{store} is no simulated cohort: its signals cannot be made again.")
    gallery = build_gallery(
        cohort, checkpoint, out, rows=rows, with_signals=not rebuildable, say=_say
    )
    return _finish(json_, {"gallery": str(out), "subjects": len(gallery)})


def evaluate(
    store: Folder,
    checkpoint: Path,
    beside: tuple[Path, ...] = (),
    limit: int = 500,
    record: bool = False,
    json_: Annotated[bool, arg(name="json")] = False,
) -> int:
    """Report retrieval, alignment and phenotypes on held-out subjects, beside the baselines.

    Args:
        store: folder of the store.
        checkpoint: folder of the model.
        beside: other checkpoints of the same recipe, measured in the same run.
        limit: held-out subjects at most (recall depends on how many there are).
        record: keep the report in the checkpoint's metrics.json and write its card anew.
        json_: print the whole report as JSON instead of a table.
    """
    from ptacl.card import record_evaluation
    from ptacl.checkpoint import load_model
    from ptacl.evaluate import evaluate as measure
    from ptacl.report_table import report_table
    from ptacl.store import open_store

    model, config = load_model(checkpoint)
    rivals = {path.name: load_model(path)[0] for path in beside}
    report = measure(model, config, open_store(store), rivals=rivals, limit=limit, say=_say)
    if record:
        record_evaluation(checkpoint, report)
    print(json.dumps(report, indent=1) if json_ else report_table(report))
    return 0


def inspect(
    file: Positional[Path],
    checkpoint: Path,
    gallery: Path | None = None,
    sex: Literal["female", "male"] | None = None,
    height_cm: float | None = None,
    weight_kg: float | None = None,
    rate_hz: float | None = None,
    unit: str | None = None,
    json_: Annotated[bool, arg(name="json")] = False,
) -> int:
    """Read one ECG file: quality, intervals, the nine phenotypes with 90 % intervals, neighbours.

    Args:
        file: WFDB (.hea), DICOM, CSV or NPY; known by its content.
        checkpoint: folder of the model.
        gallery: folder of the gallery; `CHECKPOINT/gallery` by default.
        sex: chooses the reference interval.
        height_cm: with the weight, gives values per body surface area (Du Bois).
        weight_kg: see the height.
        rate_hz: samples per second, where the file does not say.
        unit: mV or uV, where the file does not say.
        json_: print everything as one JSON object.
    """
    import ptacl
    from ptacl.inspection import to_dict
    from ptacl.report_table import inspection_table

    ecg = ptacl.read_ecg(file, sample_rate_hz=rate_hz, unit=unit)
    model = ptacl.load(checkpoint, gallery)
    found = model.inspect(ecg, sex=sex, height_cm=height_cm, weight_kg=weight_kg)
    print(json.dumps(to_dict(found), indent=1) if json_ else inspection_table(found))
    return 0


def convert(
    source: Folder,
    out: Folder,
    json_: Annotated[bool, arg(name="json")] = False,
) -> int:
    """Check an encoder as its authors release it and bring it into a checkpoint's form.

    Args:
        source: folder with config.json and model.safetensors (or .bin, read weights-only).
        out: folder of the converted encoder: safetensors weights and a strict config.json.
        json_: print the result as JSON.
    """
    from ptacl.convert import convert_released

    return _finish(json_, convert_released(source, out))


def _finish(as_json: bool, result: dict[str, Any]) -> int:
    if as_json:
        print(json.dumps(result))
        return 0
    for key, value in result.items():
        rows = value if isinstance(value, list) else [value]
        for row in rows:
            text = ", ".join(map(str, row.values())) if isinstance(row, dict) else row
            print(f"{key}: {text}")
    return 0


def _say(what: str) -> None:
    print(what, file=sys.stderr)


def _steps(bar: Any) -> Callable[[int, int], None]:
    def show(done: int, total: int) -> None:
        bar.total = total
        bar.update(done - bar.n)

    return show


def _watched(items: Any, bar: Any) -> Any:
    for item in items:
        yield item
        bar.update(1)
