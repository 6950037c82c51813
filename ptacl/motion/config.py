"""Settings of the estimation of motion."""

from dataclasses import dataclass


@dataclass(frozen=True)
class MotionConfig:
    """How the displacement of one slice is fitted; lengths in mm.

    The weights were chosen on simulated hearts of cohort seed 5 (`tests.benchmarks.motion` measures
    on others, and what each term contributes).
    """

    spacing_mm: float = 2.5
    """Grid on which images are compared."""
    margin_mm: float = 8.0
    """Surroundings of the ventricles that count in the comparison."""
    harmonics: int = 7
    """Harmonics of the beat in the displacement."""
    features: int = 32
    """Random Fourier features of the position."""
    wavelength_mm: float = 60.0
    """Typical wavelength of the features: structures of a third of it can still be followed."""
    width: int = 64
    """Units of each of the three hidden layers."""
    steps: int = 120
    learning_rate: float = 0.03
    frames_per_step: int = 8
    window_mm: float = 12.0
    """Side of the window of the local cross-correlation."""
    image: float = 2.0
    """Weight of the images' dissimilarity."""
    labels: float = 1.0
    """Weight of the distance, in mm, between moved borders and the borders of the labels."""
    bending: float = 0.05
    """Weight of the second derivatives of the displacement."""
    area: float = 1.0
    """Weight of the differences in area change within the wall; its mean change is free, because
    muscle leaves the slice as the ventricle shortens."""
    inverse: float = 0.05
    """Weight of the distance, in mm, to where the field of the other direction leads back."""
    seed: int = 0
