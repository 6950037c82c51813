"""How the two towers are trained."""

from dataclasses import dataclass, field
from typing import Literal

from ptacl.augment import AugmentConfig
from ptacl.dataset import TimeMatch


@dataclass(frozen=True)
class StageConfig:
    """What every stage of training asks."""

    epochs: int = 20
    batch_size: int = 64
    learning_rate: float = 2.5e-3
    weight_decay: float = 0.05
    warmup_share: float = 0.05
    """Share of all steps over which the learning rate rises."""
    clip_norm: float = 1.0
    """Largest norm of the gradient of all weights."""
    steps_per_epoch: int | None = None
    """Steps of an epoch at most; by default an epoch is a pass over the training subjects."""
    augment: AugmentConfig = field(default_factory=AugmentConfig)
    validate_every: int = 5
    """Epochs between two validations (the last epoch always has one)."""
    validate_subjects: int = 500
    """Held-out subjects of a validation at most."""
    seed: int = 0
    precision: Literal["float32", "bfloat16"] = "bfloat16"
    """Of the matrix products on CUDA; a CPU always computes in float32."""
    compile: bool = False
    """Whether `torch.compile` is used on CUDA; never on a CPU."""


@dataclass(frozen=True)
class ContrastiveConfig(StageConfig):
    """How the two towers learn to meet in one space."""

    temporal_weight: float = 0.5
    """Weight of the temporal loss beside the patient loss; 0 trains the patient loss alone."""
    centred: bool = True
    """Whether the temporal loss subtracts each patient's mean over time."""
    match: TimeMatch = "phase"
    """How ECG segments find their time in the cine; the others are controls."""
    frames: int = 10
    """Frames of a cine in each step, one out of each equal part of the beat; an encoder whose
    steps span several frames always sees all."""
