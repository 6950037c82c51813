"""Bounds of the numeric options of the commands, checked before anything else."""

import math

from ptacl.errors import PtaclError

_BOUNDS: dict[str, tuple[float, float]] = {
    "twins": (2, 10_000),
    "subjects": (1, 10_000_000),
    "simulate": (1, 10_000_000),
    "passes": (1, 10_000),
    "fewer": (2, 10_000_000),
    "cohort_seed": (0, 2**63 - 1),
    "random_appearance": (0, 1),
    "seed": (0, 2**63 - 1),
    "seeds": (0, 2**63 - 1),
    "coupling": (0, 1),
    "slices": (1, 100),
    "workers": (1, 4096),
    "item_seconds": (0.1, 1_000_000),
    "item_gb": (0.5, 100_000),
    "shard_subjects": (1, 1_000_000),
    "epochs": (1, 1_000_000),
    "steps": (1, 1_000_000_000),
    "batch_size": (1, 1_000_000),
    "temporal_weight": (0, 1000),
    "phenotype_weight": (0, 1000),
    "limit": (1, 10_000_000),
    "rate_hz": (1, 100_000),
}
"""Bounds of each option, by its name in the function of the command. The upper ones catch typing
errors only; the limits of a machine are not checked."""


def check_numbers(**given: float | tuple[float, ...] | None) -> None:
    """Check the numeric options of a command.

    Args:
        given: option → value; None for an option that was not given.

    Raises:
        PtaclError: a value is outside its bounds or not a number; the message names the option.

    Example:
        >>> check_numbers(epochs=0)
        Traceback (most recent call last):
        ptacl.errors.PtaclError: --epochs 0: give a number from 1 to 1000000.
    """
    for name, value in given.items():
        for number in value if isinstance(value, tuple) else (value,):
            low, high = _BOUNDS[name]
            if number is not None and not (math.isfinite(number) and low <= number <= high):
                option = name.replace("_", "-")
                raise PtaclError(
                    f"--{option} {number}: give a number from {low} to {high}.",
                    code="option.invalid",
                )
