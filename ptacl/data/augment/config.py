"""Ranges of the augmentation."""

from dataclasses import dataclass


@dataclass(frozen=True)
class AugmentConfig:
    """Range of each augmentation; zero switches it off."""

    crop_s: float = 8.0
    """Length of the ECG window in seconds; its start is random."""
    ecg_share: float = 1.0
    """Share of the ECGs that the following augmentations change."""
    ecg_gain: float = 0.05
    """Standard deviation of the log gain of an ECG."""
    lead_gain: float = 0.05
    """Standard deviation of the log gain of each lead."""
    ecg_rescale: float = 0.0
    """Standard deviation of one factor around 1 for all leads of an ECG; a large one hides mass."""
    ecg_turn_deg: float = 0.0
    """Standard deviation of the rotation of the heart vector about each axis."""
    ecg_noise_mv: float = 0.03
    """Largest standard deviation of added white noise."""
    ecg_jitter: float = 0.0
    """Standard deviation of multiplicative noise, relative to each sample."""
    ecg_phase_noise: float = 0.0
    """Range of the shift of Fourier phases, as a share of a full turn; equal in all leads."""
    wander_mv: float = 0.0
    """Largest amplitude of baseline wander, a sine with 0.4 to 4 periods in the window (0.05 to
    0.5 Hz in 8 s)."""
    lead_dropout: float = 0.05
    """Probability that a lead is set to zero."""
    lead_set_share: float = 0.0
    """Probability that an ECG is reduced to a lead set drawn from `signal.lead_sets`; the other
    leads are set to zero."""
    policy_operations: int = 0
    """Operations of the random policy for each ECG (`data.augment.operations`)."""
    policy_magnitude: float = 0.0
    """Their magnitude, from 0 to 10, the largest value of each."""
    cine_shift_px: int = 3
    """Largest shift of a cine along each axis."""
    cine_roll_frames: int = 0
    """Largest cyclic shift of a cine in time; the phases of its frames are shifted with it."""
    cine_rotation_deg: float = 0.0
    """Largest rotation of a cine."""
    cine_flip: float = 0.0
    """Probability that a cine is mirrored left to right."""
    cine_zoom: float = 0.0
    """Largest share of the area that is cropped before the cine is enlarged again; this hides
    volumes."""
    cine_gain: float = 0.1
    """Standard deviation of the log contrast of a cine."""
    cine_noise: float = 0.05
    """Largest standard deviation of added noise; intensities range from 0 to 1."""


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
"""Values of MMCL (Turgut et al., Medical Image Analysis 2025, their published code): crop of 2,500
samples, Fourier surrogate 0.1, jitter x + 0.6·x·N(0, 0.25), one factor N(1, 0.5), applied to each
ECG with probability 0.95; flip, rotation by up to 45°, crop of 60 to 100 % of the area. Their
colour jitter of 0.5 multiplies the contrast by 0.5 to 1.5; here a log gain of the same spread."""
