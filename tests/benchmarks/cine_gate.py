"""Does the CMR tower know a cine? The out-of-distribution check on real and simulated cines.

    python -m tests.benchmarks.cine_gate [--checkpoint FOLDER] [--gallery FOLDER]
        [--calibrate gallery plain random mixed] [--hearts 100] [--known 500]
        [--data ../shared/data]

For each calibration: the limit of the distance (`gallery.cine_distribution`), the share of held-out
simulated cines beyond it (plain, random appearance), and the distance of every slice of the real
Siemens study. `gallery` is the calibration that users meet. The others are made from --known
further simulated hearts of plain or random appearance, or half of each, and tell the distance where
the gallery does not hold what the tower was trained on. Controls that no tower should know: the
study's four-chamber series; its middle slice in reverse contrast and in shuffled order; noise.

A small distance alone says nothing: any tower knows the study once the calibration is wide enough.
So a second table tells what the tower reads, by ridge regressions fitted on the calibration's
hearts. EDV and EF from the features: R² on held-out hearts, the reading of the study's middle slice
beside its mesh (one heart near the mean of the simulated ones: a value that fits is weak evidence).
Contraction from the steps of each frame: correlation with the true curve, and error of end systole
in % of the beat; on held-out hearts the medians, on the study against the volumes of its mesh.

Seeds, fixed before the first run: held-out hearts 20261203, calibration 20261204, controls 0. The
ACDC patient is not here: its file has two phases, which a tower of moving frames cannot read.
"""

import argparse
import tempfile
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import partial
from itertools import islice
from pathlib import Path

import numpy as np
import torch
from sklearn.linear_model import RidgeCV
from sklearn.metrics import r2_score
from sklearn.pipeline import Pipeline, make_pipeline
from sklearn.preprocessing import StandardScaler

from ptacl.checkpoint.files import Checkpoint, load_model
from ptacl.encoders.two_tower import TwoTower
from ptacl.errors import PtaclError
from ptacl.gallery.cine_distribution import CineDistribution, cine_distribution
from ptacl.gallery.gallery import Gallery, open_gallery
from ptacl.inference.model import GALLERY_FOLDER
from ptacl.io.cine.read import read_cine, read_cine_slices
from ptacl.reporting.markdown import markdown_table
from ptacl.signal.preparation import prepare_cine
from ptacl.synthetic import draw_truths, simulate_cine, simulate_subject
from ptacl.synthetic.mechanics import contraction
from ptacl.types import Ages, Cine
from tests.benchmarks.cine import mesh_volumes_ml
from tests.real_files import REPOSITORY, SHARED

HELD_OUT_SEED, KNOWN_SEED, CONTROL_SEED = 20261203, 20261204, 0
CALIBRATIONS = ("gallery", "plain", "random", "mixed")
READ = ("lvedv_ml", "lvef_pct")
ALPHAS = (1, 10, 100, 1000)
STUDY = Path("cmr", "dicom_siemens_stack", "study.zip")
FOUR_CHAMBER, MIDDLE = "Se6", "middle"
BATCH = 16
FRAMES = 50
Row = tuple[str, ...]


@dataclass(frozen=True)
class Encoded:
    """What the tower makes of cines, and the truth about them where it is known."""

    features: np.ndarray
    """(cines, width)."""
    steps: np.ndarray | None = None
    """(cines, frames, width)."""
    values: np.ndarray | None = None
    """(cines, values): those of `READ`."""
    curves: np.ndarray | None = None
    """(cines, frames): ejected share of the stroke volume."""


class Tower:
    """The CMR tower of a checkpoint."""

    def __init__(self, model: TwoTower, config: Checkpoint) -> None:
        self._model, self._recipe = model, config.recipe.cine

    @torch.inference_mode()
    def encode(self, cines: Iterator[Cine]) -> Encoded:
        features, steps = [], []
        while some := list(islice(cines, BATCH)):
            prepared = [prepare_cine(cine, self._recipe) for cine in some]
            frames = torch.from_numpy(np.stack([each.frames for each in prepared]))
            phases = torch.from_numpy(np.stack([each.phases for each in prepared]))
            output = self._model.encode_cmr(frames, phases)
            features.append(output.features.numpy())
            steps.append(output.steps.numpy())
        return Encoded(np.concatenate(features), np.concatenate(steps))


def plain(seed: int, ages: Ages, index: int) -> Cine:
    return simulate_subject(seed, index, ages=ages).cine


def random(seed: int, ages: Ages, index: int) -> Cine:
    return simulate_cine(seed, index, ages=ages)


def mixed(seed: int, ages: Ages, index: int) -> Cine:
    return (random if index % 2 else plain)(seed, ages, index)


DRAWS = {"plain": plain, "random": random, "mixed": mixed}


def simulated(tower: Tower, name: str, seed: int, ages: Ages, hearts: int) -> Encoded:
    """Encode simulated cines of an appearance, with their true values."""
    truths = draw_truths(seed, range(hearts), ages=ages)
    rows = truths.drop(columns="sex").to_dict(orient="records")
    at = np.arange(FRAMES) / FRAMES
    return replace(
        tower.encode(map(partial(DRAWS[name], seed, ages), range(hearts))),
        values=truths[list(READ)].to_numpy(),
        curves=np.stack([contraction(row, at * row["rr_scan_ms"]) for row in rows]),
    )


def of_gallery(gallery: Gallery) -> Encoded:
    """The cines that users' cines are compared with; their steps are not stored."""
    values = gallery.table[list(READ)].to_numpy(dtype=np.float64)
    return Encoded(gallery.vectors["cmr_features"], values=values)


def real_slices(data: Path) -> dict[str, Cine]:
    """The slices of the Siemens study, and which of them readers take for the middle one."""
    middle = read_cine(data / STUDY).slice_position
    return {
        f"slice {cine.slice_position}{f', {MIDDLE}' * (cine.slice_position == middle)}": cine
        for cine in read_cine_slices(data / STUDY)
    }


def controls(data: Path) -> dict[str, Cine]:
    """Cines that no tower should know, made from the study."""
    cine = read_cine(data / STUDY)
    rng = np.random.default_rng(CONTROL_SEED)
    noise = rng.standard_normal(cine.frames.shape).astype(np.float32)
    return {
        "control: four-chamber view": four_chamber(data / STUDY),
        "control: reverse contrast": replace(cine, frames=cine.frames.max() - cine.frames),
        "control: shuffled frames": replace(
            cine, frames=cine.frames[rng.permutation(len(cine.frames))]
        ),
        "control: noise": replace(cine, frames=noise),
    }


def four_chamber(study: Path) -> Cine:
    with tempfile.TemporaryDirectory() as folder, zipfile.ZipFile(study) as files:
        names = [name for name in files.namelist() if FOUR_CHAMBER in Path(name).parts]
        files.extractall(folder, names)
        return read_cine(folder, any_series=True)


def distances(known: CineDistribution, features: np.ndarray) -> np.ndarray:
    return np.array([known.place(row.astype(np.float64)).distance for row in features])


def distance_rows(
    known: CineDistribution, held_out: dict[str, Encoded], real: dict[str, Encoded]
) -> Iterator[Row]:
    """Rows of the table of distances."""
    limit = known.place(known.mean).limit
    yield "limit", f"{limit:.2f}", "1.00", ""
    for name, cohort in held_out.items():
        found = distances(known, cohort.features)
        middle, beyond = float(np.median(found)), 100 * np.mean(found > limit)
        yield (
            f"held out, {name}, median of {len(found)}",
            f"{middle:.2f}", f"{middle / limit:.2f}", f"{beyond:.0f} %",
        )  # fmt: skip
    for name, cine in real.items():
        (found,) = distances(known, cine.features)
        beyond = "beyond" if found > limit else "within"
        yield name, f"{found:.2f}", f"{found / limit:.2f}", beyond


def reading_rows(
    known: Encoded, held_out: dict[str, Encoded], real: dict[str, Encoded], mesh: np.ndarray | None
) -> Iterator[Row]:
    """Rows of the table of what the tower reads."""
    volumes = ridge().fit(known.features, known.values)
    motion = (
        ridge().fit(_rows(known.steps), known.curves.ravel()) if known.steps is not None else None
    )

    def curves(cines: Encoded, truth: np.ndarray) -> Row:
        if motion is None:
            return "", ""
        found = motion.predict(_rows(cines.steps)).reshape(truth.shape)
        return curve_words(found, truth)

    for name, cohort in held_out.items():
        found = volumes.predict(cohort.features)
        explained = r2_score(cohort.values, found, multioutput="raw_values")
        texts = (f"R² {value:.2f}" for value in explained)
        yield f"held out, {name}", *texts, *curves(cohort, cohort.curves)
    for name, cine in real.items():
        texts = (f"{value:.0f}" for value in volumes.predict(cine.features)[0])
        shown = texts if MIDDLE in name else ("", "")
        yield name, *shown, *(curves(cine, mesh[None]) if mesh is not None else ("", ""))


def ridge() -> Pipeline:
    return make_pipeline(StandardScaler(), RidgeCV(ALPHAS))


def _rows(steps: np.ndarray) -> np.ndarray:
    """Steps of all frames, each relative to the mean of its cine."""
    return (steps - steps.mean(axis=1, keepdims=True)).reshape(-1, steps.shape[-1])


def curve_words(found: np.ndarray, truth: np.ndarray) -> Row:
    """Median correlation of curves, and median error of their highest point in % of the beat."""
    pairs = list(zip(found, truth, strict=True))
    correlations = [np.corrcoef(a, b)[0, 1] for a, b in pairs]
    late = np.array([np.argmax(a) - np.argmax(b) for a, b in pairs]) / truth.shape[1]
    late = np.abs((late + 0.5) % 1 - 0.5)
    return f"{np.median(correlations):.2f}", f"{100 * np.median(late):.0f} %"


def mesh_contraction(volumes_ml: np.ndarray) -> np.ndarray:
    """Ejected share of the stroke volume at 50 phases, from the mesh's volumes."""
    share = (volumes_ml.max() - volumes_ml) / np.ptp(volumes_ml)
    known = np.arange(len(share)) / len(share)
    return np.interp(np.arange(FRAMES) / FRAMES, known, share, period=1)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--checkpoint", type=Path, default=REPOSITORY / "checkpoints" / "demo")
    parser.add_argument("--gallery", type=Path)
    parser.add_argument("--calibrate", nargs="+", choices=CALIBRATIONS, default=CALIBRATIONS)
    parser.add_argument("--hearts", type=int, default=100)
    parser.add_argument("--known", type=int, default=500)
    parser.add_argument("--data", type=Path, default=SHARED)
    options = parser.parse_args()
    tower = Tower(*load_model(options.checkpoint))
    gallery = open_gallery(options.gallery or options.checkpoint / GALLERY_FOLDER)
    simulation = gallery.manifest.simulation
    ages: Ages = simulation.ages if simulation else "biobank"
    held_out = {
        name: simulated(tower, name, HELD_OUT_SEED, ages, options.hearts)
        for name in ("plain", "random")
    }
    cines, mesh = {}, None
    if (options.data / STUDY).exists():
        cines = real_slices(options.data) | controls(options.data)
        volumes_ml = mesh_volumes_ml(options.data / "cmr")
        mesh = mesh_contraction(volumes_ml)
        ef = 100 * np.ptp(volumes_ml) / volumes_ml.max()
        print(f"The study by its mesh: EDV {volumes_ml.max():.0f} mL, EF {ef:.0f} %")
    else:
        print(f"{options.data / STUDY} is absent: no real cines")
    real = {name: tower.encode(iter((cine,))) for name, cine in cines.items()}
    for name in options.calibrate:
        known = (
            of_gallery(gallery)
            if name == "gallery"
            else simulated(tower, name, KNOWN_SEED, ages, options.known)
        )
        distribution = cine_distribution(known.features)
        if distribution is None:
            raise PtaclError("Too few cines to calibrate on; use more.", code="option.invalid")
        print(f"\nCalibrated on: {name}, {len(known.features)} cines\n")
        head = ("", "distance", "of the limit", "beyond")
        print(markdown_table(head, distance_rows(distribution, held_out, real)), "\n")
        head = ("", *READ, "contraction, r", "end systole, error")
        print(markdown_table(head, reading_rows(known, held_out, real, mesh)), flush=True)


if __name__ == "__main__":
    main()
