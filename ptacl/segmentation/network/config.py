"""Config of a trained segmenter: the content of `checkpoints/segmenter/config.json`."""

from dataclasses import dataclass, field
from typing import Any

import ptacl
from ptacl.errors import PtaclError
from ptacl.segmentation.network.unet import NetworkConfig
from ptacl.segmentation.scenes.batch import SceneConfig

FORMAT = "ptacl-segmenter"
FORMAT_VERSION = 1
_BOUNDS = {
    "steps": (1, 1_000_000), "scenes_per_step": (1, 4096), "networks": (1, 16),
    "warmup_steps": (0, 1_000_000), "seed": (0, 2**31 - 1),
}  # fmt: skip


@dataclass(frozen=True)
class SegmenterTraining:
    """Settings of a training; the defaults are those of the shipped segmenter."""

    steps: int = 5000
    """Steps of each network."""
    scenes_per_step: int = 16
    networks: int = 2
    """Networks of the ensemble; they differ in initial weights and scenes."""
    learning_rate: float = 3e-3
    warmup_steps: int = 100
    weight_decay: float = 0.01
    clip_norm: float = 1.0
    seed: int = 0
    scenes: SceneConfig = field(default_factory=SceneConfig)
    network: NetworkConfig = field(default_factory=NetworkConfig)

    def __post_init__(self) -> None:
        """Check the values."""
        for name, (low, high) in _BOUNDS.items():
            value = getattr(self, name)
            if not low <= value <= high:
                option = f"--{name.replace('_', '-')}"
                raise PtaclError(
                    f"{option} is {value}. Give a number from {low} to {high}.",
                    code="option.invalid",
                )


@dataclass(frozen=True)
class SegmenterConfig:
    """Record of a trained segmenter."""

    name: str
    training: SegmenterTraining
    minutes: float
    """Wall time of the training."""
    threads: int
    """Processes, one thread each, that the networks were trained on."""
    losses: tuple[float, ...] = ()
    """Mean loss of each network over its last steps."""
    measured: dict[str, Any] = field(default_factory=dict)
    """Figures recorded by `tests.benchmarks.cine`."""
    initial: str = ""
    """Segmenter that the training started from; empty: random weights."""
    commands: tuple[str, ...] = ()
    """The commands that made the weights, and those that they started from."""
    synthetic: bool = True
    ptacl_version: str = ptacl.__version__
    format: str = FORMAT
    format_version: int = FORMAT_VERSION
