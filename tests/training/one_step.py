"""One training step of made-up subjects under every variant: its gradients are to be equal."""

import dataclasses

import torch

from ptacl.data.augment import MMCL_AUGMENT, AugmentConfig
from ptacl.data.batches import Batch
from ptacl.encoders.light import LightCmrConfig, LightEcgConfig
from ptacl.encoders.two_tower import TwoTower, TwoTowerConfig
from ptacl.training import ContrastiveConfig
from ptacl.training.contrastive import find_gradients
from ptacl.training.distributed import Ranks
from ptacl.training.phenotype_heads import phenotype_heads

SMALL = TwoTowerConfig(LightEcgConfig(width=16, depth=2), LightCmrConfig(width=16), embedding=8)
SUBJECTS = 7
"""Odd, so that two ranks have parts of different size."""
PLAIN = ContrastiveConfig(frames=4, precision="float32")
CONFIGS = {
    "as by default": PLAIN,
    "global only": dataclasses.replace(PLAIN, temporal_weight=0.0),
    "soft phenotypes and times": dataclasses.replace(
        PLAIN, patient_targets="phenotypes", temporal_soft_width=0.05
    ),
    "sigmoid among neighbours": dataclasses.replace(
        PLAIN, patient_loss="sigmoid", patient_targets="neighbours"
    ),
    "two anchors, augmented like MMCL": dataclasses.replace(
        PLAIN, anchors="ed_es", augment=dataclasses.replace(MMCL_AUGMENT, wander_mv=0.1)
    ),
    "beside the phenotypes": dataclasses.replace(PLAIN, phenotype_weight=0.7),
    "beside the phenotypes, two anchors": dataclasses.replace(
        PLAIN, phenotype_weight=0.7, anchors="ed_es", temporal_weight=0.0
    ),
    "in chunks": dataclasses.replace(PLAIN, chunk_size=2),
    "nothing augmented": dataclasses.replace(
        PLAIN, augment=AugmentConfig(ecg_noise_mv=0.0, cine_noise=0.0)
    ),
}


def made_batch(config: ContrastiveConfig) -> Batch:
    generator = torch.Generator().manual_seed(5)
    phenotypes = torch.randn(SUBJECTS, 9, generator=generator)
    phenotypes[2, 4] = torch.nan
    shape = (SUBJECTS, 20, 64, 64)
    return Batch(
        ecg=torch.randn(SUBJECTS, 12, 400, generator=generator),
        segment_phase=torch.rand(SUBJECTS, 10, generator=generator),
        segment_valid=torch.ones(SUBJECTS, 10, dtype=torch.bool),
        cine=torch.randint(0, 256, shape, generator=generator, dtype=torch.uint8),
        frame_phase=torch.arange(20).div(20).expand(SUBJECTS, 20),
        rows=torch.arange(SUBJECTS),
        ed_es=torch.tensor([[0, 7]]).expand(SUBJECTS, 2) if config.anchors == "ed_es" else None,
        phenotypes=phenotypes if needs_phenotypes(config) else None,
    )


def needs_phenotypes(config: ContrastiveConfig) -> bool:
    return config.patient_targets == "phenotypes" or config.phenotype_weight > 0


def step(config: ContrastiveConfig, ranks: Ranks) -> dict[str, torch.Tensor]:
    """Gradients, batch statistics and loss of one step in float64."""
    torch.set_default_dtype(torch.float64)
    try:
        torch.manual_seed(0)
        model = TwoTower(SMALL).train()
        heads = phenotype_heads(model) if config.phenotype_weight else torch.nn.ModuleDict()
        batch = made_batch(config).slice(ranks.part(SUBJECTS))
        losses = find_gradients(model, batch, config, 3, ranks, SUBJECTS, heads or None)
    finally:
        torch.set_default_dtype(torch.float32)
    weights = [*model.named_parameters(), *heads.named_parameters("heads")]
    found = {k: p.grad for k, p in weights if p.grad is not None}
    found |= {k: v for k, v in model.named_buffers() if "running" in k}
    return found | {k: torch.tensor(v, dtype=torch.float64) for k, v in losses.items()}


def assert_equal(
    left: dict[str, torch.Tensor], right: dict[str, torch.Tensor], tolerance: float
) -> None:
    """Equal by `tolerance` of each tensor's greatest value (some are zero but for rounding)."""
    assert left.keys() == right.keys()
    for name, value in left.items():
        gap = float((right[name] - value).abs().max())
        assert gap <= tolerance * max(float(value.abs().max()), 1e-3), name
