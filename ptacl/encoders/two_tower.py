"""The two towers: an ECG encoder and a CMR encoder that meet in one space.

The projection heads serve both losses: the pooled vector goes through them for the patient loss,
the tokens for the temporal loss, which so adds no weights (PTACL, arXiv 2506.20683).
"""

import math
from dataclasses import dataclass, field

import torch
from jaxtyping import Bool, Float, UInt8
from torch import Tensor, nn

from ptacl.encoders.light import LightCmrConfig, LightCmrEncoder, LightEcgConfig, LightEcgEncoder

MAX_LOGIT_SCALE = math.log(100.0)


@dataclass(frozen=True)
class TwoTowerConfig:
    """Architecture of a model, written into its checkpoint."""

    ecg: LightEcgConfig = field(default_factory=LightEcgConfig)
    cmr: LightCmrConfig = field(default_factory=LightCmrConfig)
    embedding: int = 128
    """Width of the shared space."""
    temperature: float = 0.1
    """Starting temperature of both losses; learned from there."""


@dataclass(frozen=True)
class TowerOutput:
    """One modality of a batch, in and before the shared space."""

    features: Float[Tensor, "batch width"]
    """Pooled features before the projection: what regression heads read."""
    embedding: Float[Tensor, "batch embedding"]
    """The projected features, not normalised."""
    steps: Float[Tensor, "batch time embedding"]
    """Projected tokens in order of time, not normalised."""


class TwoTower(nn.Module):
    """An ECG encoder, a CMR encoder and their projection heads."""

    def __init__(self, config: TwoTowerConfig) -> None:
        super().__init__()
        self.config = config
        self.ecg_encoder = LightEcgEncoder(config.ecg)
        self.cmr_encoder = LightCmrEncoder(config.cmr)
        self.ecg_head = projection_head(self.ecg_encoder.width, config.embedding)
        self.cmr_head = projection_head(self.cmr_encoder.width, config.embedding)
        start = torch.tensor(-math.log(config.temperature))
        self.patient_logit_scale = nn.Parameter(start.clone())
        self.temporal_logit_scale = nn.Parameter(start.clone())

    def encode_ecg(
        self,
        ecg: Float[Tensor, "batch leads samples"],
        valid: Bool[Tensor, "batch segments"] | None = None,
    ) -> TowerOutput:
        """ECGs in mV at the encoder's rate → features, embedding, segments."""
        encoded = self.ecg_encoder(ecg, valid)
        features = self.ecg_encoder.spread(encoded.pooled)
        return TowerOutput(features, self.ecg_head(features), self.ecg_head(encoded.tokens))

    def encode_cmr(
        self,
        cine: UInt8[Tensor, "batch frames rows columns"],
        phase: Float[Tensor, "batch frames"],
    ) -> TowerOutput:
        """8-bit cines and the phases of their frames → features, embedding, all frames."""
        return self.encode_images(self.cmr_encoder.images(cine), phase)

    def encode_images(
        self,
        images: Float[Tensor, "batch time channels rows columns"],
        phase: Float[Tensor, "batch time"],
    ) -> TowerOutput:
        """The same from what `cmr_encoder.images` picked of the cines."""
        encoded = self.cmr_encoder(images, phase)
        features = self.cmr_encoder.spread(encoded.pooled)
        return TowerOutput(features, self.cmr_head(features), self.cmr_head(encoded.tokens))

    def patient_temperature(self) -> Float[Tensor, ""]:
        """Temperature of the patient loss, kept above 0.01."""
        return self.patient_logit_scale.clamp(max=MAX_LOGIT_SCALE).neg().exp()

    def temporal_temperature(self) -> Float[Tensor, ""]:
        """Temperature of the temporal loss, kept above 0.01."""
        return self.temporal_logit_scale.clamp(max=MAX_LOGIT_SCALE).neg().exp()


def projection_head(width: int, embedding: int) -> nn.Sequential:
    """One hidden layer, as in MMCL (Turgut et al., 2025)."""
    return nn.Sequential(nn.Linear(width, 2 * width), nn.GELU(), nn.Linear(2 * width, embedding))
