"""Random numbers of a training step, and the encoder outputs of the augmented subjects.

Random numbers are drawn for the whole batch on every rank, and then sliced: a subject gets the same
augmentation, frames and dropout for any number of ranks and any size of chunks.
"""

from dataclasses import dataclass

import torch
from jaxtyping import Float, Int, UInt8
from torch import Tensor

from ptacl.data.augment import (
    CineParameters,
    EcgParameters,
    apply_cine,
    apply_ecg,
    draw_cine,
    draw_ecg,
)
from ptacl.data.batches import Batch
from ptacl.encoders.dropout import seeded_dropout
from ptacl.encoders.output import EncoderOutput
from ptacl.encoders.time_steps import step_phase
from ptacl.encoders.two_tower import CmrEncoder, TwoTower
from ptacl.errors import PtaclError
from ptacl.tensors.subject_record import SubjectRecord
from ptacl.training.config import ContrastiveConfig

SUBJECTS_IN_CACHE = 2
"""Subjects per slice of `make_images` on a CPU: ten light encoder images are 0.7 MB per subject."""


@dataclass(frozen=True)
class AugmentDraw(SubjectRecord):
    """Random numbers of one step for each subject."""

    ecg: EcgParameters
    cine: CineParameters
    picked: Int[Tensor, "batch picked"]
    """Indices of the frames to encode."""
    dropout: Int[Tensor, " batch"]
    """Seeds of the dropout."""


@dataclass(frozen=True)
class Views(SubjectRecord):
    """Encoder outputs of a batch, computed for each subject independently."""

    ecg: EncoderOutput
    cmr: EncoderOutput
    anchors: Float[Tensor, "batch 2 width"] | None = None
    """The cine pooled at end diastole alone and at end systole alone."""


def draw_step(
    model: TwoTower,
    batch: Batch,
    config: ContrastiveConfig,
    subjects: int,
    generator: torch.Generator,
) -> AugmentDraw:
    """Draw the random numbers of a step for a whole batch.

    Args:
        model: its CMR encoder determines which frames are drawn.
        batch: any part of the batch, for its shapes.
        config: settings of the training.
        subjects: number of subjects in the whole batch.
        generator: source of randomness.

    Raises:
        PtaclError: anchors at end diastole and end systole for an encoder that cannot encode single
            frames.
    """
    frames = batch.cine.shape[1]
    ecg = draw_ecg(config.augment, torch.Size((subjects, *batch.ecg.shape[1:])), generator)
    encoder = model.cmr_encoder
    picked = encoder.draw_frames(subjects, frames, config.frames, generator)
    count = picked.shape[1] + (0 if batch.ed_es is None else 2)
    if batch.ed_es is not None and encoder.frames_per_step > 1:
        raise PtaclError(
            f"A step of this CMR encoder spans {encoder.frames_per_step} frames, so it cannot "
            "encode end diastole and end systole alone. Choose the light encoder, or anchors = "
            "cine.",
            code="config.invalid",
        )
    any_frames = torch.zeros((1, count), dtype=torch.long, device=batch.cine.device)
    images = encoder.images(batch.cine[:1], any_frames)
    return AugmentDraw(
        ecg=ecg,
        cine=draw_cine(config.augment, torch.Size((subjects, *images.shape[1:])), generator),
        picked=picked.to(batch.cine.device),
        dropout=torch.randint(2**31, (subjects,), generator=generator),
    )


def encode(model: TwoTower, batch: Batch, draw: AugmentDraw) -> Views:
    """Augment and encode a batch by its random numbers."""
    with seeded_dropout(model, draw.dropout.tolist()):
        ecg = model.ecg_encoder.encode(apply_ecg(batch.ecg, draw.ecg), batch.segment_valid)
        cmr, anchors = encode_cine(model, batch, draw)
    return Views(ecg, cmr, anchors)


def encode_cine(
    model: TwoTower, batch: Batch, draw: AugmentDraw
) -> tuple[EncoderOutput, Float[Tensor, "batch 2 width"] | None]:
    """Augment and encode the drawn frames of the cines, and each anchor that the batch has.

    Args:
        model: its CMR encoder is used.
        batch: with pixels.
        draw: random numbers of the same subjects.

    Returns:
        The output for the drawn frames, and the pooled vectors of end diastole and end systole.
    """
    count = draw.picked.shape[1]
    frames = draw.picked
    if batch.ed_es is not None:
        frames = torch.cat([frames, batch.ed_es], dim=1)
    encoder = model.cmr_encoder
    images = make_images(encoder, batch.cine, frames, draw.cine)
    phase = batch.frame_phase.gather(1, frames)
    phase_of_steps = step_phase(phase[:, :count], encoder.frames_per_step)
    cmr = encoder.encode(images[:, :count], phase_of_steps)
    # Each anchor is encoded as a cine of one frame, whose pooled vector is that of the frame.
    anchors = [
        encoder.encode(images[:, index : index + 1], phase[:, index : index + 1]).pooled
        for index in range(count, frames.shape[1])
    ]
    return cmr, torch.stack(anchors, dim=1) if anchors else None


def make_images(
    encoder: CmrEncoder,
    cine: UInt8[Tensor, "batch frames rows columns"],
    frames: Int[Tensor, "batch shown"],
    parameters: CineParameters,
) -> Float[Tensor, "batch images channels rows columns"]:
    """Make the augmented images of given frames, in the precision of the encoder's products.

    On a CPU this is done for a few subjects at a time, so that their pixels stay in the cache from
    one operation to the next.

    Args:
        encoder: makes images of frames.
        cine: 8-bit cines.
        frames: indices of the frames of each cine.
        parameters: augmentation parameters of the images.
    """
    device, whole = cine.device.type, len(cine)
    half = torch.is_autocast_enabled(device)
    dtype = torch.get_autocast_dtype(device) if half else parameters.noise.dtype
    images = cine.new_empty((whole, *parameters.noise.shape), dtype=dtype)
    step = SUBJECTS_IN_CACHE if device == "cpu" else whole
    for start in range(0, whole, step):
        rows = slice(start, start + step)
        images[rows] = apply_cine(encoder.images(cine[rows], frames[rows]), parameters.slice(rows))
    return images
