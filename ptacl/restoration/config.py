"""Config of a trained restorer: the content of `checkpoints/restorer/config.json`."""

from dataclasses import dataclass, field

import ptacl
from ptacl.errors import PtaclError

FORMAT = "ptacl-restorer"
FORMAT_VERSION = 1
_BOUNDS = {
    "hearts": (20, 1_000_000), "calibration_hearts": (20, 100_000), "steps": (1, 1_000_000),
    "beats_per_step": (2, 4096), "ecgs_per_step": (2, 4096), "seed": (0, 2**31 - 1),
    "cohort_seed": (0, 2**31 - 1),
}  # fmt: skip


@dataclass(frozen=True)
class RestorerNetwork:
    """Sizes of the network, about 250,000 weights."""

    beat_width: int = 96
    """Channels of a token of the mean beat (40 ms)."""
    beat_depth: int = 2
    heads: int = 4
    ecg_width: int = 64
    """Channels of a token of the whole ECG (80 ms)."""
    ecg_depth: int = 3
    kernel: int = 9


@dataclass(frozen=True)
class RestorerTraining:
    """Settings of a training; the defaults are those of the shipped restorer."""

    hearts: int = 2500
    """Normal hearts to train on, of the training split."""
    calibration_hearts: int = 300
    """Normal hearts of the validation split, for the percentiles."""
    steps: int = 800
    beats_per_step: int = 96
    ecgs_per_step: int = 8
    learning_rate: float = 3e-3
    warmup_steps: int = 50
    weight_decay: float = 0.01
    clip_norm: float = 1.0
    variation: float = 1.0
    """Strength of the random change of the beats (`varied_beats`)."""
    reduced_share: float = 0.2
    """Share of the ECGs that are reduced to one of the lead sets."""
    seed: int = 0
    cohort_seed: int = 1
    """Of simulated hearts."""
    network: RestorerNetwork = field(default_factory=RestorerNetwork)

    def __post_init__(self) -> None:
        """Check the values."""
        for name, (low, high) in _BOUNDS.items():
            value = getattr(self, name)
            if not low <= value <= high:
                raise PtaclError(
                    f"The restorer's {name} is {value}. Give a number from {low} to {high}.",
                    code="option.invalid",
                )


@dataclass(frozen=True)
class Calibration:
    """Distribution of the scores of normal hearts that were not trained on."""

    hearts: int
    beat: tuple[float, float]
    """Median and robust SD of the logarithm of the beat's mean absolute deviation."""
    rhythm: tuple[float, float]
    """99th percentile and robust SD of the logarithm of the largest deviation in the recording."""
    score: tuple[float, ...]
    """Quantiles of the score, 0 to 1 in equal steps."""
    waves: dict[str, tuple[float, ...]]
    """``V5 ST–T`` → quantiles of the root mean square deviation of that wave in that lead."""


@dataclass(frozen=True)
class RecordsLimit:
    """Score that few normal records of a hospital exceed, beyond which an ECG is flagged."""

    score: float
    records: int
    """Normal records it was chosen on."""
    table: str
    """Their name."""


@dataclass(frozen=True)
class RestorerConfig:
    """Record of a trained restorer."""

    name: str
    training: RestorerTraining
    calibration: Calibration
    source: str
    """Hearts that it was trained on."""
    minutes: float
    """Wall time of the training."""
    loss: tuple[float, float]
    """Mean loss of beat and whole ECG over the last hundred steps."""
    limit: RecordsLimit | None = None
    measured: dict[str, str] = field(default_factory=dict)
    """Title → Markdown table, recorded by `ptacl anomaly --record`."""
    commands: tuple[str, ...] = ()
    synthetic: bool = True
    ptacl_version: str = ptacl.__version__
    format: str = FORMAT
    format_version: int = FORMAT_VERSION
