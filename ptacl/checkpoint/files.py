"""A checkpoint is a folder: weights (safetensors), config, metrics and a card. Nothing pickled.

model.safetensors   the weights
config.json         architecture, preprocessing recipe, training, where the data came from
metrics.json        the training curve and, once evaluated, the report
README.md           the card, generated from the other three
"""

import hashlib
import json
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import safetensors
import safetensors.torch
import torch

import ptacl
from ptacl.config.command_line import with_typed
from ptacl.config.json_record import COPY_AGAIN, check_format, read_record
from ptacl.config.strict_json import from_dict, to_dict
from ptacl.encoders.two_tower import TwoTower, TwoTowerConfig
from ptacl.errors import PtaclError
from ptacl.signal.recipe import Recipe
from ptacl.store import write_atomically

FORMAT = "ptacl-checkpoint"
FORMAT_VERSION = 1
RANDOM = "randomly initialised"
"""Origin of a tower whose weights nobody has trained."""


@dataclass(frozen=True)
class Checkpoint:
    """`config.json` as a record."""

    name: str
    synthetic: bool
    """Whether the model was trained on simulated hearts."""
    model: TwoTowerConfig
    recipe: Recipe
    """The preprocessing that every ECG and cine must go through before this model."""
    training: dict[str, Any] = field(default_factory=dict)
    data: dict[str, Any] = field(default_factory=dict)
    """Name, size, splits and provenance of the cohort."""
    origin: dict[str, str] = field(default_factory=dict)
    """Where the weights of a tower (`ecg`, `cmr`) come from, where they were not trained here."""
    commands: tuple[str, ...] = ()
    """That made the weights, those that they started from among them, as they were typed; none
    where Python made them, or before they were kept."""
    ptacl_version: str = ptacl.__version__
    format: str = FORMAT
    format_version: int = FORMAT_VERSION


def save_checkpoint(
    folder: Path, model: TwoTower, checkpoint: Checkpoint, metrics: dict[str, Any]
) -> None:
    """Write a checkpoint; each file replaces the former one at once, the config last.

    The command that is being run joins those that made the checkpoint so far.
    """
    folder.mkdir(parents=True, exist_ok=True)
    former = read_record(folder / "config.json", COPY_AGAIN).get("commands", checkpoint.commands)
    checkpoint = replace(checkpoint, commands=with_typed(former, folder))
    weights = {key: value.detach().cpu().contiguous() for key, value in model.state_dict().items()}
    temporary = folder / ".model.safetensors.tmp"
    # Their own `save_file` closes the file to everybody else.
    temporary.write_bytes(safetensors.torch.save(weights))
    temporary.replace(folder / "model.safetensors")
    write_atomically(folder / "metrics.json", json.dumps(metrics, indent=1))
    write_atomically(folder / "config.json", json.dumps(to_dict(checkpoint), indent=1))


def read_config(folder: Path | str) -> Checkpoint:
    """The config of a checkpoint folder.

    Raises:
        PtaclError: no checkpoint there, or one of another format or version.
    """
    place = Path(folder) / "config.json"
    if not place.is_file():
        raise PtaclError(f"{folder} is no checkpoint: it holds no config.json. Give the folder "
                         "that `ptacl train` or `ptacl convert` wrote.")  # fmt: skip
    values = read_record(place, COPY_AGAIN)
    check_format(values, (FORMAT, FORMAT_VERSION), folder, "Train or convert the model again.")
    return from_dict(Checkpoint, values)


def read_metrics(folder: Path | str) -> dict[str, Any]:
    """`metrics.json` of a checkpoint; empty where there is none."""
    return read_record(Path(folder) / "metrics.json", COPY_AGAIN)


def load_model(folder: Path | str) -> tuple[TwoTower, Checkpoint]:
    """The model of a checkpoint in evaluation mode, on the CPU, with its config.

    Raises:
        PtaclError: a missing, foreign or damaged file, or weights that do not fit the config.
    """
    checkpoint = read_config(folder)
    model = TwoTower(checkpoint.model)
    load_weights(model, Path(folder) / "model.safetensors")
    return model.eval(), checkpoint


def load_weights(model: torch.nn.Module, place: Path) -> None:
    """Load weights strictly: a missing or unexpected key is an error that names it."""
    try:
        weights = safetensors.torch.load_file(place)
    except (OSError, safetensors.SafetensorError) as error:
        raise PtaclError(f"{place} cannot be read as safetensors weights ({error}).") from error
    expected = model.state_dict()
    for title, keys in (
        ("lacks", expected.keys() - weights.keys()),
        ("holds the unknown", weights.keys() - expected.keys()),
    ):
        if keys:
            raise PtaclError(f"{place.name} {title} key {min(keys)!r} ({len(keys)} in all).")
    for key, value in weights.items():
        if value.shape != expected[key].shape:
            raise PtaclError(
                f"{place.name}: {key!r} has the shape {tuple(value.shape)}, "
                f"the config asks for {tuple(expected[key].shape)}."
            )
    model.load_state_dict(weights)


def weights_fingerprint(folder: Path | str) -> str:
    """Twelve hexadecimal digits that name the weights of a checkpoint."""
    content = (Path(folder) / "model.safetensors").read_bytes()
    return hashlib.sha256(content).hexdigest()[:12]
