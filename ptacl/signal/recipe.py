"""The recipe of a store or a checkpoint: what is done to every ECG and every cine before a model.

A recipe is data (`config.to_dict`, `config.fingerprint`): a model refuses a store of another one.
Opening a gallery reads recipes and prepares nothing, so what prepares lies in `preparation.py`.
"""

from dataclasses import dataclass, field
from typing import Literal


@dataclass(frozen=True)
class EcgRecipe:
    """How an ECG reaches a model."""

    sample_rate_hz: float = 500.0
    duration_s: float = 10.0
    baseline: Literal["highpass", "asymmetric_least_squares", "none"] = "highpass"
    highpass_hz: float = 0.5
    """Corner of the high-pass; read only where `baseline` is ``highpass``."""
    scaling: Literal["millivolts", "group_z_score"] = "millivolts"

    @property
    def samples(self) -> int:
        """Length of a prepared ECG."""
        return round(self.sample_rate_hz * self.duration_s)


@dataclass(frozen=True)
class CineRecipe:
    """How a cine reaches a model."""

    frames: int = 50
    size: int = 64
    """Pixels on each side."""
    spacing_mm: float = 2.4


@dataclass(frozen=True)
class Recipe:
    """Both."""

    ecg: EcgRecipe = field(default_factory=EcgRecipe)
    cine: CineRecipe = field(default_factory=CineRecipe)


MMCL_ECG = EcgRecipe(baseline="asymmetric_least_squares", scaling="group_z_score")
"""The recipe published with MMCL (Turgut et al., 2025)."""
