"""Contours and volumes of the segmenter: simulated hearts, real ones, a peer, a control.

    python -m tests.benchmarks.cine [--segmenter FOLDER] [--data ../shared/data] [--hearts 12]
        [--single 100] [--peer PYTHON] [--write]

Prints the tables and, with --write, records them in the segmenter's config and card. Simulated
hearts are those of cohort seeds 20261130 (stacks) and 20261131 (single slices), which nothing was
trained or chosen on. Real: the ACDC patient with expert contours, the Siemens study with the
volumes of a fitted mesh, and ED/ES pairs without truth, where two segmenters can only be compared
with each other. --peer names a Python with myopari 0.1.6 (`cine_peer.py`). What training without
randomised appearance gives: `tests.benchmarks.cine_control`.
"""

import argparse
import subprocess
import tempfile
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import nibabel
import numpy as np
import pandas as pd

from ptacl.io.cine.read import read_cine_slices
from ptacl.reporting.markdown import markdown_table
from ptacl.reporting.segmenter_card import write_segmenter_card
from ptacl.segmentation.inspection import inspect_cine, inspect_labels
from ptacl.segmentation.network.weights import SEGMENTER
from ptacl.segmentation.segmenter import Segmenter, load_segmenter
from ptacl.signal.heart_labels import LV, MYOCARDIUM, RV, Labels
from ptacl.synthetic import simulate_masks, simulate_stack
from ptacl.types import Cine, ModelInfo
from tests.benchmarks.cine_one_slice import one_slice_table
from tests.real_files import SHARED

SEED, SLICES, SIZE = 20261130, 10, 96
NAMES = {LV: "LV", MYOCARDIUM: "myocardium", RV: "RV"}
Row = dict[str, str]
Stack = tuple[Cine, ...]
PEER = "myopari 0.1.6"
STUDY, STUDY_NAME = "dicom_siemens_stack", "Siemens study"


def dice(first: np.ndarray, second: np.ndarray, label: int) -> float:
    """Dice of one label over whole arrays; NaN if neither holds it."""
    a, b = first == label, second == label
    return float(2 * (a & b).sum() / (a.sum() + b.sum())) if a.any() or b.any() else np.nan


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--segmenter", type=Path, default=SEGMENTER.shipped())
    parser.add_argument("--data", type=Path, default=SHARED)
    parser.add_argument("--hearts", type=int, default=12)
    parser.add_argument("--single", type=int, default=100)
    parser.add_argument("--peer", type=Path)
    parser.add_argument("--write", action="store_true")
    options = parser.parse_args()
    segmenter = load_segmenter(options.segmenter)
    tables = {
        f"Simulated hearts, held out (n = {options.hearts})": simulated(segmenter, options),
        "Simulated hearts, one slice each, by area-length": one_slice_table(
            segmenter, SEED + 1, options.single
        ),
    }
    if options.data.is_dir():
        tables |= real(segmenter, options)
    else:
        print(f"{options.data} is absent: no real hearts")
    for title, rows in tables.items():
        print(f"\n### {title}\n")
        print(markdown_table(list(rows[0]), [list(row.values()) for row in rows]))
    if options.write:
        config = SEGMENTER.read_config(options.segmenter)
        SEGMENTER.write_config(options.segmenter, replace(config, measured=tables))
        write_segmenter_card(options.segmenter)


def simulated(segmenter: Segmenter, options: argparse.Namespace) -> list[Row]:
    """Dice of each structure over the stacks at ED and ES, and the area of the middle slice."""
    scores: dict[str, list[float]] = {name: [] for name in NAMES.values()}
    errors: list[float] = []
    for index in range(options.hearts):
        _, stack = simulate_stack(SEED, index, slices=SLICES, ages="adults", size=SIZE)
        truth = simulate_masks(SEED, index, slices=SLICES, ages="adults", size=SIZE)
        found = segmenter.label(stack)
        areas = (truth[SLICES // 2] == LV).sum((1, 2))
        for frame in (0, int(areas.argmin())):
            exact, own = (np.stack([each[frame] for each in x]) for x in (truth, found))
            for label, name in NAMES.items():
                scores[name].append(dice(exact, own, label))
        own_areas = (found[SLICES // 2] == LV).sum((1, 2))
        errors.append(float(np.mean(np.abs(own_areas / areas - 1))))
    rows = [
        {"what": f"Dice, {name}", "mean": f"{np.nanmean(values):.3f}",
         "range": f"{np.nanmin(values):.3f} to {np.nanmax(values):.3f}"}
        for name, values in scores.items()
    ]  # fmt: skip
    error = {"what": "area error of the LV, middle slice, all frames",
             "mean": f"{100 * np.mean(errors):.1f} %",
             "range": f"{100 * min(errors):.1f} to {100 * max(errors):.1f} %"}  # fmt: skip
    return [*rows, error]


def real(segmenter: Segmenter, options: argparse.Namespace) -> dict[str, list[Row]]:
    """The tables of real hearts."""
    cmr = options.data / "cmr"
    labellers: dict[str, Callable[[dict[str, Stack]], dict[str, np.ndarray]]] = {
        "this segmenter": lambda stacks: own_labels(segmenter, stacks)
    }
    if options.peer:
        labellers[PEER] = lambda stacks: peer_labels(options.peer, stacks)
    stacks = phase_stacks(cmr)
    found = {name: label(stacks) for name, label in labellers.items()}
    expert = {
        name: expert_labels(cmr / "nifti_acdc_patient005" / f"patient005_frame{frame}_gt.nii.gz")
        for name, frame in (("ACDC 005 ED", "01"), ("ACDC 005 ES", "13"))
    }
    tables = {"Real hearts, Dice of the whole stack against an expert": [
        {"segmenter": who, "stack": name, **dices(labels[name], truth)}
        for who, labels in found.items() for name, truth in expert.items()
    ]}  # fmt: skip
    for who in list(found)[1:]:
        tables[f"Real stacks without truth, Dice of this segmenter and: {who}"] = [
            {"stack": name, **dices(found["this segmenter"][name], found[who][name])}
            for name in stacks if name not in expert and not name.startswith(STUDY_NAME)
        ]  # fmt: skip
    tables["LV volume of the real study from two phases alone, by summation"] = [
        {"segmenter": who, **two_phase_volumes(stacks, labels, cmr)}
        for who, labels in found.items()
    ]
    tables["Real study of 6 slices × 25 phases against its mesh"] = [study(segmenter, cmr)]
    return tables


def dices(first: np.ndarray, second: np.ndarray) -> Row:
    """Dice of the three structures."""
    return {name: f"{dice(first, second, label):.3f}" for label, name in NAMES.items()}


def phase_stacks(cmr: Path) -> dict[str, Stack]:
    """The stacks at end diastole and end systole, each slice with both phases."""
    stacks: dict[str, Stack] = {}
    acdc = cmr / "nifti_acdc_patient005"
    folders = {
        "ACDC 005": [acdc / f"patient005_frame{frame}.nii.gz" for frame in ("01", "13")],
        "ACDC 1 mm": [cmr / "nifti_acdc_1mm" / f"sax_{p}.nii.gz" for p in ("ed", "es")],
        "M&Ms 1 mm": [cmr / "nifti_mnms_1mm" / f"sax_{p}.nii.gz" for p in ("ed", "es")],
    }  # fmt: skip
    for name, pair in folders.items():
        with tempfile.TemporaryDirectory() as folder:
            for path in pair:
                (Path(folder) / path.name).write_bytes(path.read_bytes())
            slices = read_cine_slices(folder)
        for phase, word in enumerate(("ED", "ES")):
            stacks[f"{name} {word}"] = tuple(
                replace(cine, source_format=f"{cine.source_format} {phase}") for cine in slices
            )
    return stacks | study_stacks(cmr)


def study_stacks(cmr: Path) -> dict[str, Stack]:
    """The Siemens study at end diastole and end systole of its mesh, as a file of two phases."""
    volumes = mesh_volumes_ml(cmr)
    ends = [int(volumes.argmax()), int(volumes.argmin())]
    slices = tuple(
        replace(
            cine, frames=cine.frames[ends], frame_times_ms=cine.frame_times_ms[ends],
            two_phases=True,
        )
        for cine in read_cine_slices(cmr / STUDY / "study.zip")
    )  # fmt: skip
    return {f"{STUDY_NAME} {word}": slices for word in ("ED", "ES")}


def own_labels(segmenter: Segmenter, stacks: dict[str, Stack]) -> dict[str, np.ndarray]:
    """Labels of each stack at its phase, (slices, rows, columns)."""
    labels: dict[int, tuple[Labels, ...]] = {}
    found = {}
    for name, stack in stacks.items():
        key = id(stack[0].frames)
        labels.setdefault(key, segmenter.label(stack))
        found[name] = np.stack([each[phase_of(name)] for each in labels[key]])
    return found


def phase_of(name: str) -> int:
    """Frame of a stack of `phase_stacks`."""
    return 0 if name.endswith("ED") else 1


def peer_labels(python: Path, stacks: dict[str, Stack]) -> dict[str, np.ndarray]:
    """Labels of the peer for the same stacks."""
    with tempfile.TemporaryDirectory() as folder:
        given, made = Path(folder) / "in.npz", Path(folder) / "out.npz"
        np.savez(given, **{
            name: np.stack([cine.frames[phase_of(name)] for cine in stack], -1)
            for name, stack in stacks.items()
        })  # fmt: skip
        script = Path(__file__).with_name("cine_peer.py")
        subprocess.run([python, script, given, made], check=True, stdout=subprocess.DEVNULL)
        with np.load(made) as labels:
            return {name: np.moveaxis(labels[name], -1, 0) for name in labels.files}


def expert_labels(path: Path) -> np.ndarray:
    """Expert contours of ACDC, (slices, rows, columns) from base to apex as this reader orders."""
    labels = np.asarray(nibabel.load(path).dataobj)  # type: ignore[attr-defined]
    return np.moveaxis(labels, (0, 1, 2), (2, 1, 0)).astype(np.uint8)


def two_phase_volumes(stacks: dict[str, Stack], labels: dict[str, np.ndarray], cmr: Path) -> Row:
    """Volumes from the labels of both phases, beside those of the mesh."""
    slices = stacks[f"{STUDY_NAME} ED"]
    both = np.stack([labels[f"{STUDY_NAME} {word}"] for word in ("ED", "ES")], 1)
    who = ModelInfo("labels", "", False)
    measured = inspect_labels(slices, tuple(both.astype(np.uint8)), who, name=STUDY).measurement
    mesh = mesh_volumes_ml(cmr)
    if measured.lv_ml is None:
        return {"LVEDV (mesh)": "not measured", "LVESV (mesh)": "not measured"}
    return {
        "LVEDV (mesh)": f"{measured.lv_ml[0]:.1f} ({mesh.max():.1f}) mL",
        "LVESV (mesh)": f"{measured.lv_ml[1]:.1f} ({mesh.min():.1f}) mL",
    }


def mesh_volumes_ml(cmr: Path) -> np.ndarray:
    """LV volume of the mesh in each phase of the Siemens study."""
    return pd.read_csv(cmr / STUDY / "mesh_volumes.csv")["lv_ml"].to_numpy()


def study(segmenter: Segmenter, cmr: Path) -> Row:
    """The volume curve of the Siemens study against its mesh."""
    mesh = mesh_volumes_ml(cmr)
    slices = read_cine_slices(cmr / STUDY / "study.zip")
    measured = inspect_cine(slices, segmenter, name="study.zip").measurement
    assert measured.lv_ml is not None and measured.lvef_pct is not None
    error = np.abs(measured.lv_ml - mesh)
    ef = 100 * (1 - mesh.min() / mesh.max())
    return {
        "mean absolute error of LV volume": f"{error.mean():.1f} mL",
        "largest": f"{error.max():.1f} mL",
        "LVEDV (mesh)": f"{measured.lv_ml.max():.1f} ({mesh.max():.1f}) mL",
        "LVESV (mesh)": f"{measured.lv_ml.min():.1f} ({mesh.min():.1f}) mL",
        "EF (mesh)": f"{measured.lvef_pct.value:.1f} ({ef:.1f}) %",
        "ES phase (mesh)": f"{measured.es_frame} ({int(mesh.argmin())})",
    }


if __name__ == "__main__":
    main()
