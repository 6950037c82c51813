"""Files of a trained restorer: weights, config and card."""

from dataclasses import replace
from pathlib import Path

from ptacl.checkpoint.side_networks import SideNetwork
from ptacl.config.command_line import with_typed
from ptacl.restoration.config import FORMAT, FORMAT_VERSION, RestorerConfig
from ptacl.restoration.network import Restorer

RESTORER = SideNetwork("restorer", "restore", RestorerConfig, (FORMAT, FORMAT_VERSION))


def save_restorer(folder: Path, network: Restorer, config: RestorerConfig) -> None:
    """Write weights and config; the config last."""
    weights = {key: value.detach().contiguous() for key, value in network.state_dict().items()}
    RESTORER.save(folder, weights, replace(config, commands=with_typed(config.commands, folder)))


def load_network(folder: Path, config: RestorerConfig) -> Restorer:
    """Load the network of a restorer in evaluation mode.

    Raises:
        PtaclError: a missing, foreign or damaged file.
    """
    with RESTORER.loading(folder) as weights:
        network = Restorer(config.training.network)
        network.load_state_dict(weights)
    return network.eval()
