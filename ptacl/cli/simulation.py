"""Command that simulates a cohort."""

from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

from ptacl.cli.output import AsJson, Folder, finish
from ptacl.display.progress import progress_bar
from ptacl.errors import PtaclError
from ptacl.types import Ages, Appearance
from ptacl.workflow.number_options import check_numbers

if TYPE_CHECKING:
    from ptacl.synthetic.raw_files import Simulation

Made = tuple[dict[str, Any], int]
"""What was made, and the number of subjects that could not be simulated."""


def simulate(
    out: Folder,
    subjects: int = 1000,
    seed: int = 1,
    coupling: float = 1.0,
    ages: Ages = "biobank",
    appearance: Appearance = "plain",
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
    check_numbers(subjects=subjects, seed=seed, coupling=coupling, slices=slices, workers=workers)
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
    from ptacl.synthetic.raw_files import Simulation

    simulation = Simulation(seed, subjects, coupling, ages, slices, masks)
    if raw:
        made, problems = _write_raw(out, raw, simulation, workers)
    else:
        made, problems = _build_store(out, simulation, appearance, recipe, workers)
    result = {**made, "synthetic": True}
    if problems:
        result["problems"] = f"{problems}, listed in {out / 'problems.csv'}"
    finish(json_, result)
    return 3 if problems else 0


def _write_raw(
    out: Path, layout: Literal["ukb", "pairs"], simulation: "Simulation", workers: int
) -> Made:
    """Write raw files; return their table and number, and how many are missing."""
    from ptacl.synthetic.raw_files import write_raw

    with progress_bar("subject") as progress:
        cohort = write_raw(out, layout, simulation, workers=workers, progress=progress)
    missing = len(cohort.problems)
    return {"table": str(cohort.table), "subjects": simulation.subjects - missing}, missing


def _build_store(
    out: Path, simulation: "Simulation", appearance: Appearance, recipe: str, workers: int
) -> Made:
    """Build a store; return its path and length, and how many subjects are missing."""
    from functools import partial

    from ptacl.signal.recipe import MMCL_ECG, Recipe
    from ptacl.store.build import build_store
    from ptacl.synthetic import SIMULATION_VERSION, simulate_subject

    seed, coupling, ages = simulation.seed, simulation.coupling, simulation.ages
    origin: dict[str, Any] = {
        "seed": seed, "coupling": coupling, "ages": ages, "subjects": simulation.subjects,
        "version": SIMULATION_VERSION,
    }  # fmt: skip
    if appearance != "plain":  # stores were marked before there was another one
        origin["appearance"] = appearance
    if recipe != "ptacl":
        origin["recipe"] = recipe
    with progress_bar("subject") as progress:
        store, problems = build_store(
            out,
            [(f"S{seed}-{number:05d}", number) for number in range(simulation.subjects)],
            partial(simulate_subject, seed, coupling=coupling, ages=ages, appearance=appearance),
            recipe=Recipe(ecg=MMCL_ECG) if recipe == "mmcl" else Recipe(),
            name=out.name,
            synthetic=True,
            provenance={"simulation": origin},
            workers=workers,
            progress=progress,
        )
    return {"store": str(out), "subjects": len(store)}, len(problems)
