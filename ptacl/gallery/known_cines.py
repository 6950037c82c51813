"""Cines of random appearance that a CMR tower knows, beside those of its gallery (needs torch).

The out-of-distribution check compares a cine with what the tower was trained on. A gallery of plain
simulated hearts shows only a part of that where the training cines had random appearance. Its
hearts are then rendered in one each, and their features kept with the gallery.
"""

from pathlib import Path

import numpy as np
import torch
from jaxtyping import Float16

from ptacl.checkpoint.files import Checkpoint, load_model
from ptacl.encoders.two_tower import TwoTower
from ptacl.gallery import format as layout
from ptacl.signal.preparation import prepare_cine
from ptacl.signal.recipe import CineRecipe
from ptacl.synthetic import simulate_cine

MOST = 1000
"""Hearts that are rendered at most; more would hardly change the limit."""
_BATCH = 8


def lacks_known_cines(checkpoint: Checkpoint, simulation: layout.Simulation | None) -> bool:
    """Return whether a model was trained on random appearance and its gallery shows the plain one.

    Args:
        checkpoint: config of the model.
        simulation: how the subjects of the gallery were simulated, if they were.
    """
    if simulation is None or simulation.appearance == "random":
        return False
    made = checkpoint.data.get("provenance", {}).get("simulation") or {}
    drawn = checkpoint.training.get("simulated") or {}
    return made.get("appearance") == "random" or drawn.get("random_share", 0) > 0


def write_known_cines(
    checkpoint: Path, gallery: Path, simulation: layout.Simulation, numbers: list[int]
) -> None:
    """Write the features of a gallery's hearts in random appearance.

    Args:
        checkpoint: folder of the model.
        gallery: folder of the gallery.
        simulation: how its subjects were simulated.
        numbers: their indices in the cohort.
    """
    model, config = load_model(checkpoint)
    features = _features(model, config.recipe.cine, simulation, numbers[:MOST])
    np.save(gallery / layout.KNOWN_CINES, features)


@torch.inference_mode()
def _features(
    model: TwoTower, recipe: CineRecipe, simulation: layout.Simulation, numbers: list[int]
) -> Float16[np.ndarray, "subjects width"]:
    parts = []
    for start in range(0, len(numbers), _BATCH):
        prepared = [
            prepare_cine(
                simulate_cine(
                    simulation.seed,
                    number,
                    coupling=simulation.coupling,
                    ages=simulation.ages,
                ),
                recipe,
            )
            for number in numbers[start : start + _BATCH]
        ]
        frames = torch.from_numpy(np.stack([each.frames for each in prepared]))
        phases = torch.from_numpy(np.stack([each.phases for each in prepared]))
        parts.append(model.encode_cmr(frames, phases).features.half().numpy())
    return np.concatenate(parts)
