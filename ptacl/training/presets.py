"""Whole recipes by name: architecture and training together."""

from dataclasses import dataclass

from ptacl.encoders.two_tower import TwoTowerConfig
from ptacl.training.config import ContrastiveConfig


@dataclass(frozen=True)
class Preset:
    """What `ptacl train --preset` chooses."""

    model: TwoTowerConfig
    training: ContrastiveConfig


DEMO = Preset(TwoTowerConfig(), ContrastiveConfig())
"""The light pair, trained in minutes on two CPU cores."""

PRESETS = {"demo": DEMO}
