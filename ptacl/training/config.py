"""How the two towers are trained."""

from dataclasses import dataclass, field
from typing import Literal

from ptacl.data.augment import AugmentConfig
from ptacl.data.batches import TimeMatch
from ptacl.errors import PtaclError

Bounds = dict[str, tuple[float, float]]
_STAGE_BOUNDS: Bounds = {
    "epochs": (1, 1e6), "batch_size": (1, 1e6), "learning_rate": (1e-12, 1e3),
    "weight_decay": (0, 1e3), "warmup_share": (0, 1), "clip_norm": (1e-12, 1e12),
    "steps_per_epoch": (1, 1e9), "validate_every": (1, 1e6), "validate_subjects": (1, 1e7),
    "seed": (0, 2**63 - 1),
}  # fmt: skip
_OPTIONS = ("epochs", "batch_size", "temporal_weight", "seed")
"""Settings that are options of `ptacl train` of the same name."""


@dataclass(frozen=True)
class StageConfig:
    """What every stage of training asks."""

    epochs: int = 20
    batch_size: int = 64
    """Subjects of a step, on all ranks together."""
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
    """Of the matrix products, where the device computes in it by hardware: CUDA, CPUs with AMX;
    elsewhere float32."""
    compile: bool = False
    """Whether `torch.compile` is used on CUDA; never on a CPU."""

    def __post_init__(self) -> None:
        """Refuse what no training can be; the message names the option where there is one."""
        for name, (low, high) in {**_STAGE_BOUNDS, **self._more_bounds()}.items():
            value = getattr(self, name)
            if value is not None and not low <= value <= high:
                option = f"--{name.replace('_', '-')}" if name in _OPTIONS else name
                raise PtaclError(
                    f"{option} is {value}. Give a number from {low:g} to {high:g}.",
                    code="option.invalid",
                )

    def _more_bounds(self) -> Bounds:
        """Bounds of what a stage adds."""
        return {}


@dataclass(frozen=True)
class ContrastiveConfig(StageConfig):
    """How the two towers learn to meet in one space."""

    chunk_size: int | None = None
    """Subjects that a rank encodes at once (GradCache): less memory, more time, the same
    gradients. All by default."""
    temporal_weight: float = 0.5
    """Weight of the temporal loss beside the patient loss; 0 trains the patient loss alone."""
    centred: bool = True
    """Whether the temporal loss subtracts each patient's mean over time."""
    temporal_soft_width: float = 0.0
    """Standard deviation, as a share of the beat, of soft targets around each segment's own time;
    0 is hard ones."""
    match: TimeMatch = "phase"
    """How ECG segments find their time in the cine (`dataset.TimeMatch`)."""
    patient_loss: Literal["info_nce", "sigmoid"] = "info_nce"
    """Each ECG among all cines of the batch, or each pair alone (after SigLIP)."""
    patient_targets: Literal["own", "phenotypes", "neighbours"] = "own"
    """What the patient loss takes for a match: the own cine alone; softly also those of patients
    whose measured phenotypes are alike (after MyoECG); or the own one, with those of the nearest
    hearts left out of the negatives."""
    alike_hearts: int = 3
    """How many nearest hearts `neighbours` leaves out."""
    anchors: Literal["cine", "ed_es"] = "cine"
    """What the patient loss reads of a cine: all frames, pooled; or end diastole and end systole
    as two anchors, each with a loss of its own (after Dual-Phase, arXiv 2602.12883, whose images
    are 3D). Embedding and evaluation pool all frames either way."""
    frames: int = 10
    """Frames of a cine in each step, one out of each equal part of the beat; an encoder whose
    steps span several frames always sees all."""

    def _more_bounds(self) -> Bounds:
        return {
            "batch_size": (2, 1e6), "chunk_size": (1, 1e6), "temporal_weight": (0, 1e3),
            "temporal_soft_width": (0, 1), "alike_hearts": (0, 1e6), "frames": (1, 1e6),
        }  # fmt: skip
