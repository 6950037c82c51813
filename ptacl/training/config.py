"""Configuration of the training stages."""

from dataclasses import dataclass, field
from typing import Literal

from ptacl.data.augment import AugmentConfig
from ptacl.data.batches import TimeMatch
from ptacl.data.simulated import SimulatedHearts
from ptacl.errors import PtaclError
from ptacl.losses import PATIENT_LOSSES

Bounds = dict[str, tuple[float, float]]
_STAGE_BOUNDS: Bounds = {
    "epochs": (1, 1e6), "batch_size": (1, 1e6), "learning_rate": (1e-12, 1e3),
    "weight_decay": (0, 1e3), "warmup_share": (0, 1), "clip_norm": (1e-12, 1e12),
    "steps_per_epoch": (1, 1e9), "validate_every": (1, 1e6), "validate_subjects": (1, 1e7),
    "train_subjects": (2, 1e9),
    "seed": (0, 2**63 - 1),
}  # fmt: skip
_OPTIONS = ("epochs", "batch_size", "temporal_weight", "phenotype_weight", "seed")
"""Settings that `ptacl train` has an option for, of the same name."""
CONTRASTIVE_OPTIONS = {
    "temporal_weight": "temporal loss",
    "phenotype_weight": "phenotype loss beside others",
    "patient_loss": "patient loss",
}
"""Setting that only contrastive training has → the loss that it is of."""


@dataclass(frozen=True)
class StageConfig:
    """Settings that all stages of training share."""

    epochs: int = 20
    batch_size: int = 64
    """Subjects per step, over all ranks."""
    learning_rate: float = 2.5e-3
    weight_decay: float = 0.05
    warmup_share: float = 0.05
    """Share of all steps over which the learning rate rises."""
    clip_norm: float = 1.0
    """Maximum norm of the gradient of all weights."""
    steps_per_epoch: int | None = None
    """Maximum steps per epoch; by default an epoch is a pass over the training subjects."""
    augment: AugmentConfig = field(default_factory=AugmentConfig)
    train_subjects: int | None = None
    """Subjects of the training split to train on: the first ones, so that a smaller number is part
    of a larger one. All by default."""
    validate_every: int = 5
    """Epochs between validations (the last epoch always has one)."""
    validate_subjects: int = 500
    """Maximum number of validation subjects."""
    seed: int = 0
    precision: Literal["float32", "bfloat16"] = "bfloat16"
    """Precision of matrix products on devices that support bfloat16 in hardware (CUDA, CPUs with
    AMX); elsewhere float32."""
    compile: bool = False
    """Whether to use `torch.compile` on CUDA; never used on a CPU."""
    simulated: SimulatedHearts | None = None
    """Hearts to draw instead of reading the training split of the store, which then gives the
    preprocessing and the validation split."""

    def __post_init__(self) -> None:
        """Check the values; the message names the command line option where there is one."""
        for name, (low, high) in {**_STAGE_BOUNDS, **self._more_bounds()}.items():
            value = getattr(self, name)
            if value is not None and not low <= value <= high:
                option = f"--{name.replace('_', '-')}" if name in _OPTIONS else name
                raise PtaclError(
                    f"{option} is {value}. Give a number from {low:g} to {high:g}.",
                    code="option.invalid",
                )

    def _more_bounds(self) -> Bounds:
        """Return the bounds of the settings that a stage adds."""
        return {}


@dataclass(frozen=True)
class ContrastiveConfig(StageConfig):
    """Settings of contrastive training."""

    chunk_size: int | None = None
    """Subjects that a rank encodes at once (GradCache): less memory, more time, same gradients. All
    by default."""
    temporal_weight: float = 0.5
    """Weight of the temporal loss relative to the patient loss; 0 trains the patient loss alone."""
    phenotype_weight: float = 0.0
    """Weight of the phenotype loss relative to the patient loss: the squared error of the
    standardised phenotypes, predicted by linear heads from the pooled features of either tower. 0
    trains no such heads."""
    centred: bool = True
    """Whether the temporal loss subtracts each patient's mean over time."""
    temporal_soft_width: float = 0.0
    """Standard deviation of soft temporal targets as a fraction of the beat; 0: hard targets."""
    match: TimeMatch = "phase"
    """How ECG segments are matched to a time in the cine (`data.batches.TimeMatch`)."""
    patient_loss: str = "info_nce"
    """Name of the patient loss, a key of `losses.PATIENT_LOSSES`."""
    patient_targets: Literal["own", "phenotypes", "neighbours"] = "own"
    """Targets of the patient loss: the matching cine alone; soft targets by the similarity of the
    measured phenotypes (after MyoECG); or the matching cine, with the nearest neighbours excluded
    from the negatives."""
    alike_hearts: int = 3
    """Number of nearest neighbours that `neighbours` excludes."""
    anchors: Literal["cine", "ed_es"] = "cine"
    """Input of the patient loss: the cine pooled over all frames; or end diastole and end systole
    as two anchors with a loss each (after Dual-Phase, arXiv 2602.12883, which uses 3D images).
    Embedding and evaluation pool all frames in both cases."""
    frames: int = 10
    """Frames of a cine per step, one from each of equal parts of the beat; encoders with several
    frames per time step always use all frames."""

    def __post_init__(self) -> None:
        """Check the values; the message names the command line option where there is one."""
        super().__post_init__()
        if self.patient_loss not in PATIENT_LOSSES:
            known = ", ".join(PATIENT_LOSSES)
            raise PtaclError(
                f"--patient-loss is {self.patient_loss!r}. Choose one of {known}.",
                code="config.invalid",
            )

    def _more_bounds(self) -> Bounds:
        return {
            "batch_size": (2, 1e6), "chunk_size": (1, 1e6), "temporal_weight": (0, 1e3),
            "phenotype_weight": (0, 1e3), "temporal_soft_width": (0, 1), "alike_hearts": (0, 1e6),
            "frames": (1, 1e6),
        }  # fmt: skip
