"""Commands that make and check cohorts."""

from collections.abc import Collection
from pathlib import Path
from typing import Annotated, Any, Literal

from tyro.conf import Positional, arg

from ptacl.cli.number_options import check_numbers
from ptacl.cli.output import AsJson, Folder, finish, progress_bar, say
from ptacl.errors import PtaclError

_MEASURING_TAKES = 5
"""A stack of 500 frames is labelled in half a minute on an idle core, in several on a busy one."""
ListOfWithdrawn = Annotated[Path, arg(name="list")]


def simulate(
    out: Folder,
    subjects: int = 1000,
    seed: int = 1,
    coupling: float = 1.0,
    ages: Literal["biobank", "adults"] = "biobank",
    appearance: Literal["plain", "random"] = "plain",
    recipe: Literal["ptacl", "mmcl"] = "ptacl",
    raw: Literal["ukb", "pairs"] | None = None,
    slices: int = 10,
    masks: bool = False,
    workers: int = 2,
    json_: AsJson = False,
) -> int:
    """Simulate a cohort of paired ECGs and cines: synthetic, no evidence about real patients.

    Args:
        out: folder of the new store (or of the raw files).
        subjects: number of subjects.
        seed: the same seed gives the same cohort, subject by subject.
        coupling: dependence between ECG and cine, 0 (sex, size and rate only) to 1.
        ages: biobank: 45 to 82 years, as at UK Biobank's imaging visit. adults: 18 to 90.
        appearance: of the cines of a store. plain: one scanner and chest. random: tissues,
            surroundings, coils, noise and orientation drawn for each, the hearts being the same.
        recipe: of the ECGs of a store. mmcl: asymmetric least squares and group z-score, as
            published with MMCL; ids and splits are those of the other recipe.
        raw: write raw files instead of a store. pairs: WFDB and NIfTI with pairs.csv. ukb: the
            layout of UK Biobank, CardioSoft XML, DICOM zips and a table of phenotypes.
        slices: of a stack of the ukb layout, from base to apex, spaced by 10 mm.
        masks: with --raw pairs, write the exact labels of every cine too (masks/ID.nii.gz: 1 right
            ventricle, 2 myocardium, 3 left ventricle).
        workers: processes.
        json_: print the result as JSON.
    """
    from functools import partial

    check_numbers(subjects=subjects, seed=seed, coupling=coupling, slices=slices, workers=workers)
    from ptacl.signal.recipe import MMCL_ECG, Recipe
    from ptacl.store.build import build_store
    from ptacl.synthetic import SIMULATION_VERSION, simulate_subject

    if masks and not raw:
        raise PtaclError("--masks belongs to --raw pairs.", code="option.invalid")
    if raw and appearance != "plain":
        raise PtaclError(
            "--appearance random belongs to a store: raw files have the plain appearance.",
            code="option.invalid",
        )
    if raw and recipe != "ptacl":
        raise PtaclError(
            "--recipe belongs to a store: raw files are not preprocessed.", code="option.invalid"
        )
    if raw:
        from ptacl.synthetic.raw_files import Simulation, write_raw

        simulation = Simulation(seed, subjects, coupling, ages, slices, masks)
        with progress_bar("subject") as progress:
            cohort = write_raw(out, raw, simulation, workers=workers, progress=progress)
        written = subjects - len(cohort.problems)
        result = {"table": str(cohort.table), "subjects": written, "synthetic": True}
        finish(json_, result | _problems_of(out, len(cohort.problems)))
        return 3 if cohort.problems else 0
    load = partial(simulate_subject, seed, coupling=coupling, ages=ages, appearance=appearance)
    simulated: dict[str, Any] = {
        "seed": seed, "coupling": coupling, "ages": ages, "subjects": subjects,
        "version": SIMULATION_VERSION,
    }  # fmt: skip
    if appearance != "plain":  # stores were marked before there was another one
        simulated["appearance"] = appearance
    if recipe != "ptacl":
        simulated["recipe"] = recipe
    with progress_bar("subject") as progress:
        store, problems = build_store(
            out,
            [(f"S{seed}-{number:05d}", number) for number in range(subjects)],
            load,
            recipe=Recipe(ecg=MMCL_ECG) if recipe == "mmcl" else Recipe(),
            name=out.name,
            synthetic=True,
            provenance={"simulation": simulated},
            workers=workers,
            progress=progress,
        )
    result = {"store": str(out), "subjects": len(store), "synthetic": True}
    finish(json_, result | _problems_of(out, len(problems)))
    return 3 if problems else 0


def _problems_of(out: Path, count: int) -> dict[str, str]:
    """Return a line about the subjects that could not be simulated, if any."""
    return {"problems": f"{count}, listed in {out / 'problems.csv'}"} if count else {}


def import_cohort(
    source: Positional[Path],
    out: Folder,
    checkpoint: Path | None = None,
    name: str | None = None,
    instance: Literal[2, 3] = 2,
    table: Path | None = None,
    withdrawn: tuple[Path, ...] = (),
    not_withdrawn: tuple[Path, ...] = (),
    shard_subjects: int = 100,
    workers: int = 2,
    dask: str | None = None,
    item_seconds: float = 120.0,
    item_gb: float = 4.0,
    order: Literal["trigger", "temporal", "acquisition", "instance"] | None = None,
    rr_ms: float | None = None,
    any_series: bool = False,
    measure: bool = False,
    segmenter: Path | None = None,
    json_: AsJson = False,
) -> int:
    """Import a cohort into a store: a table `pairs.csv`, or a folder of UK Biobank.

    Columns of pairs.csv: subject_id, ecg, cine (paths relative to the table) and any of sex,
    age_years, height_cm, weight_kg and the phenotypes (lvedv_ml … rvef_pct); for cines without this
    information cine_order, cine_rr_ms and cine_any_series, which take precedence over the options
    of these names. UK Biobank: files EID_20205_2_0.xml and EID_20209_2_0.zip anywhere in the folder
    or its subfolders, phenotypes as csv, tab, parquet or Stata, packed or not, with any spelling of
    the columns. The columns used from each table are printed and stored. Every problem is listed in
    problems.csv of the store, the other subjects are imported, and the exit status is 3 where some
    were left out or no table could be used. Assumptions made to read a cine are listed in
    notes.csv.

    Args:
        source: pairs.csv or pairs.parquet, the folder that holds it, or a UK Biobank folder.
        out: folder of the new store; an interrupted import continues there.
        checkpoint: import with the preprocessing of this model (the default recipe otherwise).
        name: short name of the cohort; the folder's name by default.
        instance: visit of UK Biobank: 2 imaging, 3 repeat imaging.
        table: UK Biobank's phenotype table, where it is not in the folder.
        withdrawn: lists of participants who have withdrawn, one id a line; lists in the folder of
            the files that are recognised by name (withdrawals.csv, w12345_20240101.csv,
            exclude_ids.txt …) are used as well.
        not_withdrawn: files in the folder that list participants for another purpose.
        shard_subjects: subjects in a shard; a worker holds this many prepared ones in memory.
        workers: processes.
        dask: address of a Dask scheduler (tcp://host:8786), to use its workers instead.
        item_seconds: time limit for reading and preparing one subject, in seconds; five times as
            long with --measure.
        item_gb: memory limit for one subject, in GB (on Linux). A subject that exceeds a limit, or
            whose files crash the reader, is a problem.
        order: sort key of the frames of DICOM cines. trigger: time after the R wave. temporal:
            temporal position. acquisition: acquisition time. instance: instance number. By default
            the first of these that is different in all frames of a slice.
        rr_ms: the R–R interval of the cines in ms, instead of that in their files.
        any_series: accept DICOM series of any name and plane.
        measure: measure the phenotypes that the table lacks on the cines: volumes by summation of
            slices of a stack, by area-length of a single slice (left ventricle only, uncertain).
            Values of the table stay as they are. The column `measured` of the store, notes.csv and
            the provenance name method and segmenter.
        segmenter: folder of the segmenter that measures; the one that comes with PTACL by default.
        json_: print imported, problems, withdrawn, tables and seconds as JSON.
    """
    check_numbers(
        shard_subjects=shard_subjects, workers=workers, item_seconds=item_seconds, item_gb=item_gb
    )
    from ptacl.config.strict_json import to_dict
    from ptacl.io.cine.options import CineReading
    from ptacl.parallel.worker import Limits
    from ptacl.signal.recipe import Recipe
    from ptacl.store.format import PROBLEMS
    from ptacl.store.importing import import_cohort as run_import

    recipe, measuring = Recipe(), _measuring(measure, segmenter)
    if checkpoint:
        from ptacl.checkpoint.files import read_config

        recipe = read_config(checkpoint).recipe
    with progress_bar("subject") as progress:
        done = run_import(
            source,
            out,
            recipe,
            name=name or out.name,
            instance=instance,
            table=table,
            withdrawn=withdrawn,
            not_withdrawn=not_withdrawn,
            shard_subjects=shard_subjects,
            workers=workers,
            dask=dask,
            limits=Limits(item_seconds * (_MEASURING_TAKES if measure else 1), item_gb),
            cine=CineReading(rr_ms, order, any_series),
            **measuring,
            progress=progress,
            say=say,
        )
    result: dict[str, Any] = {
        "imported": done.imported,
        # Terminals are often logged, so participants are named in the table only.
        "problems": f"{len(done.problems)}, listed in {out / PROBLEMS}" if done.problems else "0",
        "withdrawn": done.withdrawn,
        "seconds": round(done.seconds, 2),
    }
    if json_:
        result["problems"] = [to_dict(problem) for problem in done.problems]
        result["tables"] = [to_dict(table) for table in done.tables]
    finish(json_, result)
    return 3 if done.problems else 0


def _measuring(measure: bool, segmenter: Path | None) -> dict[str, Any]:
    """Return the arguments of the import for measured phenotypes; none without --measure."""
    if not measure:
        if segmenter is not None:
            raise PtaclError(
                "--segmenter is used with --measure only. Add --measure.", code="option.conflict"
            )
        return {}
    from ptacl.segmentation.cohort import measuring

    load, info = measuring(segmenter)
    return {"load": load, "measured_by": info}


def withdraw(
    folders: Positional[tuple[Path, ...]],
    list_: ListOfWithdrawn,
    json_: AsJson = False,
) -> int:
    """Exclude participants who have withdrawn from stores, galleries and checkpoints.

    Their ids are stored in withdrawn.csv of each store and gallery, which every command and the app
    respect. Their recordings are not removed from the disk: for that, import and embed again. The
    recordings in a checkpoint (reconstructions.npz) are deleted, as they carry no ids.
    What a model learned from them stays in its weights.

    Args:
        folders: stores, galleries and checkpoints.
        list_: the list of withdrawn participants, one id a line.
        json_: print the number of excluded subjects of each folder as JSON.
    """
    from ptacl.store.withdrawals import read_withdrawn

    withdrawn = read_withdrawn(list_)
    left_out = [
        {"folder": str(folder), "left_out": _exclude(folder, withdrawn)} for folder in folders
    ]
    return finish(json_, {"withdrawn": left_out})


def _exclude(folder: Path, withdrawn: Collection[str]) -> int:
    """Exclude participants and return the number of subjects that a folder has excluded."""
    from ptacl.checkpoint.reconstructions import remove_reconstructions
    from ptacl.gallery.withdrawals import withdraw_from_gallery
    from ptacl.store import withdraw_from_store

    if (folder / "gallery.json").is_file():
        return withdraw_from_gallery(folder, withdrawn)
    if (folder / "config.json").is_file():
        return remove_reconstructions(folder) if withdrawn else 0
    return withdraw_from_store(folder, withdrawn)


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
