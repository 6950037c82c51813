"""Simulated P wave, with amplitudes fitted to the normal records of PTB-XL (see `waves`)."""

import numpy as np

from ptacl.synthetic.drivers import Drivers
from ptacl.synthetic.torso import rotation
from ptacl.synthetic.wave import Bumps, Wave

_BUMPS: Bumps = ((-0.125, 0.022, 0.010),)
"""Centre (s), σ (s), SD (mV) of the bumps of each lead."""
# P in I and II, drawn independently, and SD of their logarithms. Real ones are weakly correlated
# (rank correlation .36 in the 67 normal records).
_LIMBS_MV, _LIMBS_LOG_SD = np.array([0.080, 0.120]), np.array([0.24, 0.42])
_I_AND_II = np.array([[1.0, 0.0], [0.5, np.sqrt(0.75)]])
# P in V3 to V6 as multiples of I and II, and SD of their residuals, common and individual (mV).
_CHEST = np.array([[0.50, 0.20], [0.37, 0.30], [0.30, 0.33], [0.22, 0.30]])
_CHEST_SD_MV = np.array([[0.025, 0.022, 0.018, 0.012], [0.009, 0.006, 0.005, 0.006]])
# P in V1, positive then negative; P in V2, and the shares of its SD in common with V1 and its own.
_V1_MV, _V1_SD = np.array([0.042, -0.030]), 0.5
_V2_MV, _V2_SD_MV, _V1_AND_V2 = 0.064, 0.040, np.array([0.65, 0.76])
_V1 = 2


def draw_p_wave(rng: np.random.Generator, d: Drivers, frontal_deg: float) -> Wave:
    """Draw the P wave.

    Args:
        rng: random number generator.
        d: parameters of the ECG.
        frontal_deg: frontal rotation of the ventricles; the atria rotate by 0.4 of it.
    """
    gain = np.exp(0.40 * rng.standard_normal() - 0.08)
    n = rng.standard_normal(10)
    centre = 0.014 - d.pr_s
    lead_mv = np.zeros((8, 3))
    limbs_mv = _LIMBS_MV * np.exp(_LIMBS_LOG_SD * n[:2])
    turn = rotation(0.4 * frontal_deg, 0.0)[:2, :2]
    lead_mv[:2, 0] = _I_AND_II @ turn @ np.linalg.solve(_I_AND_II, limbs_mv)
    common, own = _CHEST_SD_MV
    lead_mv[_V1 + 2 :, 0] = _CHEST @ lead_mv[:2, 0] + common * n[2] + own * n[3:7]
    # In V1 the right atrium is positive and the left one negative; V2 is similar.
    lead_mv[_V1, 1:] = gain * (1 + _V1_SD * n[7:9]) * _V1_MV
    lead_mv[_V1 + 1, 0] = _V2_MV + _V2_SD_MV * _V1_AND_V2 @ n[[7, 9]]
    wave = Wave(
        np.array([centre, centre - 0.020, centre + 0.022]), np.array([0.021, 0.016, 0.018]), lead_mv
    )
    moved = tuple((at + 0.16 - d.pr_s, sigma, sd) for at, sigma, sd in _BUMPS)
    return wave.and_bumps(rng, moved)
