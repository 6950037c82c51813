"""How far each augmentation may go."""

from dataclasses import dataclass


@dataclass(frozen=True)
class AugmentConfig:
    """How far an augmentation may go; zero switches each off."""

    crop_s: float = 8.0
    """Length of the ECG window in seconds; its start is drawn."""
    ecg_share: float = 1.0
    """Share of the ECGs that any of the following touches."""
    ecg_gain: float = 0.05
    """Standard deviation of the log gain of an ECG."""
    lead_gain: float = 0.05
    """Standard deviation of the log gain of each lead."""
    ecg_rescale: float = 0.0
    """Standard deviation of one factor about 1 for all leads of an ECG; a large one hides mass."""
    ecg_turn_deg: float = 0.0
    """Standard deviation of the angle by which the heart vector is turned about each axis."""
    ecg_noise_mv: float = 0.03
    """Largest standard deviation of added white noise."""
    ecg_jitter: float = 0.0
    """Standard deviation of noise that multiplies each sample, as a share of it."""
    ecg_phase_noise: float = 0.0
    """Share of a full turn over which Fourier phases are moved, alike in all leads of an ECG."""
    wander_mv: float = 0.0
    """Largest amplitude of a slow sine in each lead, 0.4 to 4 turns in the window (0.05 to 0.5 Hz
    in 8 s)."""
    lead_dropout: float = 0.05
    """Probability that a lead is zero."""
    cine_shift_px: int = 3
    """Largest shift of a cine along each axis."""
    cine_roll_frames: int = 0
    """Largest roll of a cine in time; the phases of its frames roll with it."""
    cine_rotation_deg: float = 0.0
    """Largest rotation of a cine."""
    cine_flip: float = 0.0
    """Probability that a cine is mirrored left to right."""
    cine_zoom: float = 0.0
    """Largest share of its area that a cine loses when it is cropped and enlarged again; it hides
    volumes."""
    cine_gain: float = 0.1
    """Standard deviation of the log contrast of a cine."""
    cine_noise: float = 0.05
    """Largest standard deviation of added noise, of the range 0 … 1."""


MMCL_AUGMENT = AugmentConfig(
    crop_s=5.0,
    ecg_share=0.95,
    ecg_gain=0.0,
    lead_gain=0.0,
    ecg_rescale=0.5,
    ecg_noise_mv=0.0,
    ecg_jitter=0.15,
    ecg_phase_noise=0.1,
    lead_dropout=0.0,
    cine_shift_px=0,
    cine_rotation_deg=45.0,
    cine_flip=0.5,
    cine_zoom=0.4,
    cine_gain=0.3,
    cine_noise=0.0,
)
"""The values of MMCL (Turgut et al., Medical Image Analysis 2025, their published code): crop of
2,500 samples, Fourier surrogate 0.1, jitter x + 0.6·x·N(0, 0.25), one factor N(1, 0.5), each ECG
touched with probability 0.95; flip, rotation by up to 45°, crop of 60 to 100 % of the area. Their
colour jitter by 0.5 multiplies contrast by 0.5 to 1.5: here a log gain of the same spread."""
