"""Checkpoint folder: weights (safetensors), config, metrics and a model card; nothing pickled.

model.safetensors   the weights
config.json         architecture, preprocessing recipe, training, where the data came from
metrics.json        the training curve and recorded reports (`reports.Metrics`)
README.md           the model card, generated from the other three
checksums.json      SHA-256 of the files, without the card
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
from ptacl.checkpoint.reports import Metrics, write_metrics
from ptacl.config.atomic_file import replacing
from ptacl.config.checksums import check, resealing
from ptacl.config.command_line import with_typed
from ptacl.config.json_record import COPY_AGAIN, check_format, read_record
from ptacl.config.strict_json import from_dict, to_dict
from ptacl.encoders.two_tower import TwoTower, TwoTowerConfig
from ptacl.errors import PtaclError
from ptacl.signal.recipe import Recipe
from ptacl.store import write_atomically

FORMAT = "ptacl-checkpoint"
FORMAT_VERSION = 1
LISTED = (
    "model.safetensors", "config.json", "metrics.json", "metrics.jsonl", "reconstructions.npz",
)  # fmt: skip
"""Files with checksums in `checksums.json`; the card is made from them, and people edit it."""
RANDOM = "randomly initialised"
"""Origin of an encoder that is not trained."""


@dataclass(frozen=True)
class Checkpoint:
    """Config of a checkpoint: the content of `config.json`."""

    name: str
    synthetic: bool
    """True if the model was trained on simulated hearts."""
    model: TwoTowerConfig
    recipe: Recipe
    """The preprocessing of every ECG and cine before this model."""
    training: dict[str, Any] = field(default_factory=dict)
    data: dict[str, Any] = field(default_factory=dict)
    """Name, size, splits and provenance of the cohort."""
    origin: dict[str, str] = field(default_factory=dict)
    """Source of the weights of an encoder (`ecg`, `cmr`) that was not trained here."""
    commands: tuple[str, ...] = ()
    """The commands that made the weights, and those that they started from, as they were typed;
    empty where Python made them, or before commands were kept."""
    ptacl_version: str = ptacl.__version__
    format: str = FORMAT
    format_version: int = FORMAT_VERSION


def save_checkpoint(
    folder: Path, model: TwoTower, checkpoint: Checkpoint, metrics: Metrics
) -> None:
    """Write a checkpoint; each file replaces the former one atomically, the config last.

    The command that is being run is added to those that made the checkpoint so far.

    Args:
        folder: of the checkpoint; made if absent.
        model: provides the weights.
        checkpoint: its config.
        metrics: its training curve and reports.
    """
    folder.mkdir(parents=True, exist_ok=True)
    former = read_record(folder / "config.json", COPY_AGAIN).get("commands", checkpoint.commands)
    checkpoint = replace(checkpoint, commands=with_typed(former, folder))
    weights = {key: value.detach().cpu().contiguous() for key, value in model.state_dict().items()}
    with resealing(folder, LISTED, begin=True):
        with replacing(folder / "model.safetensors") as temporary:
            # Its own `save_file` makes the file unreadable for other users.
            temporary.write_bytes(safetensors.torch.save(weights))
        write_metrics(folder, metrics)
        write_atomically(folder / "config.json", json.dumps(to_dict(checkpoint), indent=1))


def read_config(folder: Path | str) -> Checkpoint:
    """Read the config of a checkpoint folder.

    Raises:
        PtaclError: the folder holds no checkpoint, or one of another format or version.
    """
    path = Path(folder) / "config.json"
    if not path.is_file():
        raise PtaclError(
            f"{folder} is no checkpoint: it holds no config.json. Give the folder that `ptacl "
            "train` or `ptacl convert` wrote.",
            code="checkpoint.not_found",
        )
    check(Path(folder), ["config.json"], do=COPY_AGAIN, code="checkpoint.damaged")
    values = read_record(path, COPY_AGAIN)
    do = "Train or convert the model again."
    check_format(values, (FORMAT, FORMAT_VERSION), folder, do, code="checkpoint.other_version")
    return from_dict(Checkpoint, values)


def load_model(folder: Path | str) -> tuple[TwoTower, Checkpoint]:
    """Load the model of a checkpoint in evaluation mode, on the CPU, with its config.

    Raises:
        PtaclError: a missing, foreign or damaged file, or weights that do not fit the config.
    """
    checkpoint = read_config(folder)
    refuse_damaged_weights(Path(folder))
    model = TwoTower(checkpoint.model)
    load_weights(model, Path(folder) / "model.safetensors")
    return model.eval(), checkpoint


def refuse_damaged_weights(folder: Path) -> None:
    """Check the SHA-256 of the weights of a checkpoint; without checksums nothing is known.

    Raises:
        PtaclError: they differ. Embedding again would make a gallery of a damaged model.
    """
    do = f"{COPY_AGAIN} Embedding again would not repair it."
    check(folder, ["model.safetensors"], do=do, code="checkpoint.damaged", every_byte=True)


def load_weights(model: torch.nn.Module, path: Path) -> None:
    """Load weights strictly.

    Args:
        model: receives the weights.
        path: safetensors file.

    Raises:
        PtaclError: an unreadable file, a missing or unexpected key, or another shape.
    """
    try:
        weights = safetensors.torch.load_file(path)
    except (OSError, safetensors.SafetensorError) as error:
        raise PtaclError(
            f"{path} cannot be read as safetensors weights ({error}).", code="weights.unreadable"
        ) from error
    expected = model.state_dict()
    for title, keys in (
        ("lacks", expected.keys() - weights.keys()),
        ("holds the unknown", weights.keys() - expected.keys()),
    ):
        if keys:
            raise PtaclError(
                f"{path.name} {title} key {min(keys)!r} ({len(keys)} in all).",
                code="weights.other_architecture",
            )
    for key, value in weights.items():
        if value.shape != expected[key].shape:
            raise PtaclError(
                f"{path.name}: {key!r} has the shape {tuple(value.shape)}, "
                f"the config requires {tuple(expected[key].shape)}.",
                code="weights.other_architecture",
            )
    model.load_state_dict(weights)


def weights_fingerprint(folder: Path | str) -> str:
    """Return twelve hexadecimal digits that identify the weights of a checkpoint."""
    content = (Path(folder) / "model.safetensors").read_bytes()
    return hashlib.sha256(content).hexdigest()[:12]
