"""What one step draws for its subjects, and what the encoders make of them.

All is drawn for the whole batch, on every rank alike, and then cut: so a subject meets the same
augmentation, frames and dropout on any number of ranks and in chunks of any size.
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
from ptacl.encoders.cmr import VideoMae
from ptacl.encoders.dropout import seeded_dropout
from ptacl.encoders.light import LightCmrEncoder
from ptacl.encoders.output import EncoderOutput
from ptacl.encoders.time_steps import step_phase
from ptacl.encoders.two_tower import TwoTower
from ptacl.errors import PtaclError
from ptacl.tensors.subject_record import BySubject
from ptacl.training.config import ContrastiveConfig

SUBJECTS_IN_CACHE = 2
"""Whose images are made at once on a CPU: ten of the light encoder's are 0.7 MB a subject."""


@dataclass(frozen=True)
class Draws(BySubject):
    """What one step draws for its subjects."""

    ecg: EcgParameters
    cine: CineParameters
    picked: Int[Tensor, "batch picked"]
    """Frames that are seen."""
    dropout: Int[Tensor, " batch"]
    """Seed of the dropout."""


@dataclass(frozen=True)
class Views(BySubject):
    """What the encoders make of a batch, each subject alone."""

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
) -> Draws:
    """Draw for a whole batch of `subjects`, of which `batch` is any part."""
    frames = batch.cine.shape[1]
    ecg = draw_ecg(config.augment, torch.Size((subjects, *batch.ecg.shape[1:])), generator)
    encoder = model.cmr_encoder
    picked = encoder.draw_frames(subjects, frames, config.frames, generator)
    seen = picked.shape[1] + (0 if batch.ed_es is None else 2)
    if batch.ed_es is not None and encoder.frames_per_step > 1:
        raise PtaclError(
            f"A step of this CMR encoder spans {encoder.frames_per_step} frames, so it cannot read "
            "end diastole and end systole alone. Choose the light encoder, or anchors = cine.",
            code="config.invalid",
        )
    any_frames = torch.zeros((1, seen), dtype=torch.long, device=batch.cine.device)
    one = encoder.images(batch.cine[:1], any_frames)
    return Draws(
        ecg=ecg,
        cine=draw_cine(config.augment, torch.Size((subjects, *one.shape[1:])), generator),
        picked=picked.to(batch.cine.device),
        dropout=torch.randint(2**31, (subjects,), generator=generator),
    )


def encode(model: TwoTower, batch: Batch, draws: Draws) -> Views:
    """What the encoders make of a batch under its own draws."""
    with seeded_dropout(model, draws.dropout.tolist()):
        heard = model.ecg_encoder.encode(apply_ecg(batch.ecg, draws.ecg), batch.segment_valid)
        count = draws.picked.shape[1]
        shown = draws.picked
        if batch.ed_es is not None:
            shown = torch.cat([shown, batch.ed_es], dim=1)
        encoder = model.cmr_encoder
        images = make_images(encoder, batch.cine, shown, draws.cine)
        phase = batch.frame_phase.gather(1, shown)
        of_steps = step_phase(phase[:, :count], encoder.frames_per_step)
        seen = encoder.encode(images[:, :count], of_steps)
        # A cine of one frame pools to what that frame says.
        anchors = [
            encoder.encode(images[:, at : at + 1], phase[:, at : at + 1]).pooled
            for at in range(count, shown.shape[1])
        ]
    return Views(heard, seen, torch.stack(anchors, dim=1) if anchors else None)


def make_images(
    encoder: LightCmrEncoder | VideoMae,
    cine: UInt8[Tensor, "batch frames rows columns"],
    shown: Int[Tensor, "batch shown"],
    parameters: CineParameters,
) -> Float[Tensor, "batch shown channels rows columns"]:
    """Augmented images of the shown frames, in the precision in which the encoder multiplies.

    On a CPU a few subjects at a time: their pixels stay in its cache from one operation to the
    next, while those of a batch would come from memory each time.
    """
    device, whole = cine.device.type, len(cine)
    half = torch.is_autocast_enabled(device)
    dtype = torch.get_autocast_dtype(device) if half else parameters.noise.dtype
    images = cine.new_empty((whole, *parameters.noise.shape), dtype=dtype)
    at_once = SUBJECTS_IN_CACHE if device == "cpu" else whole
    for start in range(0, whole, at_once):
        rows = slice(start, start + at_once)
        images[rows] = apply_cine(encoder.images(cine[rows], shown[rows]), parameters.part(rows))
    return images
