"""Files of a trained restorer: weights (safetensors), config and card; nothing pickled."""

import hashlib
import json
from dataclasses import replace
from pathlib import Path

import safetensors
import safetensors.torch

from ptacl.checkpoint.shipped import shipped_checkpoints
from ptacl.config.command_line import with_typed
from ptacl.config.json_record import COPY_AGAIN, check_format, read_record
from ptacl.config.strict_json import from_dict, to_dict
from ptacl.errors import PtaclError
from ptacl.restoration.config import FORMAT, FORMAT_VERSION, RestorerConfig
from ptacl.restoration.network import Restorer
from ptacl.store import write_atomically

WEIGHTS, CONFIG = "model.safetensors", "config.json"


def shipped_restorer() -> Path:
    """Return the folder of the shipped restorer."""
    return shipped_checkpoints() / "restorer"


def save_restorer(folder: Path, network: Restorer, config: RestorerConfig) -> None:
    """Write weights and config; the config last."""
    folder.mkdir(parents=True, exist_ok=True)
    content = {k: v.detach().contiguous() for k, v in network.state_dict().items()}
    temporary = folder / f".{WEIGHTS}.tmp"
    temporary.write_bytes(safetensors.torch.save(content))
    temporary.replace(folder / WEIGHTS)
    write_restorer_config(folder, replace(config, commands=with_typed(config.commands, folder)))


def write_restorer_config(folder: Path, config: RestorerConfig) -> None:
    """Write the config of a restorer."""
    write_atomically(folder / CONFIG, json.dumps(to_dict(config), indent=1))


def read_restorer_config(folder: Path) -> RestorerConfig:
    """Read the config of a restorer.

    Raises:
        PtaclError: the folder holds no restorer, or one of another format or version.
    """
    if not (folder / CONFIG).is_file():
        raise PtaclError(
            f"{folder} is no restorer: it holds no {CONFIG}. Give the folder that `ptacl train OUT "
            "--stage restore` wrote.",
            code="checkpoint.not_found",
        )
    values = read_record(folder / CONFIG, COPY_AGAIN)
    do = "Train the restorer again."
    check_format(values, (FORMAT, FORMAT_VERSION), folder, do, code="checkpoint.other_version")
    return from_dict(RestorerConfig, values)


def load_network(folder: Path, config: RestorerConfig) -> Restorer:
    """Load the network of a restorer in evaluation mode.

    Raises:
        PtaclError: a missing, foreign or damaged file.
    """
    try:
        network = Restorer(config.training.network)
        network.load_state_dict(safetensors.torch.load_file(folder / WEIGHTS))
    except (OSError, safetensors.SafetensorError, RuntimeError) as error:
        raise PtaclError(
            f"{folder / WEIGHTS} does not hold the weights of this restorer ({error}). "
            f"{COPY_AGAIN}",
            code="weights.unreadable",
        ) from error
    return network.eval()


def restorer_version(folder: Path) -> str:
    """Return twelve hexadecimal digits that identify the weights of a restorer."""
    return hashlib.sha256((folder / WEIGHTS).read_bytes()).hexdigest()[:12]
