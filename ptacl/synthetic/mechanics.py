"""Left ventricular volume over one R–R interval, and the times of its cardiac events."""

from collections.abc import Mapping

import numpy as np
from jaxtyping import Float

from ptacl.synthetic.physiology import Heart, Latents, Values

Times = Float[np.ndarray, " times"]

_QRS_ONSET_S = 0.03
"""QRS onset to R peak: PR ends at the onset, the scan is triggered at the peak."""


def longitudinal_shortening_pct(lvef_pct: Values, z: Values) -> Values:
    """Return how much shorter the left ventricle is at end systole, in % of its length.

    Shortening follows the ejection fraction loosely: 2.9 + 0.167 · EF with a residual SD of 3.4
    points, as in 1,991 asymptomatic people of MESA.

    Args:
        lvef_pct: ejection fraction in %.
        z: standard normal of each heart.
    """
    return np.clip(2.9 + 0.167 * lvef_pct + 3.4 * z, 1.0, 28.0)


def timings(heart: Heart, z: Latents, rr_s: Values) -> dict[str, Values]:
    """Compute the times of cardiac events in ms after R, by their names in ``Pair.truth``.

    End systole is at the end of the T wave (QT parallels electromechanical systole), the atrial
    kick 65 ms after the onset of P. In atrial fibrillation there is no kick, and ``t_kick_ms`` is
    its hypothetical time.

    Args:
        heart: physiology of n subjects.
        z: their latent normals.
        rr_s: R–R intervals of the scans in s.
    """
    old = heart.age_years - 64
    qt_s = heart.qtc_s * np.cbrt(rr_s)
    share = np.clip(0.34 + 0.008 * old + 0.15 * heart.mass_log, 0.10, 0.60)
    return {
        "t_ivc_ms": 1000 * (0.045 + 0.02 * heart.lbbb),
        "t_es_ms": 1000 * (qt_s - 0.045 + 0.012 * z["end_systole"]),
        "ivrt_ms": 1000 * (0.07 + 0.0008 * old),
        "early_filling_ms": 1000 * (0.17 + 0.0012 * old) * (1 + 0.8 * heart.af),
        "t_kick_ms": 1000 * (rr_s - heart.pr_s - _QRS_ONSET_S + 0.065 + 0.008 * z["kick"]),
        "kick_share": share * (1 - heart.af),
        "rr_scan_ms": 1000 * rr_s,
    }


def contraction(truth: Mapping[str, float], times_ms: Times) -> Times:
    """Return the ejected share of the stroke volume, 0 (end diastole) to 1 (end systole)."""
    rr_ms = truth["rr_scan_ms"]
    t = np.asarray(times_ms, dtype=np.float64) % rr_ms
    ejection = smoothstep((t - truth["t_ivc_ms"]) / (truth["t_es_ms"] - truth["t_ivc_ms"])) ** 0.85
    # At a high rate filling is incomplete at the next R wave, which then defines its end.
    filling = _filling(truth, t) / _filling(truth, np.array([rr_ms]))
    return np.clip(ejection - filling, 0, 1)


def volume_curve(
    truth: Mapping[str, float], phenotypes: Mapping[str, float], times_ms: Times
) -> Times:
    """Return the left ventricular volume in mL.

    Args:
        truth: ``Pair.truth`` of a simulated subject.
        phenotypes: its ``lvedv_ml`` and ``lvsv_ml``.
        times_ms: (times,) in ms after the scan's R wave; later cycles repeat the first one.
    """
    return phenotypes["lvedv_ml"] - phenotypes["lvsv_ml"] * contraction(truth, times_ms)


def septal_motion_mm(truth: Mapping[str, float], times_ms: Times) -> Times:
    """Return the displacement of the septum to the right in left bundle branch block, in mm.

    The septum, activated early, moves to the left before ejection (septal flash) and is then pushed
    back by the late contraction of the free wall. Without a block the displacement is 0.
    """
    t = np.asarray(times_ms, dtype=np.float64) % truth["rr_scan_ms"]
    flash = np.exp(-0.5 * ((t - 65) / 28) ** 2)
    pushed = np.exp(-0.5 * ((t - 0.75 * truth["t_es_ms"]) / 80) ** 2)
    return truth["lbbb_scan"] * (2.6 * pushed - 2.2 * flash)


def _filling(truth: Mapping[str, float], t: Times) -> Times:
    opening_ms = truth["t_es_ms"] + truth["ivrt_ms"]
    early = smoothstep((t - opening_ms) / truth["early_filling_ms"])
    kick = smoothstep((t - truth["t_kick_ms"]) / (truth["rr_scan_ms"] - truth["t_kick_ms"]))
    return (1 - truth["kick_share"]) * early + truth["kick_share"] * kick


def smoothstep(x: Times) -> Times:
    """Return a smooth step from 0 (at 0 and below) to 1 (at 1 and above)."""
    x = np.clip(x, 0, 1)
    return x * x * (3 - 2 * x)
