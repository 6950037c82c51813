"""Presets: architecture and training settings by name.

A preset can train on a store of any recipe; the checkpoint records the store's preprocessing.
"""

from dataclasses import dataclass, replace

from ptacl.data.augment import MMCL_AUGMENT, AugmentConfig
from ptacl.data.simulated import SimulatedHearts
from ptacl.encoders.cmr import VideoMaeConfig
from ptacl.encoders.ecg import EcgViTConfig
from ptacl.encoders.light import LightEcgConfig
from ptacl.encoders.three_frames import ThreeFrameConfig
from ptacl.encoders.two_tower import TwoTowerConfig
from ptacl.training.config import ContrastiveConfig
from ptacl.training.masked import MaskedConfig


@dataclass(frozen=True)
class Preset:
    """Settings of `ptacl train --preset`."""

    model: TwoTowerConfig
    training: ContrastiveConfig
    masked: MaskedConfig
    """Settings of `--stage masked`."""


@dataclass(frozen=True)
class Changes:
    """Options of `ptacl train` that override a preset; None keeps the value of the preset."""

    epochs: int | None = None
    steps: int | None = None
    """Train one epoch of this many steps."""
    batch_size: int | None = None
    temporal_weight: float | None = None
    phenotype_weight: float | None = None
    patient_loss: str | None = None
    seed: int | None = None
    simulated: SimulatedHearts | None = None
    """Hearts to draw instead of training on the store."""
    policy: tuple[int, float] | None = None
    """Operations for each ECG and magnitude of the random augmentation policy."""


DEMO = Preset(
    TwoTowerConfig(ecg=LightEcgConfig(lead_flags=True)),
    ContrastiveConfig(augment=AugmentConfig(lead_set_share=0.15)),
    MaskedConfig(),
)
"""The light encoders for any lead set, trained in minutes on two CPU cores."""

_FIVE_SECONDS = AugmentConfig(crop_s=5.0)
_MASKED = MaskedConfig(
    epochs=400,
    batch_size=256,
    learning_rate=3e-4,
    warmup_share=0.1,
    augment=_FIVE_SECONDS,
    validate_every=20,
    compile=True,
)
"""Masked pretraining of both published presets."""

PAPER = Preset(
    model=TwoTowerConfig(ecg=EcgViTConfig(), cmr=VideoMaeConfig()),
    training=ContrastiveConfig(
        epochs=100,
        batch_size=256,
        learning_rate=3e-4,
        warmup_share=0.1,
        temporal_weight=1.0,
        centred=False,
        augment=_FIVE_SECONDS,
        compile=True,
    ),
    masked=_MASKED,
)
"""PTACL (Selivanov et al., MICCAI 2025, arXiv 2506.20683), as far as it is published.

Published in the paper or the authors' code: the block with LayerScale and biases of queries and
values; 12 leads × 2,500 samples at 500 Hz in patches of 1 × 50, 601 tokens with CLS; VideoMAE over
a single-channel cine with joint space-time attention, in the reference configuration 50 × 64 × 64
pixels in tubelets of 5 × 8 × 8, 641 tokens with CLS; its decoders, mask ratio 0.75, squared error
on the hidden patches; one InfoNCE over patients and one over the time steps of a patient, through
the same heads.

Chosen here, because the published values are unknown or not accessible: width 384, depth 3, 6 heads
(the ECG encoder of MMCL, by the same group); mean pooling; projection to 128, τ 0.1 and batch 256
(as in MMCL), τ learned from there; λ 1, so that both losses have the same weight; AdamW, its
learning rate and weight decay, the schedule and all numbers of epochs; the augmentation; matching
by cardiac phase over all beats; no centring, which the abstract does not mention; the preprocessing
of the store. A tubelet spans five frames, so the temporal loss distinguishes ten time steps of a
patient.
"""

MMCL = Preset(
    model=TwoTowerConfig(
        ecg=EcgViTConfig(patch_samples=100),
        cmr=ThreeFrameConfig(),
    ),
    training=ContrastiveConfig(
        epochs=300,
        batch_size=256,
        learning_rate=3e-3,
        weight_decay=1e-4,
        warmup_share=0.1,
        temporal_weight=0.0,
        augment=MMCL_AUGMENT,
        compile=True,
    ),
    masked=replace(_MASKED, correlation_weight=0.1),
)
"""MMCL (Turgut et al., Medical Image Analysis 2025, arXiv 2308.05764): the patient loss alone.

From the authors' code: the ECG encoder (width 384, depth 3, 6 heads, patch 1 × 100, mean pooling),
the augmentation (`MMCL_AUGMENT`), projection to 128, τ 0.1, batch 256, learning rate 3e-3, weight
decay 1e-4, 30 of 300 epochs of warm-up, masked pretraining with 0.1 × (1 − normalised
cross-correlation).

The CMR encoder reads end diastole, mid-systole and end systole of the slice as channels, as theirs.

Differences: a ResNet-18 that normalises groups of channels, from random weights, instead of their
pretrained ResNet-50; the crop is the recipe's around the heart. AdamW instead of Adam; τ is
learned, starting at 0.1; the hidden layer of the projection is twice as wide as the encoder instead
of 2,048; the epochs, learning rate and augmentation of the masked stage were chosen here. The
preprocessing is that of the store: theirs is `ptacl simulate --recipe mmcl`.
"""

PRESETS = {"demo": DEMO, "paper": PAPER, "mmcl": MMCL}
