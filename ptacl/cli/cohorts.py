"""Commands that import and check cohorts."""

from collections.abc import Collection
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Literal

from tyro.conf import OmitArgPrefixes, Positional, arg

from ptacl.cli.cine_options import DEFAULT_CINES, OfCines
from ptacl.cli.output import AsJson, Folder, finish
from ptacl.display.progress import print_message, progress_bar
from ptacl.errors import PtaclError
from ptacl.workflow.number_options import check_numbers

if TYPE_CHECKING:
    from ptacl.signal.recipe import Recipe
    from ptacl.store.importing import Imported

_MEASURING_TAKES = 5
"""A stack of 500 frames is labelled in half a minute on an idle core, in several on a busy one."""
ListOfWithdrawn = Annotated[Path, arg(name="list")]


@dataclass(frozen=True, slots=True)
class UkbOptions:
    """Of a UK Biobank folder."""

    instance: Literal[2, 3] = 2
    """visit of UK Biobank: 2 imaging, 3 repeat imaging."""
    table: Path | None = None
    """UK Biobank's phenotype table, where it is not in the folder."""


@dataclass(frozen=True, slots=True)
class WorkOptions:
    """How the work is shared out, and what a subject may take."""

    shard_subjects: int = 100
    """subjects in a shard; a worker holds this many prepared ones in memory."""
    workers: int = 2
    """processes."""
    dask: str | None = None
    """address of a Dask scheduler (tcp://host:8786), to use its workers instead."""
    item_seconds: float = 120.0
    """time limit for reading and preparing one subject, in seconds; five times as long with
    --measure."""
    item_gb: float = 4.0
    """memory limit for one subject, in GB (on Linux). A subject that exceeds a limit, or whose
    files crash the reader, is a problem."""


@dataclass(frozen=True, slots=True)
class MeasureOptions:
    """Phenotypes from the cines."""

    measure: bool = False
    """measure the phenotypes that the table lacks on the cines: volumes by summation of slices of a
    stack, by area-length of a single slice (left ventricle only, uncertain). Values of the table
    stay as they are. The column `measured` of the store, notes.csv and the provenance name method
    and segmenter."""
    segmenter: Path | None = None
    """folder of the segmenter that measures; the one that comes with PTACL by default."""


OfUkb = Annotated[UkbOptions, OmitArgPrefixes]
OfWork = Annotated[WorkOptions, OmitArgPrefixes]
OfMeasuring = Annotated[MeasureOptions, OmitArgPrefixes]
DEFAULT_UKB, DEFAULT_WORK, NOT_MEASURED = UkbOptions(), WorkOptions(), MeasureOptions()


def import_cohort(
    source: Positional[Path],
    out: Folder,
    checkpoint: Path | None = None,
    name: str | None = None,
    withdrawn: tuple[Path, ...] = (),
    not_withdrawn: tuple[Path, ...] = (),
    ukb: OfUkb = DEFAULT_UKB,
    work: OfWork = DEFAULT_WORK,
    cines: OfCines = DEFAULT_CINES,
    measuring: OfMeasuring = NOT_MEASURED,
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
        withdrawn: lists of participants who have withdrawn, one id a line; lists in the folder of
            the files that are recognised by name (withdrawals.csv, w12345_20240101.csv,
            exclude_ids.txt …) are used as well.
        not_withdrawn: files in the folder that list participants for another purpose.
        ukb: of a UK Biobank folder.
        work: how the work is shared out, and what a subject may take.
        cines: how cines are read, where the table does not say it.
        measuring: phenotypes from the cines.
        json_: print imported, problems, withdrawn, tables and seconds as JSON.
    """
    check_numbers(
        shard_subjects=work.shard_subjects, workers=work.workers, item_seconds=work.item_seconds,
        item_gb=work.item_gb,
    )  # fmt: skip
    from ptacl.io.cine.options import CineReading
    from ptacl.parallel.worker import Limits
    from ptacl.store.importing import import_cohort as run_import

    takes = _MEASURING_TAKES if measuring.measure else 1
    measured = _measuring(measuring.measure, measuring.segmenter)
    with progress_bar("subject") as progress:
        done = run_import(
            source,
            out,
            _recipe(checkpoint),
            name=name or out.name,
            instance=ukb.instance,
            table=ukb.table,
            withdrawn=withdrawn,
            not_withdrawn=not_withdrawn,
            shard_subjects=work.shard_subjects,
            workers=work.workers,
            dask=work.dask,
            limits=Limits(work.item_seconds * takes, work.item_gb),
            cine=CineReading(cines.rr_ms, cines.order, cines.any_series),
            **measured,
            progress=progress,
            say=print_message,
        )
    finish(json_, _imported(done, out, in_full=json_))
    return 3 if done.problems else 0


def _recipe(checkpoint: Path | None) -> "Recipe":
    """Return the preprocessing of a model, or the default one."""
    from ptacl.signal.recipe import Recipe

    if checkpoint is None:
        return Recipe()
    from ptacl.checkpoint.files import read_config

    return read_config(checkpoint).recipe


def _imported(done: "Imported", out: Path, *, in_full: bool) -> dict[str, Any]:
    """Return what was imported, for printing."""
    from ptacl.config.strict_json import to_dict
    from ptacl.store.format import PROBLEMS

    result: dict[str, Any] = {
        "imported": done.imported,
        # Terminals are often logged, so participants are named in the table only.
        "problems": f"{len(done.problems)}, listed in {out / PROBLEMS}" if done.problems else "0",
        "withdrawn": done.withdrawn,
        "seconds": round(done.seconds, 2),
    }
    if in_full:
        result["problems"] = [to_dict(problem) for problem in done.problems]
        result["tables"] = [to_dict(table) for table in done.tables]
    return result


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
    path: Folder,
    seal: bool = False,
    json_: AsJson = False,
) -> int:
    """Compare every file of a folder with its SHA-256; exit status 2 if one is damaged.

    A store, checkpoint (with its gallery and the state of its training), gallery, or the cache of
    rebuilt signals is recognised by its files. Model cards are left out: people edit them. Folders
    that carry no checksums are listed; they were made by an earlier version, or their writer was
    killed.

    Args:
        path: the folder.
        seal: write the checksums of folders that carry none; only for files known to be good.
        json_: print the result as JSON.
    """
    from ptacl.workflow.verify import seal_folder, verify_folder

    sealed = seal_folder(path) if seal else []
    found = verify_folder(path)
    result = {found.kind: str(path), "files": found.files, "damage": found.damage,
              "without_checksums": found.without_checksums}  # fmt: skip
    finish(json_, result | ({"sealed": sealed} if seal else {}))
    return 2 if found.damage else 0
