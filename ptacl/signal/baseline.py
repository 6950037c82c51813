"""Baseline estimation by asymmetric least squares, and the published MMCL recipe based on it.

The baseline z of a lead y minimises Σ w (y − z)² + λ Σ (Δ²z)², where w is p above the baseline
and 1 − p below it (Eilers and Boelens, 2005). Each step is a symmetric pentadiagonal system:
banded Cholesky solves it in O(samples), without the ordering and pivoting of a sparse solver.
"""

import numpy as np
from jaxtyping import Float
from scipy.linalg import cho_solve_banded, cholesky_banded, lapack

LEAD_GROUPS = (slice(0, 3), slice(3, 6), slice(6, 12))
"""I–III, aVR–aVF, V1–V6: groups of leads that the MMCL recipe standardises together."""


def asymmetric_least_squares(
    signal: Float[np.ndarray, "leads samples"],
    smoothness: float = 1e7,
    asymmetry: float = 0.3,
    iterations: int = 5,
) -> Float[np.ndarray, "leads samples"]:
    """Estimate the baseline of each lead, in the unit and precision of the signal.

    Args:
        signal: no NaN; at least 5 samples.
        smoothness: λ; 1e7 at 500 Hz follows respiration but not the T wave.
        asymmetry: p in (0, 1), the weight of samples above the baseline.
        iterations: number of fits; the first has equal weights.

    Example:
        >>> asymmetric_least_squares(np.ones((1, 50))).round(6).max()
        np.float64(1.0)
    """
    exact = np.asarray(signal, dtype=np.float64)
    penalty = _roughness_bands(exact.shape[1], smoothness)
    baseline = _fit_unweighted(exact, penalty)
    for lead, first in zip(exact, baseline, strict=True):
        first[:] = _reweight(lead, first.copy(), penalty, asymmetry, iterations - 1)
    return baseline.astype(signal.dtype)


def mmcl_recipe(
    signal_mv: Float[np.ndarray, "leads=12 samples"],
) -> Float[np.ndarray, "leads=12 samples"]:
    """Apply the recipe published with MMCL (Turgut et al., 2025): clip, baseline, standardise.

    Args:
        signal_mv: leads in canonical order, no NaN. Computed in float64, returned in its precision.

    Returns:
        The ECG in standard deviations of each lead group.
    """
    clipped = clip_to_deviations(np.asarray(signal_mv, dtype=np.float64))
    flat = clipped - asymmetric_least_squares(clipped)
    return group_z_score(flat).astype(signal_mv.dtype)


def clip_to_deviations(
    signal: Float[np.ndarray, "leads samples"], deviations: float = 4.0
) -> Float[np.ndarray, "leads samples"]:
    """Clip every sample to ± a number of standard deviations of the whole array, around zero."""
    reach = deviations * signal.std()
    return np.clip(signal, -reach, reach)


def group_z_score(
    signal: Float[np.ndarray, "leads=12 samples"],
) -> Float[np.ndarray, "leads=12 samples"]:
    """Standardise each lead group to zero mean and unit deviation; constant groups become zero."""
    scaled = np.empty_like(signal)
    for group in LEAD_GROUPS:
        block = signal[group]
        spread = block.std()
        scaled[group] = (block - block.mean()) / (spread if spread > 0 else 1.0)
    return scaled


def _roughness_bands(samples: int, smoothness: float) -> Float[np.ndarray, "3 samples"]:
    """Return λ DᵀD of the second difference D, as LAPACK's lower bands: diagonal, first, second."""
    if samples < 5:
        raise ValueError(f"a baseline needs at least 5 samples, not {samples}")
    bands = np.zeros((3, samples), order="F")
    bands[0], bands[0, [0, -1]], bands[0, [1, -2]] = 6.0, 1.0, 5.0
    bands[1, :-1], bands[1, 0], bands[1, -2] = -4.0, -2.0, -2.0
    bands[2, :-2] = 1.0
    return bands * smoothness


def _fit_unweighted(
    signal: Float[np.ndarray, "leads samples"], penalty: Float[np.ndarray, "3 samples"]
) -> Float[np.ndarray, "leads samples"]:
    """Fit with equal weights, where one factorisation is valid for all leads."""
    system = penalty.copy(order="F")
    system[0] += 1.0
    factor = cholesky_banded(system, lower=True, overwrite_ab=True, check_finite=False)
    solved = cho_solve_banded((factor, True), signal.T, check_finite=False)
    return np.ascontiguousarray(solved.T)


def _reweight(
    lead: Float[np.ndarray, " samples"],
    baseline: Float[np.ndarray, " samples"],
    penalty: Float[np.ndarray, "3 samples"],
    asymmetry: float,
    iterations: int,
) -> Float[np.ndarray, " samples"]:
    above = None
    for _ in range(iterations):
        now_above = lead > baseline
        if above is not None and np.array_equal(now_above, above):
            break  # converged: the same weights give the same baseline
        above = now_above
        weight = np.where(above, asymmetry, 1.0 - asymmetry)
        system = penalty.copy(order="F")
        system[0] += weight
        _, baseline, failed = lapack.dpbsv(system, weight * lead, lower=1, overwrite_ab=1)
        assert not failed, "λ DᵀD plus positive weights is positive definite"
    return baseline
