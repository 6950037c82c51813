"""Training of a restorer on the views of normal hearts, and its calibration on others.

Every step draws from a generator that is seeded by the step: the same settings give the same
restorer on the same machine.
"""

import math
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch
from jaxtyping import Bool, Float
from torch import Tensor

from ptacl.restoration.calibration import calibrate
from ptacl.restoration.config import RestorerConfig, RestorerTraining
from ptacl.restoration.files import save_restorer
from ptacl.restoration.hidden import (
    BEAT_PASSES,
    STRETCH_PASSES,
    stretches,
)
from ptacl.restoration.network import Restorer, restoration_loss
from ptacl.restoration.normal_hearts import NormalHearts, collect
from ptacl.restoration.varied_beats import varied_beats
from ptacl.restoration.views import EcgViews
from ptacl.signal.lead_sets import REDUCED_SETS

Progress = Callable[[int, int, dict[str, float]], None]
Collected = Callable[[int, int], None]
_STEP_STRIDE = 7_919
_RECENT = 100
_NOISY_SHARE, _NOISE_MV = 0.3, 0.05
"""Share of the recordings that get more noise, and its largest SD."""
_LEAST_SCALE_MV = 0.02


@dataclass(frozen=True)
class _Tensors:
    """Views of all training hearts, in half precision."""

    beats: Tensor
    ecgs: Tensor
    overlay: Tensor
    present: Tensor
    valid: Tensor
    rr_s: Tensor


def train_restorer(
    out: Path,
    source: NormalHearts,
    config: RestorerTraining,
    *,
    collected: Collected | None = None,
    progress: Progress | None = None,
) -> RestorerConfig:
    """Train and calibrate a restorer, and write its weights and config.

    Args:
        out: its folder.
        source: of the normal hearts.
        config: of the training.
        collected: called with (hearts collected, hearts in all).
        progress: called after every step.

    Raises:
        PtaclError: the source has too few normal hearts.
    """
    started = time.monotonic()
    views = collect(source, "train", config.hearts, collected)
    network, loss = fit_restorer(views, config, progress)
    others = collect(source, "val", config.calibration_hearts)
    record = RestorerConfig(
        name="normal-heart restorer",
        training=config,
        calibration=calibrate(network, others),
        source=f"{len(views)} {source.words}",
        minutes=(time.monotonic() - started) / 60,
        loss=loss,
        synthetic=source.synthetic,
    )
    save_restorer(out, network, record)
    return record


def fit_restorer(
    views: list[EcgViews], config: RestorerTraining, progress: Progress | None = None
) -> tuple[Restorer, tuple[float, float]]:
    """Return a trained network in evaluation mode, and its two losses over the last steps.

    Args:
        views: of the hearts to train on.
        config: of the training.
        progress: called after every step.
    """
    torch.manual_seed(config.seed)
    network = Restorer(config.network)
    hearts = _stacked(views)
    first = varied_beats(
        hearts.beats[:2000].float(), config.variation, torch.Generator().manual_seed(config.seed)
    )
    network.centre.copy_(first.mean(0))
    network.scale.copy_(first.std(0).clamp_min(_LEAST_SCALE_MV))
    optimizer = torch.optim.AdamW(network.parameters(), weight_decay=config.weight_decay)
    losses: list[tuple[float, float]] = []
    network.train()
    for step in range(config.steps):
        generator = torch.Generator().manual_seed(config.seed + _STEP_STRIDE * (step + 1))
        for group in optimizer.param_groups:
            group["lr"] = _learning_rate(config, step)
        beat = _beat_loss(network, hearts, config, generator)
        ecg = _ecg_loss(network, hearts, config, generator)
        optimizer.zero_grad(set_to_none=True)
        (beat + ecg).backward()
        torch.nn.utils.clip_grad_norm_(network.parameters(), config.clip_norm)
        optimizer.step()
        losses.append((float(beat.detach()), float(ecg.detach())))
        if progress:
            progress(step + 1, config.steps, {"beat": losses[-1][0], "ecg": losses[-1][1]})
    recent = np.mean(losses[-_RECENT:], axis=0)
    return network.eval(), (float(recent[0]), float(recent[1]))


def _stacked(views: list[EcgViews]) -> _Tensors:
    return _Tensors(
        beats=torch.from_numpy(np.stack([v.beat_mv for v in views])).half(),
        ecgs=torch.from_numpy(np.stack([v.ecg_mv.astype(np.float16) for v in views])),
        overlay=torch.from_numpy(np.stack([v.laid_mv.astype(np.float16) for v in views])),
        present=torch.from_numpy(np.stack([v.present for v in views])),
        valid=torch.tensor([v.valid for v in views]),
        rr_s=torch.tensor([v.rr_s for v in views], dtype=torch.float32),
    )


def _beat_loss(
    network: Restorer, hearts: _Tensors, config: RestorerTraining, generator: torch.Generator
) -> Float[Tensor, ""]:
    rows = torch.randint(len(hearts.beats), (config.beats_per_step,), generator=generator)
    beats = varied_beats(hearts.beats[rows].float(), config.variation, generator)
    passes = torch.randint(len(BEAT_PASSES), (len(rows),), generator=generator)
    hidden = torch.from_numpy(np.stack(BEAT_PASSES))[passes]
    there = hearts.present[rows]
    read = there & _reduced(len(rows), config.reduced_share, generator)
    mean, log_variance = network.restore_beats(beats, hidden, read, hearts.rr_s[rows])
    return restoration_loss(mean, log_variance, beats, hidden[:, None] & read[..., None])


def _ecg_loss(
    network: Restorer, hearts: _Tensors, config: RestorerTraining, generator: torch.Generator
) -> Float[Tensor, ""]:
    rows = torch.randint(len(hearts.ecgs), (config.ecgs_per_step,), generator=generator)
    ecgs, overlay = hearts.ecgs[rows].float(), hearts.overlay[rows].float()
    noisy = torch.rand(len(rows), 1, 1, generator=generator) < _NOISY_SHARE
    size = _NOISE_MV * torch.rand(len(rows), 1, 1, generator=generator) * noisy
    ecgs = ecgs + size * torch.randn(ecgs.shape, generator=generator)
    numbers = torch.randint(STRETCH_PASSES, (len(rows),), generator=generator)
    hidden = torch.from_numpy(np.stack([stretches(n) for n in range(STRETCH_PASSES)]))[numbers]
    read = hearts.present[rows] & _reduced(len(rows), config.reduced_share, generator)
    mean, log_variance = network.restore_ecgs(ecgs, overlay, hidden, read)
    recorded = torch.arange(ecgs.shape[-1]) < hearts.valid[rows][:, None]
    counted = (hidden & recorded)[:, None] & read[..., None]
    return restoration_loss(mean, log_variance, ecgs, counted)


def _reduced(
    batch: int, share: float, generator: torch.Generator
) -> Bool[Tensor, "batch leads=12"]:
    """Draw the leads that are read: all, or with probability `share` one of the reduced sets."""
    sets = torch.from_numpy(np.stack([entry.present for entry in REDUCED_SETS]))
    weights = torch.tensor([entry.weight for entry in REDUCED_SETS])
    drawn = sets[torch.multinomial(weights, batch, replacement=True, generator=generator)]
    all_leads = torch.rand(batch, 1, generator=generator) >= share
    return drawn | all_leads


def _learning_rate(config: RestorerTraining, step: int) -> float:
    """Return the learning rate of a step: linear warm-up, then a cosine to zero."""
    if step < config.warmup_steps:
        return config.learning_rate * (step + 1) / config.warmup_steps
    share = (step - config.warmup_steps) / max(1, config.steps - config.warmup_steps)
    return config.learning_rate * 0.5 * (1 + math.cos(math.pi * share))
