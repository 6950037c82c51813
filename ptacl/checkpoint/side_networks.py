"""Folders of the networks next to the two towers: the segmenter and the restorer.

model.safetensors   the weights; nothing is pickled
config.json         a record of one class, written last
README.md           the card, generated from the config
checksums.json      SHA-256 of weights and config
"""

import hashlib
import json
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Generic, TypeVar

import safetensors
import safetensors.torch
import torch

from ptacl.checkpoint.shipped import shipped_checkpoints
from ptacl.config.atomic_file import replacing
from ptacl.config.checksums import check, resealing
from ptacl.config.json_record import COPY_AGAIN, check_format, read_record
from ptacl.config.strict_json import from_dict, to_dict
from ptacl.errors import PtaclError
from ptacl.store import write_atomically

WEIGHTS, CONFIG = "model.safetensors", "config.json"
Config = TypeVar("Config")


@dataclass(frozen=True)
class SideNetwork(Generic[Config]):
    """Reader and writer of the folders of one kind of network."""

    name: str
    """``segmenter``, also the name of the shipped folder."""
    stage: str
    """Of `ptacl train` that makes it."""
    config: type[Config]
    format: tuple[str, int]
    """Name and version that its config states."""

    def shipped(self) -> Path:
        """Return the folder of the one that comes with PTACL."""
        return shipped_checkpoints() / self.name

    def save(self, folder: Path, weights: Mapping[str, torch.Tensor], config: Config) -> None:
        """Write weights and config; the config last."""
        folder.mkdir(parents=True, exist_ok=True)
        with resealing(folder, (WEIGHTS, CONFIG), begin=True):
            with replacing(folder / WEIGHTS) as temporary:
                temporary.write_bytes(safetensors.torch.save(dict(weights)))
            self.write_config(folder, config)

    def write_config(self, folder: Path, config: Config) -> None:
        """Write the config alone."""
        with resealing(folder, [CONFIG]):
            write_atomically(folder / CONFIG, json.dumps(to_dict(config), indent=1))

    def read_config(self, folder: Path) -> Config:
        """Read the config of a folder.

        Raises:
            PtaclError: the folder holds no such network, or one of another format or version.
        """
        if not (folder / CONFIG).is_file():
            raise PtaclError(
                f"{folder} is no {self.name}: it holds no {CONFIG}. Give the folder that `ptacl "
                f"train OUT --stage {self.stage}` wrote.",
                code="checkpoint.not_found",
            )
        check(folder, [CONFIG], do=COPY_AGAIN, code="checkpoint.damaged")
        values = read_record(folder / CONFIG, COPY_AGAIN)
        do = f"Train the {self.name} again."
        check_format(values, self.format, folder, do, code="checkpoint.other_version")
        return from_dict(self.config, values)

    @contextmanager
    def loading(self, folder: Path) -> Iterator[dict[str, torch.Tensor]]:
        """Yield the weights of a folder while a network takes them.

        Raises:
            PtaclError: a missing or damaged file, or weights that do not fit the network.
        """
        check(folder, [WEIGHTS], do=COPY_AGAIN, code="checkpoint.damaged", every_byte=True)
        try:
            yield safetensors.torch.load_file(folder / WEIGHTS)
        except (OSError, safetensors.SafetensorError, RuntimeError) as error:
            raise PtaclError(
                f"{folder / WEIGHTS} does not hold the weights of this {self.name} ({error}). "
                f"{COPY_AGAIN}",
                code="weights.unreadable",
            ) from error

    def version(self, folder: Path) -> str:
        """Return twelve hexadecimal digits that identify the weights of a folder."""
        return hashlib.sha256((folder / WEIGHTS).read_bytes()).hexdigest()[:12]
