"""Preprocessing recipe of a store or a checkpoint.

A recipe is plain data (`config.strict_json`), and a model refuses a store of another recipe. The
preprocessing itself is in `preparation.py`, since opening a gallery needs recipes only.
"""

from dataclasses import dataclass, field
from typing import Literal


@dataclass(frozen=True)
class EcgRecipe:
    """Preprocessing of ECGs."""

    sample_rate_hz: float = 500.0
    duration_s: float = 10.0
    baseline: Literal["highpass", "asymmetric_least_squares", "none"] = "highpass"
    highpass_hz: float = 0.5
    """Corner frequency of the high-pass; used if `baseline` is ``highpass``."""
    scaling: Literal["millivolts", "group_z_score"] = "millivolts"

    @property
    def samples(self) -> int:
        """Length of a prepared ECG."""
        return round(self.sample_rate_hz * self.duration_s)


@dataclass(frozen=True)
class CineRecipe:
    """Preprocessing of cines."""

    frames: int = 50
    size: int = 64
    """Rows and columns in pixels."""
    spacing_mm: float = 2.4


@dataclass(frozen=True)
class Recipe:
    """Preprocessing of ECGs and cines."""

    ecg: EcgRecipe = field(default_factory=EcgRecipe)
    cine: CineRecipe = field(default_factory=CineRecipe)


MMCL_ECG = EcgRecipe(baseline="asymmetric_least_squares", scaling="group_z_score")
"""ECG recipe published with MMCL (Turgut et al., 2025)."""
