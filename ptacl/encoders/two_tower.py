"""The two towers: an ECG encoder and a CMR encoder that meet in one space.

The projection heads serve both losses: the pooled vector goes through them for the patient loss,
the tokens for the temporal loss, which so adds no weights (PTACL, arXiv 2506.20683). Either tower
may hold a light or a published encoder; what reads a model need not know which.
"""

import math
from dataclasses import dataclass, field, replace
from typing import Literal

import torch
from jaxtyping import Bool, Float, UInt8
from torch import Tensor, nn

from ptacl.encoders.cmr import VideoMae, VideoMaeConfig
from ptacl.encoders.ecg import EcgViT, EcgViTConfig
from ptacl.encoders.light import LightCmrConfig, LightCmrEncoder, LightEcgConfig, LightEcgEncoder
from ptacl.encoders.time_steps import spread_over_frames, step_phase

MAX_LOGIT_SCALE = math.log(100.0)


@dataclass(frozen=True)
class TwoTowerConfig:
    """Architecture of a model, written into its checkpoint."""

    ecg: LightEcgConfig | EcgViTConfig = field(default_factory=LightEcgConfig)
    cmr: LightCmrConfig | VideoMaeConfig = field(default_factory=LightCmrConfig)
    embedding: int = 128
    """Width of the shared space."""
    temperature: float = 0.1
    """Starting temperature of both losses; learned from there."""
    heads: Literal["shared", "separate"] = "shared"
    """Whether the tokens go through the heads of the pooled vector or through heads of their
    own, which are new weights."""


@dataclass(frozen=True)
class TowerOutput:
    """One modality of a batch, in and before the shared space."""

    features: Float[Tensor, "batch reads"]
    """What the pooling took out of the tokens: what regression heads read."""
    embedding: Float[Tensor, "batch embedding"]
    """The pooled vector in the shared space, not normalised."""
    steps: Float[Tensor, "batch time embedding"]
    """Projected tokens in order of time, not normalised."""


class TwoTower(nn.Module):
    """An ECG encoder, a CMR encoder and their projection heads."""

    def __init__(self, config: TwoTowerConfig) -> None:
        super().__init__()
        self.config = config
        self.ecg_encoder = ecg_encoder(config.ecg)
        self.cmr_encoder = cmr_encoder(config.cmr)
        self.ecg_head = projection_head(self.ecg_encoder.width, config.embedding)
        self.cmr_head = projection_head(self.cmr_encoder.width, config.embedding)
        start = torch.tensor(-math.log(config.temperature))
        self.patient_logit_scale = nn.Parameter(start.clone())
        self.temporal_logit_scale = nn.Parameter(start.clone())
        self.ecg_time_head: nn.Module | None = None
        self.cmr_time_head: nn.Module | None = None
        if config.heads == "separate":
            self.ecg_time_head = projection_head(self.ecg_encoder.width, config.embedding)
            self.cmr_time_head = projection_head(self.cmr_encoder.width, config.embedding)

    def encode_ecg(
        self,
        ecg: Float[Tensor, "batch leads samples"],
        valid: Bool[Tensor, "batch segments"] | None = None,
    ) -> TowerOutput:
        """ECGs of any length, as the recipe leaves them → features, embedding, segments."""
        encoded = self.ecg_encoder.encode(ecg, valid)
        embedding = self.ecg_head(self.ecg_encoder.spread(encoded.pooled))
        return TowerOutput(encoded.reads, embedding, self.ecg_steps(encoded.tokens))

    def encode_cmr(
        self,
        cine: UInt8[Tensor, "batch frames rows columns"],
        phase: Float[Tensor, "batch frames"],
    ) -> TowerOutput:
        """8-bit cines and the phases of their frames → features, embedding, all frames.

        Where a step of the encoder spans several frames, `steps` still has one vector a frame.
        """
        per_step = self.cmr_encoder.frames_per_step
        seen = self.encode_images(self.cmr_encoder.images(cine), step_phase(phase, per_step))
        return replace(seen, steps=spread_over_frames(seen.steps, per_step))

    def encode_images(
        self,
        images: Float[Tensor, "batch frames channels rows columns"],
        phase: Float[Tensor, "batch time"],
    ) -> TowerOutput:
        """The same from what `cmr_encoder.images` picked of the cines: `steps` as encoded.

        Args:
            images: of the frames that `cmr_encoder.draw_frames` chose.
            phase: of each step of the encoder (`step_phase`).
        """
        encoded = self.cmr_encoder.encode(images, phase)
        embedding = self.cmr_head(self.cmr_encoder.spread(encoded.pooled))
        return TowerOutput(encoded.reads, embedding, self.cmr_steps(encoded.tokens))

    def ecg_steps(
        self, tokens: Float[Tensor, "batch time width"]
    ) -> Float[Tensor, "batch time embedding"]:
        """Segments in the shared space; one head serves both losses by default."""
        return (self.ecg_head if self.ecg_time_head is None else self.ecg_time_head)(tokens)

    def cmr_steps(
        self, tokens: Float[Tensor, "batch time width"]
    ) -> Float[Tensor, "batch time embedding"]:
        """Steps of the cine in the shared space."""
        return (self.cmr_head if self.cmr_time_head is None else self.cmr_time_head)(tokens)

    def patient_temperature(self) -> Float[Tensor, ""]:
        """Temperature of the patient loss, kept above 0.01."""
        return self.patient_logit_scale.clamp(max=MAX_LOGIT_SCALE).neg().exp()

    def temporal_temperature(self) -> Float[Tensor, ""]:
        """Temperature of the temporal loss, kept above 0.01."""
        return self.temporal_logit_scale.clamp(max=MAX_LOGIT_SCALE).neg().exp()


def ecg_encoder(config: LightEcgConfig | EcgViTConfig) -> LightEcgEncoder | EcgViT:
    """The encoder that a config describes, its weights drawn."""
    return EcgViT(config) if isinstance(config, EcgViTConfig) else LightEcgEncoder(config)


def cmr_encoder(config: LightCmrConfig | VideoMaeConfig) -> LightCmrEncoder | VideoMae:
    """The encoder that a config describes, its weights drawn."""
    return VideoMae(config) if isinstance(config, VideoMaeConfig) else LightCmrEncoder(config)


def projection_head(width: int, embedding: int) -> nn.Sequential:
    """One hidden layer, as in MMCL (Turgut et al., 2025)."""
    return nn.Sequential(nn.Linear(width, 2 * width), nn.GELU(), nn.Linear(2 * width, embedding))
