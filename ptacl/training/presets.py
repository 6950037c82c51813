"""Whole recipes by name: architecture and training together.

A preset trains on a store of any recipe and takes the store's preprocessing into its checkpoint.
"""

from dataclasses import dataclass, replace

from ptacl.data.augment import MMCL_AUGMENT, AugmentConfig
from ptacl.encoders.cmr import VideoMaeConfig
from ptacl.encoders.ecg import EcgViTConfig
from ptacl.encoders.light import LightCmrConfig
from ptacl.encoders.two_tower import TwoTowerConfig
from ptacl.training.config import ContrastiveConfig
from ptacl.training.masked import MaskedConfig


@dataclass(frozen=True)
class Preset:
    """What `ptacl train --preset` chooses."""

    model: TwoTowerConfig
    training: ContrastiveConfig
    masked: MaskedConfig
    """Of `--stage masked`."""


@dataclass(frozen=True)
class Changes:
    """What `ptacl train` may change of a preset; None leaves it as it is."""

    epochs: int | None = None
    steps: int | None = None
    """Stop after so many, as one epoch."""
    batch_size: int | None = None
    temporal_weight: float | None = None
    seed: int | None = None


DEMO = Preset(TwoTowerConfig(), ContrastiveConfig(), MaskedConfig())
"""The light pair, trained in minutes on two CPU cores."""

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
"""Of both published recipes."""

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

Published, in the paper or the authors' code: the block with LayerScale and biases of queries and
values; 12 leads × 2,500 samples at 500 Hz in patches of 1 × 50, with CLS 601 tokens; VideoMAE over
a cine of one channel with joint space-time attention, and in the reference configuration 50 × 64
× 64 pixels in tubelets of 5 × 8 × 8, with CLS 641 tokens; its decoders, mask ratio 0.75, squared
error on the hidden patches; one InfoNCE over patients and one over the times of a patient, through
the same heads.

Chosen here, for the published values are unknown or could not be read: width 384, depth 3, 6 heads
(the ECG encoder of MMCL, by the same group); mean pooling; projection to 128, τ 0.1 and batch 256
(MMCL's), τ learned from there; λ 1, so that both losses weigh the same; AdamW, its rates, the
schedule and all epochs; the augmentation; matching by cardiac phase over all beats; not centred,
for the abstract says nothing of it; the preprocessing, which is the store's. A tubelet spans five
frames, so the temporal loss tells ten times of a patient apart.
"""

MMCL = Preset(
    model=TwoTowerConfig(
        ecg=EcgViTConfig(patch_samples=100),
        cmr=LightCmrConfig(),
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

Other here: the light CMR encoder stands in for their ResNet-50 pretrained on images of three
frames, whose weights are out of reach; it sees ten frames with their motion, so it is told more of
the heart's function than theirs. AdamW for Adam; τ is learned from 0.1; the hidden layer of the
projection is twice the encoder's width, not 2,048; the epochs, rate and augmentation of the masked
stage and the preprocessing (the store's) are ours.
"""

PRESETS = {"demo": DEMO, "paper": PAPER, "mmcl": MMCL}
