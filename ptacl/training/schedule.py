"""How many steps a stage takes, and how fast it learns at each."""

import math

import torch

from ptacl.training.config import StageConfig


def steps_of_epoch(subjects: int, config: StageConfig) -> int:
    """Whole batches of one pass over the subjects, at least one; fewer where the config says so."""
    whole = max(1, subjects // config.batch_size)
    return min(whole, config.steps_per_epoch or whole)


def set_learning_rate(
    optimizer: torch.optim.Optimizer, config: StageConfig, step: int, steps: int
) -> None:
    """Linear warm-up, then a cosine down to zero."""
    warmup = max(1, round(config.warmup_share * steps))
    rise = min(1.0, (step + 1) / warmup)
    fall = 0.5 * (1 + math.cos(math.pi * max(0, step - warmup) / max(1, steps - warmup)))
    for group in optimizer.param_groups:
        group["lr"] = config.learning_rate * rise * fall
