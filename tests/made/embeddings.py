"""Embeddings of beating hearts, made without any heart."""

import numpy as np

FRAMES, WIDTH = 50, 24


def ring(
    rng: np.random.Generator, subjects: int, frames: int = FRAMES, lag: float = 0.0
) -> np.ndarray:
    """Smooth closed curves with a mean of their own per subject: beating hearts."""
    angle = 2 * np.pi * (np.arange(frames) - lag) / frames
    waves = np.stack([f(h * angle) for h in (1, 2, 3, 4) for f in (np.sin, np.cos)], axis=1)
    directions = np.random.default_rng(0).normal(size=(waves.shape[1], WIDTH))
    patient = 5 * rng.normal(size=(subjects, 1, WIDTH))
    return (waves @ directions + patient).astype(np.float32)
