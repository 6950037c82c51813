"""Physiology of simulated hearts from latent normals: size, function, disease, conduction.

Every subject is a row of independent standard normals, named in ``LATENTS``. Variables with other
distributions (sex, zero-inflated severities) are functions of these normals, so that a weighted sum
of the normals of two hearts keeps all marginal distributions. This is how ``coupling`` works.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from jaxtyping import Float64
from scipy.special import ndtr, ndtri

from ptacl.synthetic.scar import TERRITORIES
from ptacl.synthetic.streams import Stream, generator
from ptacl.types import Ages

Values = Float64[np.ndarray, " subjects"]
Latents = Mapping[str, Values]

SHARED = ("sex", "bsa", "rate")
"""Latents that both signals share even at ``coupling=0``."""

LATENTS = (
    *SHARED,
    "age", "fitness", "adiposity", "contractility",
    "dcm_gate", "dcm_a", "dcm_b", "hyp_gate", "hyp_a", "hyp_b", "rvl_gate", "rvl_a", "rvl_b",
    "size", "mass", "rv_function", "rv_stroke", "qrs", "qtc", "pr",
    "lbbb", "rbbb", "fibrillation", "ectopy",
    "scan_rate", "end_systole", "kick", "length",
    "scar_gate", "scar_size", "scar_place",
    "shortening",
)  # fmt: skip

LBBB_DELAY_S = 0.045
"""Delay of left ventricular activation and repolarisation in left bundle branch block."""
_REFERENCE_AGE = 64.0
"""Age at which effects of age are zero."""

_AGES: dict[Ages, tuple[float, float, tuple[float, float]]] = {
    "biobank": (64.0, 8.0, (45.0, 82.0)),
    "adults": (54.0, 18.0, (18.0, 90.0)),
}
"""Mean, SD and range, in years."""


@dataclass(frozen=True, slots=True)
class Heart:
    """Anatomy and physiology of n subjects, one value each. Flags are 0 or 1."""

    male: Values
    age_years: Values
    bsa_m2: Values
    height_cm: Values
    weight_kg: Values
    hr_bpm: Values
    adiposity: Values
    """Standard normal."""
    dcm: Values
    """Severity of dilated cardiomyopathy: 0 in 90 %, else about 1."""
    hyp: Values
    """Severity of hypertrophy (pressure load)."""
    rvl: Values
    """Severity of right ventricular load."""
    lbbb: Values
    rbbb: Values
    af: Values
    """Atrial fibrillation."""
    ectopy: Values
    """Ventricular premature beats."""
    scar_size: Values
    """Scar as a share of the left ventricular muscle; 0 in most subjects."""
    scar_territory: Values
    """0 = no scar, else 1 + index into ``scar.TERRITORIES``."""
    mass_log: Values
    """log(LVM / mean of the sex)."""
    lv_size_log: Values
    rv_size_log: Values
    ef_score: Values
    """(LVEF − 60) / 6."""
    qrs_width: Values
    """QRS duration relative to the mean for this type of conduction."""
    qtc_s: Values
    """QT corrected by Fridericia's formula."""
    pr_s: Values
    phenotypes: Mapping[str, Values]
    """The nine keys of ``phenotypes.py``."""


def draw_latents(seed: int, indices: Sequence[int], coupling: float) -> tuple[Latents, Latents]:
    """Draw the latent normals of the scan's hearts and of the ECG's hearts.

    Args:
        seed: seed of the cohort.
        indices: indices of the subjects.
        coupling: 1 = the same heart; 0 = a heart with the same sex, size and rate only.
    """
    scan = _draw_named(seed, indices, Stream.HEART)
    if coupling == 1.0:
        return scan, scan
    unrelated = _draw_named(seed, indices, Stream.STRANGER)
    complement = np.sqrt(1 - coupling**2)
    ecg = {
        n: scan[n] if n in SHARED else coupling * scan[n] + complement * unrelated[n]
        for n in LATENTS
    }
    return scan, ecg


def _draw_named(seed: int, indices: Sequence[int], stream: Stream) -> dict[str, Values]:
    rows = [generator(seed, i, stream).standard_normal(len(LATENTS)) for i in indices]
    columns = np.reshape(rows, (-1, len(LATENTS))).T
    return dict(zip(LATENTS, columns, strict=True))


def heart(z: Latents, hr_bpm: Values | None = None, ages: Ages = "biobank") -> Heart:
    """Compute the physiology of each subject from its latents.

    Means and SDs follow healthy UK Biobank participants (Petersen et al., 2017) with a minority of
    diseased hearts; the coefficients are choices of this simulation. Left bundle branch block
    reduces the ejection fraction by 7 points even in otherwise normal hearts (Grines et al., 1989:
    54 versus 62 %).

    Args:
        z: name of each latent (``LATENTS``) → standard normals (subjects,).
        hr_bpm: heart rates, if taken from other hearts.
        ages: age distribution.
    """
    male = (ndtr(z["sex"]) < 0.48).astype(np.float64)
    age = _truncated_age(z["age"], ages)
    old = age - _REFERENCE_AGE
    dcm, hyp, rvl = _severity(z, "dcm", 0.10), _severity(z, "hyp", 0.25), _severity(z, "rvl", 0.10)
    bsa = _by_sex(male, 2.02, 1.76) + _by_sex(male, 0.16, 0.15) * np.clip(z["bsa"], -2.8, 3.5)
    height_cm, weight_kg = _height_and_weight(male, bsa, z["adiposity"])
    if hr_bpm is None:
        raw = 63 - 3.0 * z["fitness"] + 1.5 * (1 - male) + 3 * dcm + 8.5 * z["rate"]
        hr_bpm = np.clip(raw, 42, 105)
    lbbb = (ndtr(z["lbbb"]) < 0.02 + 0.30 * (dcm > 0.6)).astype(np.float64)
    scar_size = _scar_size(z, male, old)
    volumes = _phenotypes(z, male, old, bsa, _Load(dcm, hyp, rvl, lbbb, scar_size))
    mass_log = np.log(volumes["lvm_g"] / _by_sex(male, 106.0, 70.0))
    size_log = np.log(volumes["lvedv_ml"] / _by_sex(male, 166.0, 128.0))
    ef_score = (volumes["lvef_pct"] - 60) / 6
    rbbb = (ndtr(z["rbbb"]) < 0.03 + 0.001 * old + 0.10 * (rvl > 0.6)) * (1 - lbbb)
    width = 1 + 0.16 * size_log + 0.14 * mass_log - 0.025 * ef_score + 0.05 * z["qrs"]
    return Heart(
        male=male, age_years=age, bsa_m2=bsa, height_cm=height_cm, weight_kg=weight_kg,
        hr_bpm=hr_bpm, adiposity=z["adiposity"], dcm=dcm, hyp=hyp, rvl=rvl, lbbb=lbbb, rbbb=rbbb,
        af=(ndtr(z["fibrillation"]) < 0.025 + 0.001 * old + 0.06 * (dcm > 0.6)).astype(np.float64),
        ectopy=(ndtr(z["ectopy"]) < 0.04 + 0.08 * (dcm > 0.6)).astype(np.float64),
        scar_size=scar_size, scar_territory=_scar_territory(z, scar_size),
        mass_log=mass_log, lv_size_log=size_log,
        rv_size_log=np.log(volumes["rvedv_ml"] / _by_sex(male, 184.0, 136.0)),
        ef_score=ef_score,
        qrs_width=np.maximum(width + 0.075 * (male - 0.45), 0.7),
        qtc_s=0.400 + 0.014 * (1 - male) - 0.007 * ef_score + 0.012 * mass_log
        + 0.012 * z["qtc"] + LBBB_DELAY_S * lbbb,
        pr_s=np.clip(0.16 + 0.0004 * old + 0.013 * (male - 0.44) + 0.021 * z["pr"], 0.10, 0.26),
        phenotypes=volumes,
    )  # fmt: skip


@dataclass(frozen=True, slots=True)
class _Load:
    """Disease severities; see ``Heart``."""

    dcm: Values
    hyp: Values
    rvl: Values
    lbbb: Values
    scar_size: Values


def _phenotypes(
    z: Latents, male: Values, old: Values, bsa: Values, load: _Load
) -> dict[str, Values]:
    build = 0.55 * z["fitness"] + 0.83 * z["size"]
    lvedv = (
        bsa * _by_sex(male, 81.0, 72.0)
        * np.exp(-0.003 * old + 0.13 * build + 0.16 * load.dcm - 0.03 * load.hyp
                 + 0.06 * load.lbbb + 1.1 * load.scar_size)
    )  # fmt: skip
    lvef = _soft_limits(
        _by_sex(male, 58.5, 61.0) + 4.6 * z["contractility"] - 0.6 * build + load.hyp
        - 8.5 * load.dcm - 7 * load.lbbb - 65 * load.scar_size
    )  # fmt: skip
    lvm = (
        bsa * _by_sex(male, 50.0, 38.0)
        * np.exp(0.11 * z["mass"] + 0.06 * build + 0.13 * load.hyp + 0.09 * load.dcm)
    )  # fmt: skip
    lvsv = lvedv * lvef / 100
    rvsv = lvsv * np.exp(0.04 * z["rv_stroke"])
    contraction = (
        _by_sex(male, 54.0, 57.5) + 0.45 * (lvef - 59) + 4 * z["rv_function"] - 5 * load.rvl
    )
    rvedv = 100 * rvsv / _soft_limits(contraction) * np.exp(0.05 * load.rvl)
    return {
        "lvedv_ml": lvedv, "lvesv_ml": lvedv - lvsv, "lvsv_ml": lvsv, "lvef_pct": lvef,
        "lvm_g": lvm,
        "rvedv_ml": rvedv, "rvesv_ml": rvedv - rvsv, "rvsv_ml": rvsv,
        "rvef_pct": 100 * rvsv / rvedv,
    }  # fmt: skip


def _by_sex(male: Values, men: float, women: float) -> Values:
    return np.where(male > 0, men, women)


def _truncated_age(z: Values, ages: Ages) -> Values:
    mean, sd, edges = _AGES[ages]
    low, high = (ndtr((edge - mean) / sd) for edge in edges)
    return mean + sd * ndtri(low + ndtr(z) * (high - low))


def _severity(z: Latents, disease: str, share: float) -> Values:
    """Compute a severity: 0 in most subjects, Γ(2, ½) in ``share`` of them."""
    gamma = -0.5 * (np.log(ndtr(z[f"{disease}_a"])) + np.log(ndtr(z[f"{disease}_b"])))
    return np.where(ndtr(z[f"{disease}_gate"]) < share, gamma, 0.0)


def _scar_size(z: Latents, male: Values, old: Values) -> Values:
    """Compute the scar size: 0 in most subjects, else log-normal with a median of 7 %.

    In MESA (Turkbey et al., 2015) 7.9 % of 1,840 people of 68 ± 9 years had a scar, with an odds
    ratio of 5.8 for men and of 1.6 per 8.9 years.
    """
    odds = _by_sex(male, 0.122, 0.021) * np.exp(0.053 * old)
    size = np.minimum(0.07 * np.exp(0.75 * z["scar_size"]), 0.35)
    return np.where(ndtr(z["scar_gate"]) < odds / (1 + odds), size, 0.0)


def _scar_territory(z: Latents, scar_size: Values) -> Values:
    edges = np.cumsum([territory.share for territory in TERRITORIES])[:-1]
    return np.where(scar_size > 0, 1.0 + np.searchsorted(edges, ndtr(z["scar_place"])), 0.0)


def _soft_limits(ef_pct: Values) -> Values:
    """Compress ejection fractions smoothly to 15 to 80 %."""
    high = np.where(ef_pct > 70, 70 + 10 * np.tanh((ef_pct - 70) / 10), ef_pct)
    return np.where(high < 25, 25 - 10 * np.tanh((25 - high) / 10), high)


def _height_and_weight(male: Values, bsa: Values, adiposity: Values) -> tuple[Values, Values]:
    """Compute height and weight from the Du Bois body surface area and adiposity.

    With W = BMI·H², BSA = 0.007184·W^0.425·H^0.725 is a power of H.
    """
    relative = bsa / _by_sex(male, 2.02, 1.76)
    bmi = _by_sex(male, 27.3, 26.2) * relative**0.9 * np.exp(0.12 * adiposity)
    height_cm = (bsa / (0.007184 * (bmi / 1e4) ** 0.425)) ** (1 / 1.575)
    return height_cm, bmi * (height_cm / 100) ** 2
