"""Simulated beats in the eight independent leads: a dipole model with a lead matrix.

Each wave is a sum of Gaussians (Sameni et al., 2007). QRS and T are terms of a dipole, rotated by
the position of the heart and projected by a lead matrix; small bumps of each lead represent
non-dipolar components. The parameters were fitted to the normal records of PTB-XL (Wagner et al.,
2020, CC BY 4.0); the dependence on anatomy is a choice of this simulation.

A bundle branch block changes the activation of the ventricles and thereby their repolarisation
(`_secondary_repolarisation`); ST and T of blocks follow from it.
"""

from dataclasses import dataclass

import numpy as np
from jaxtyping import Float64

from ptacl.synthetic.drivers import Drivers
from ptacl.synthetic.p_wave import draw_p_wave
from ptacl.synthetic.physiology import LBBB_DELAY_S
from ptacl.synthetic.scar import ecg_severity, lost_forces, territory_of
from ptacl.synthetic.torso import LeadRows, draw_lead_rows, rotate_leads, rotation
from ptacl.synthetic.wave import Terms, Wave

Vectors = Float64[np.ndarray, "3 terms"]

# μ (s after R), α (mV), σ (s) of each term, axis by axis: x left, y inferior, z posterior.
_QRS = np.array([
    [(-.0288, -.036, .007), (-.0049, .7841, .0088), (.0039, .7103, .0069), (.0159, -.0388, .0041),
     (.015, -.1036, .0163)],
    [(-.0315, -.0191, .005), (-.004, .3956, .0083), (.0016, .3277, .0059), (.0129, .1227, .0059),
     (.035, -.0098, .0048)],
    [(-.0217, -.245, .0089), (-.0152, -.0413, .0043), (-.0001, .3197, .0063),
     (.0139, .2494, .0068), (.015, .3775, .0142)],
])  # fmt: skip
# Left bundle branch block: no septal forces to the right and front, then slow activation from the
# septum to the free wall with a notched QRS, posterior as much as to the left, so that R grows late
# across the chest (AHA/ACCF/HRS, 2009: RS in V5 and V6 occurs).
_QRS_LBBB = np.array([
    [(-.030, .26, .010), (-.012, .96, .014), (.014, .40, .016), (.044, 1.12, .019)],
    [(-.028, .09, .010), (-.008, .32, .016), (.018, .17, .016), (.040, .12, .020)],
    [(-.030, .12, .010), (-.010, 1.27, .015), (.020, 1.27, .018), (.048, 1.09, .020)],
])  # fmt: skip
# Late activation of the right ventricle: centre (s), width (s), vector (mV).
_QRS_RBBB = 0.052, 0.014, np.array([[-0.50], [0.05], [-0.50]])
# Repolarisation of an action potential: delay after the upstroke (s), width (s), share of the
# amplitude. 30 % are lost during the plateau, the rest at its end.
_FALL = ((0.14, 0.06, 0.3), (0.265, 0.035, 0.7))
# Adaptation of action potentials (cardiac memory) compensates nearly half of a chronic block: the
# heart vector of QRS is 3.9 times that of T, on the first day 1.8 times (Shvilkin et al., 2010).
_MEMORY_SHARE = 0.45
_T = np.array([
    [(.2073, .108, .0543), (.2627, .270, .0329), (.33, .028, .06)],
    [(.205, .0372, .0572), (.2655, .1215, .0328), (.33, .0312, .06)],
    [(.1531, -.0863, .0736), (.2428, -.175, .0402), (.33, -.0151, .06)],
])  # fmt: skip
# Centre (s), σ (s), SD (mV) of the bumps of each lead.
_QRS_BUMPS = (
    (-0.020, 0.008, 0.055),
    (-0.006, 0.007, 0.085),
    (0.008, 0.007, 0.085),
    (0.022, 0.009, 0.055),
)
_T_BUMPS = ((0.160, 0.050, 0.018), (0.260, 0.045, 0.025))
# Random terminal QRS forces (mV), which correlate S in II with S in V3 to V6.
_LAST_MV = np.array([[0.11, 0.0, 0.0], [0.07, 0.08, 0.0], [0.0, 0.0, 0.10]])
# Logarithm of the ratio of T in men and women along each axis: largest in V2 and V3.
_MALE_T = np.array([0.22, 0.22, 0.60])
# Effect of strain on T along each axis, and on ST: both are opposite to the QRS, which hypertrophy
# shifts to the left and back. ST and T are therefore depressed in V5 and V6 and raised in V1 to V3
# (Hancock et al., AHA/ACCF/HRS, 2009).
_STRAIN_T = np.array([-1.2, -0.6, 0.5])
_STRAIN_ST_MV = np.array([-0.09, -0.03, -0.05])
_ST_DIRECTION = np.array([0.55, 0.25, -0.80])


@dataclass(frozen=True, slots=True)
class BeatShape:
    """The waves of one subject's beats."""

    p: Wave
    qrs: Wave
    t: Wave
    premature: Wave
    """A ventricular premature beat, QRS and T."""


def draw_beat_shape(
    rng: np.random.Generator, drivers: Drivers, drawn_as: Drivers | None = None
) -> BeatShape:
    """Draw the beat of one subject from its parameters and random torso and electrodes.

    Args:
        rng: random number generator.
        drivers: parameters of the heart.
        drawn_as: the heart whose random numbers are used, if it is another one: the same torso and
            individuality with other disease (`without_disease`).
    """
    rows = draw_lead_rows(rng)
    # Strong forces are inferior: a gain alone would correlate R in I with R in the chest leads.
    force = rng.standard_normal()
    # In degrees: frontal turns the vector inferiorly, horizontal turns it anteriorly.
    frontal = (
        -25 * drivers.mass_log - 6 * drivers.lv_size_log + 30 * drivers.rv_size_log
        - 8 * drivers.adiposity - 0.65 * drivers.old_years - 20 - 12 * (drivers.male - 0.44)
        + 9 * force + 7 * rng.standard_normal() - 10 * drivers.lbbb
    )  # fmt: skip
    horizontal = (
        -14 * drivers.lv_size_log + 3 * drivers.ef_score + 20 * drivers.rv_size_log
        - 15 * drivers.mass_log + 17 * rng.standard_normal()
    )  # fmt: skip
    p = draw_p_wave(rng, drivers, frontal)
    blocked = (drawn_as or drivers).lbbb
    turned = rotate_leads(rows, frontal, horizontal)
    qrs, block_effect = _qrs(rng, drivers, turned, force, _table(blocked)[..., 0].size)
    t = _t_wave(rng, drivers, rotate_leads(rows, 0.4 * frontal, 0.4 * horizontal))
    if block_effect:
        # Only the left ventricle adapts.
        share = 1 - _MEMORY_SHARE if drivers.lbbb else 1.0
        t += _secondary_repolarisation(block_effect, _t_stretch(drivers), share)
    return BeatShape(p, qrs, t, premature=_premature(rng, rows))


def _jittered(
    rng: np.random.Generator,
    table: np.ndarray,
    shift_s: float,
    width: float,
    gain: float,
    add: float,
    drawn: int | None = None,
) -> tuple[Terms, Terms, Vectors]:
    """Draw the terms of a table with random shifts, widths and amplitudes.

    The stream moves on by as many terms as `drawn`, the table's own by default; numbers of further
    terms are from a stream of their own.
    """
    centre, size, spread = np.moveaxis(table, -1, 0).reshape(3, -1)
    n = rng.standard_normal((4, drawn or centre.size))[:, : centre.size]
    if (missing := centre.size - n.shape[1]) > 0:
        n = np.hstack([n, rng.spawn(1)[0].standard_normal((4, missing))])
    size = size * (1 + gain * n[2]) + add * n[3]
    return centre + shift_s * n[0], spread * np.exp(width * n[1]), _on_axes(size)


def _on_axes(size: Terms) -> Vectors:
    """Return the vectors of the terms of a table, which is sorted by axis."""
    vectors = np.zeros((3, size.size))
    vectors[np.repeat(np.arange(3), size.size // 3), np.arange(size.size)] = size
    return vectors


def _table(lbbb: float) -> np.ndarray:
    return _QRS_LBBB if lbbb else _QRS


def _qrs(
    rng: np.random.Generator, d: Drivers, leads: LeadRows, force: float, drawn: int
) -> tuple[Wave, Wave | None]:
    """Draw the QRS, and its difference to the QRS without block; None without a block."""
    gain = 1.07 * (1.11 if d.male else 0.91) * np.exp(
        0.65 * d.mass_log + 0.10 * d.lv_size_log - 0.10 * d.adiposity - 0.0043 * d.old_years
        + 0.13 * force
    )  # fmt: skip
    table = _table(d.lbbb)
    centre, width, vectors = _jittered(rng, table, 0.0016, 0.10, 0.08, 0.03, drawn)
    stretch = 0.93 * d.qrs_width
    right = 0.35 * d.rv_size_log + 0.20 * d.rvl + 0.10 * rng.standard_normal()
    added = [(0.028 * stretch, 0.010, right * np.array([-0.7, 0.1, -0.7]))]
    added.append((0.030 * stretch, 0.010, _LAST_MV @ rng.standard_normal(3)))
    if territory := territory_of(d.scar_territory):
        added.append(lost_forces(territory, d.scar_size))
    centre = np.append(centre * stretch, [term[0] for term in added])
    width = np.append(width * stretch, [term[1] for term in added])
    vectors = np.hstack([vectors, np.stack([term[2] for term in added], 1)])
    wave = Wave(centre, width, gain * leads @ vectors)
    bumps = tuple((at, sigma, gain * sd) for at, sigma, sd in _QRS_BUMPS)
    block_effect = None
    if d.rbbb:
        late_s, late_width_s, vector = _QRS_RBBB
        block_effect = Wave(np.array([late_s]), np.array([late_width_s]), gain * leads @ vector)
        wave += block_effect
    elif d.lbbb:
        terms = table[..., 0].size
        blocked = Wave(centre[:terms], width[:terms], gain * leads @ vectors[:, :terms])
        block_effect = blocked + _unblocked_qrs(stretch, -gain * leads)
    return wave.and_bumps(rng, bumps, stretch), block_effect


def _unblocked_qrs(stretch: float, leads: LeadRows) -> Wave:
    """Return the average QRS of normal conduction."""
    at, size, sigma = np.moveaxis(_QRS, -1, 0).reshape(3, -1)
    return Wave(stretch * at, sigma, leads @ _on_axes(size))


def _secondary_repolarisation(block_effect: Wave, stretch: float, share: float) -> Wave:
    """Compute the change of ST and T that is secondary to an abnormal activation.

    If all action potentials were equal, ST and T would be the inverted QRS, as slow as
    repolarisation; differences between action potentials give the normal T wave, which is
    unchanged. The area of QRS and T, the ventricular gradient (Wilson et al., 1931), is therefore
    the same with and without block, and ST and T are opposite to the QRS.

    Args:
        block_effect: change of the QRS by the block.
        stretch: relative duration of the action potential.
        share: share of the change that remains after adaptation.
    """
    changes = []
    for delay_s, width_s, amplitude_share in _FALL:
        width = np.hypot(block_effect.width_s, stretch * width_s)
        height = -share * amplitude_share * block_effect.lead_mv * block_effect.width_s / width
        changes.append(Wave(block_effect.centre_s + stretch * delay_s, width, height))
    plateau, end = changes
    return plateau + end


def _t_stretch(d: Drivers) -> float:
    """Return the relative duration of repolarisation; the delay by a block is excluded."""
    return (0.893 * (d.qt_s - LBBB_DELAY_S * d.lbbb) - 0.04) / 0.32


def _t_wave(rng: np.random.Generator, d: Drivers, leads: LeadRows) -> Wave:
    n = rng.standard_normal(5)
    gain = np.exp(-0.08 * d.adiposity + 0.14 * n[0] - 0.0043 * d.old_years)
    strain = np.clip((d.mass_log - 0.18) / 0.20 + 0.35 * n[1], 0, 1.3)
    axes = (1 + strain * _STRAIN_T) * np.exp((d.male - 0.44) * _MALE_T)
    gain *= max(1 + 0.14 * np.clip(d.ef_score, -3, 2) - 0.55 * np.clip(d.mass_log, -0.3, 0.8), 0.2)
    turn = 0.12 * d.ef_score - 0.3 * d.mass_log + 0.10 * n[2]
    centre, width, vectors = _jittered(rng, _T, 0.005, 0.12, 0.10, 0.012)
    vectors = rotation(0.0, np.degrees(turn)) @ (vectors * axes[:, None])
    st_mv = 0.010 + 0.036 * (d.male - 0.44) + 0.012 * d.ef_score - 0.04 * d.mass_log + 0.015 * n[3]
    st = st_mv * _ST_DIRECTION + strain * _STRAIN_ST_MV
    added = [(0.11, 0.04, st)]
    if territory := territory_of(d.scar_territory):
        # T points away from the scar to a varying degree; ST remains raised over a large one.
        scar_vector = ecg_severity(d.scar_size) * np.array(territory.outward)
        added.append((0.25, 0.04, -0.40 * np.clip(0.6 + 0.4 * n[4], 0, 1.3) * scar_vector))
        added.append((0.11, 0.04, 0.04 * scar_vector))
    stretch = _t_stretch(d)
    wave = Wave(
        np.append(centre, [term[0] for term in added]) * stretch,
        np.append(width, [term[1] for term in added]) * stretch,
        leads @ np.hstack([gain * vectors, np.stack([term[2] for term in added], 1)]),
    )
    return wave.and_bumps(rng, _T_BUMPS)


def _premature(rng: np.random.Generator, leads: LeadRows) -> Wave:
    """Draw a broad QRS of random direction with opposite ST segment and T."""
    direction = rng.standard_normal(3) + np.array([0.0, 0.6, 0.8])
    direction *= rng.uniform(1.1, 1.8) / np.linalg.norm(direction)
    deviation = 0.5 * rng.standard_normal(3)
    vectors = np.stack(
        [0.6 * direction + deviation, direction, -0.25 * direction, -0.38 * direction], 1
    )
    return Wave(
        np.array([-0.035, 0.012, 0.17, 0.29]), np.array([0.018, 0.027, 0.06, 0.05]), leads @ vectors
    )
