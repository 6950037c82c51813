"""The control of the randomised appearance: two trainings, with and without it.

    python -m tests.benchmarks.cine_control [--steps 1200] [--data ../shared/data]

Both train one network for the same number of steps on the same hearts; only the appearance differs
(`SceneConfig.randomised`). Printed is the Dice on held-out scenes of the network's own kind, and on
the real stacks of ACDC 005. Family and seed were fixed before the first run: training seed 7.
"""

import argparse
import tempfile
from dataclasses import replace
from pathlib import Path

import torch

from ptacl.reporting.markdown import markdown_table
from ptacl.segmentation.network.config import SegmenterTraining
from ptacl.segmentation.network.training import train_network
from ptacl.segmentation.network.unet import SegmentationNetwork
from ptacl.segmentation.scenes.batch import SceneConfig, draw_scenes
from ptacl.segmentation.segmenter import Segmenter
from ptacl.signal.heart_labels import LV, MYOCARDIUM, RV
from ptacl.types import ModelInfo
from tests.benchmarks.cine import NAMES, dice, expert_labels, own_labels, phase_stacks
from tests.real_files import SHARED

SEED, HELD_OUT_SEED = 7, 999_983


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--steps", type=int, default=1200)
    parser.add_argument("--data", type=Path, default=SHARED)
    options = parser.parse_args()
    torch.set_num_threads(1)
    rows = []
    for randomised in (True, False):
        scenes = SceneConfig(randomised=randomised)
        config = SegmenterTraining(steps=options.steps, seed=SEED, scenes=scenes)
        with tempfile.TemporaryDirectory() as folder:
            network, _ = train_network(config, 0, Path(folder) / "state", lambda step, loss: None)
        name = "randomised" if randomised else "as the simulated cohort"
        rows += scores(network, scenes, name, options.data / "cmr")
    print(markdown_table(["appearance of the training", "on", *NAMES.values()], rows))


def scores(
    network: SegmentationNetwork, scenes: SceneConfig, name: str, cmr: Path
) -> list[list[str]]:
    """Dice on held-out scenes and on the real stacks."""
    held_out = draw_scenes(torch.Generator().manual_seed(HELD_OUT_SEED), 64, scenes)
    with torch.inference_mode():
        found = network(held_out.images).argmax(1).numpy()
    own = [f"{dice(held_out.labels.numpy(), found, label):.3f}" for label in (LV, MYOCARDIUM, RV)]
    rows = [[name, "its own scenes", *own]]
    if not cmr.is_dir():
        return rows
    segmenter = Segmenter([network], replace(scenes, randomised=True), ModelInfo(name, "", True))
    stacks = {key: s for key, s in phase_stacks(cmr).items() if key.startswith("ACDC 005")}
    labels = own_labels(segmenter, stacks)
    for key, frame in (("ACDC 005 ED", "01"), ("ACDC 005 ES", "13")):
        path = cmr / "nifti_acdc_patient005" / f"patient005_frame{frame}_gt.nii.gz"
        truth = expert_labels(path)
        real = [f"{dice(truth, labels[key], label):.3f}" for label in NAMES]
        rows.append([name, key, *real])
    return rows


if __name__ == "__main__":
    main()
