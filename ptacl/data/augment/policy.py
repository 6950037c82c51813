"""Random augmentation policy: a few operations for each ECG, all of one magnitude.

After RandAugment (Cubuk et al., 2020, arXiv 1909.13719), with the physical operations of
`data.augment.operations` in their physical order. An operation is drawn at most once for an ECG.
"""

from dataclasses import dataclass
from typing import ClassVar

import torch
from jaxtyping import Bool, Float
from torch import Tensor

from ptacl.data.augment.config import AugmentConfig
from ptacl.data.augment.operations import NUMBERS, OPERATIONS, RATE_HZ, Drawn, Operation
from ptacl.errors import PtaclError
from ptacl.signal.recipe import EcgRecipe
from ptacl.tensors.subject_record import SubjectRecord

LARGEST_MAGNITUDE = 10.0


def check_units(recipe: EcgRecipe) -> None:
    """Check that a recipe prepares ECGs in the units of the operations.

    Raises:
        PtaclError: not in millivolts, or at another sample rate.
    """
    if recipe.scaling != "millivolts" or recipe.sample_rate_hz != RATE_HZ:
        raise PtaclError(
            f"The operations on ECGs are defined in millivolts at {RATE_HZ:g} Hz; this recipe "
            f"prepares {recipe.scaling} at {recipe.sample_rate_hz:g} Hz. Use a store of the plain "
            "recipe.",
            code="option.conflict",
        )


@dataclass(frozen=True)
class PolicyParameters(SubjectRecord):
    """Operations of each ECG, and the random numbers that they use."""

    shared: ClassVar[frozenset[str]] = frozenset({"noise"})
    strength: Float[Tensor, "batch operations"]
    """From 0, not applied, to 1, the largest value of the table."""
    numbers: Float[Tensor, "batch operations numbers"]
    noise: Float[Tensor, "leads samples"]


def draw_policy(
    config: AugmentConfig,
    touched: Bool[Tensor, "batch 1"],
    shape: torch.Size,
    generator: torch.Generator,
) -> PolicyParameters | None:
    """Draw the operations of a batch of ECGs; None, and nothing drawn, where the policy is off.

    Args:
        config: with the number of operations and their magnitude.
        touched: ECGs that may be changed.
        shape: batch, leads, samples.
        generator: source of randomness.
    """
    if not (config.policy_operations and config.policy_magnitude):
        return None
    order = torch.rand(shape[0], len(OPERATIONS), generator=generator).argsort(dim=1)
    chosen = order.argsort(dim=1) < config.policy_operations
    return PolicyParameters(
        strength=config.policy_magnitude / LARGEST_MAGNITUDE * (chosen & touched),
        numbers=torch.rand(shape[0], len(OPERATIONS), NUMBERS, generator=generator),
        noise=torch.randn(shape[1:], generator=generator),
    )


def draw_operation(
    operation: Operation, magnitude: float, shape: torch.Size, generator: torch.Generator
) -> PolicyParameters:
    """Draw the random numbers of one operation for every ECG.

    The numbers are the same for any operation and magnitude.

    Args:
        operation: a row of `OPERATIONS`.
        magnitude: from 0 to 10.
        shape: batch, leads, samples.
        generator: source of randomness.
    """
    strength = torch.zeros(shape[0], len(OPERATIONS))
    strength[:, OPERATIONS.index(operation)] = magnitude / LARGEST_MAGNITUDE
    return PolicyParameters(
        strength=strength,
        numbers=torch.rand(shape[0], len(OPERATIONS), NUMBERS, generator=generator),
        noise=torch.randn(shape[1:], generator=generator),
    )


def apply_policy(
    ecg: Float[Tensor, "batch leads samples"], parameters: PolicyParameters
) -> Float[Tensor, "batch leads samples"]:
    """Apply the operations of each ECG; a lead without signal stays without.

    Args:
        ecg: in mV at `operations.RATE_HZ`.
        parameters: drawn by `draw_policy` or `draw_operation`.
    """
    device, result = ecg.device, ecg.clone()
    noise = parameters.noise.to(device)
    for column, operation in enumerate(OPERATIONS):
        rows = parameters.strength[:, column].nonzero()[:, 0]
        if len(rows):
            drawn = Drawn(
                operation.value(parameters.strength[rows, column]).to(device),
                parameters.numbers[rows, column].to(device),
                noise,
            )
            there = rows.to(device)
            result[there] = operation.apply(result[there], drawn)
    return result * ecg.any(dim=-1, keepdim=True)
