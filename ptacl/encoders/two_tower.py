"""Two-tower model: an ECG encoder and a CMR encoder with a shared embedding space.

Both losses use the same projection heads, the patient loss for the pooled vector and the temporal
loss for the tokens, so the temporal loss adds no weights (PTACL, arXiv 2506.20683). Each tower has
a light or a published encoder, the CMR tower also one of three frames, with the same interface.
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
from ptacl.encoders.three_frames import ThreeFrameConfig, ThreeFrameEncoder
from ptacl.encoders.time_steps import spread_over_frames, step_phase

CmrEncoder = LightCmrEncoder | VideoMae | ThreeFrameEncoder
MAX_LOGIT_SCALE = math.log(100.0)


@dataclass(frozen=True)
class TwoTowerConfig:
    """Architecture of a model, saved in its checkpoint."""

    ecg: LightEcgConfig | EcgViTConfig = field(default_factory=LightEcgConfig)
    cmr: LightCmrConfig | VideoMaeConfig | ThreeFrameConfig = field(default_factory=LightCmrConfig)
    embedding: int = 128
    """Width of the shared embedding space."""
    temperature: float = 0.1
    """Initial temperature of both losses, which are learned."""
    heads: Literal["shared", "separate"] = "shared"
    """Whether the tokens use the projection heads of the pooled vector or separate ones."""


@dataclass(frozen=True)
class TowerOutput:
    """Output of one tower for a batch, before and after projection."""

    features: Float[Tensor, "batch reads"]
    """Pooled features (`EncoderOutput.reads`), the input of regression heads."""
    embedding: Float[Tensor, "batch embedding"]
    """Projected pooled vector, not normalised."""
    steps: Float[Tensor, "batch time embedding"]
    """Projected tokens in order of time, not normalised."""


class TwoTower(nn.Module):
    """ECG encoder, CMR encoder and their projection heads."""

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
        """Encode ECGs of any length.

        Args:
            ecg: preprocessed by the recipe of the model.
            valid: False in padding; None for no padding.
        """
        encoded = self.ecg_encoder.encode(ecg, valid)
        embedding = self.ecg_head(self.ecg_encoder.spread(encoded.pooled))
        return TowerOutput(encoded.reads, embedding, self.ecg_steps(encoded.tokens))

    def encode_cmr(
        self,
        cine: UInt8[Tensor, "batch frames rows columns"],
        phase: Float[Tensor, "batch frames"],
    ) -> TowerOutput:
        """Encode all frames of cines; `steps` has one vector per frame for every encoder.

        Args:
            cine: 8-bit cines.
            phase: cardiac phase of each frame, in [0, 1).
        """
        per_step = self.cmr_encoder.frames_per_step
        output = self.encode_images(self.cmr_encoder.images(cine), step_phase(phase, per_step))
        return replace(output, steps=spread_over_frames(output.steps, per_step))

    def encode_images(
        self,
        images: Float[Tensor, "batch frames channels rows columns"],
        phase: Float[Tensor, "batch time"],
    ) -> TowerOutput:
        """Encode images of selected frames; `steps` has one vector per step of the encoder.

        Args:
            images: from `cmr_encoder.images`.
            phase: cardiac phase of each step of the encoder (`step_phase`).
        """
        encoded = self.cmr_encoder.encode(images, phase)
        embedding = self.cmr_head(self.cmr_encoder.spread(encoded.pooled))
        return TowerOutput(encoded.reads, embedding, self.cmr_steps(encoded.tokens))

    def ecg_steps(
        self, tokens: Float[Tensor, "batch time width"]
    ) -> Float[Tensor, "batch time embedding"]:
        """Project ECG tokens into the shared space."""
        return (self.ecg_head if self.ecg_time_head is None else self.ecg_time_head)(tokens)

    def cmr_steps(
        self, tokens: Float[Tensor, "batch time width"]
    ) -> Float[Tensor, "batch time embedding"]:
        """Project CMR tokens into the shared space."""
        return (self.cmr_head if self.cmr_time_head is None else self.cmr_time_head)(tokens)

    def patient_temperature(self) -> Float[Tensor, ""]:
        """Return the temperature of the patient loss, at least 0.01."""
        return self.patient_logit_scale.clamp(max=MAX_LOGIT_SCALE).neg().exp()

    def temporal_temperature(self) -> Float[Tensor, ""]:
        """Return the temperature of the temporal loss, at least 0.01."""
        return self.temporal_logit_scale.clamp(max=MAX_LOGIT_SCALE).neg().exp()


def ecg_encoder(config: LightEcgConfig | EcgViTConfig) -> LightEcgEncoder | EcgViT:
    """Make the ECG encoder of a config, with random weights."""
    return EcgViT(config) if isinstance(config, EcgViTConfig) else LightEcgEncoder(config)


def cmr_encoder(config: LightCmrConfig | VideoMaeConfig | ThreeFrameConfig) -> CmrEncoder:
    """Make the CMR encoder of a config, with random weights."""
    if isinstance(config, VideoMaeConfig):
        return VideoMae(config)
    if isinstance(config, ThreeFrameConfig):
        return ThreeFrameEncoder(config)
    return LightCmrEncoder(config)


def projection_head(width: int, embedding: int) -> nn.Sequential:
    """Make a projection head with one hidden layer, as in MMCL (Turgut et al., 2025)."""
    return nn.Sequential(nn.Linear(width, 2 * width), nn.GELU(), nn.Linear(2 * width, embedding))
