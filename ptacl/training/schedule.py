"""Steps per epoch, and the learning rate of each step."""

import math

import torch

from ptacl.training.config import StageConfig


def steps_of_epoch(subjects: int, config: StageConfig) -> int:
    """Return the whole batches of one pass over the subjects, at least 1, limited by the config."""
    whole = max(1, subjects // config.batch_size)
    return min(whole, config.steps_per_epoch or whole)


def set_learning_rate(
    optimizer: torch.optim.Optimizer, config: StageConfig, step: int, steps: int
) -> None:
    """Set the learning rate of a step: linear warm-up, then cosine decay to zero.

    Args:
        optimizer: changed in place.
        config: learning rate and share of the warm-up.
        step: number of the step, from 0.
        steps: total steps of the training.
    """
    warmup = max(1, round(config.warmup_share * steps))
    rise = min(1.0, (step + 1) / warmup)
    fall = 0.5 * (1 + math.cos(math.pi * max(0, step - warmup) / max(1, steps - warmup)))
    for group in optimizer.param_groups:
        group["lr"] = config.learning_rate * rise * fall
