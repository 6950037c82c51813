"""Facts of an ECG for the rules: those of a normal ECG, with single values replaced."""

from dataclasses import replace

import numpy as np

from ptacl.impression.facts import Facts
from ptacl.impression.rhythm_words import RhythmWords
from ptacl.measurements import EcgIntervals, LeadWaves
from ptacl.types import LEADS, Sex

NORMAL_INTERVALS = EcgIntervals(70.0, 160.0, 90.0, 390.0, 410.0, 45.0, 20.0)
SINUS = RhythmWords("sinus", "a P wave before each beat", irregularity=0.02, range_share=0.1)
R_MV = (0.8, 1.0, 0.4, 0.0, 0.4, 0.7, 0.2, 0.5, 0.8, 1.2, 1.3, 1.0)
S_MV = (-0.1, -0.1, -0.1, -0.1, -0.1, -0.1, -0.9, -1.1, -0.8, -0.4, -0.2, -0.1)


def made_lead(lead: str, **values: float) -> LeadWaves:
    """Return the waves of a normal lead, with some of them replaced."""
    at = LEADS.index(lead)
    normal = LeadWaves(
        lead, q_mv=0.0, q_ms=0.0, r_mv=R_MV[at], s_mv=S_MV[at], s_ms=20.0, r2_mv=0.0, r2_ms=0.0,
        r_peak_ms=40.0, notches=0, j_mv=0.0, st_mv=0.01, t_high_mv=0.3, t_low_mv=0.0,
        p_high_mv=0.1, p_low_mv=-0.01,
    )  # fmt: skip
    if lead == "aVR":
        normal = replace(normal, q_mv=-0.9, q_ms=60.0, t_high_mv=0.0, t_low_mv=-0.3)
    return replace(normal, **values)


def made_facts(
    leads: dict[str, dict[str, float]] | None = None,
    *,
    rhythm: RhythmWords = SINUS,
    sex: Sex | None = "female",
    age_years: float | None = 50.0,
    only: tuple[str, ...] = LEADS,
    **intervals: float,
) -> Facts:
    """Return the facts of a normal ECG, with some values of intervals and leads replaced."""
    changed = leads or {}
    return Facts(
        replace(NORMAL_INTERVALS, **intervals),
        rhythm,
        {lead: made_lead(lead, **changed.get(lead, {})) for lead in only},
        sex,
        age_years,
    )


def drawn_facts(rng: np.random.Generator) -> Facts:
    """Return facts drawn so wide that every rule holds now and then."""
    leads = {
        lead: {
            "q_mv": -rng.choice([0.0, rng.exponential(0.2)]),
            "q_ms": rng.uniform(0, 60),
            "r_mv": rng.choice([0.0, rng.exponential(0.9)]),
            "s_mv": -rng.exponential(0.8),
            "s_ms": rng.uniform(0, 80),
            "r2_mv": rng.choice([0.0, rng.exponential(0.3)]),
            "r2_ms": rng.uniform(0, 60),
            "r_peak_ms": rng.uniform(20, 90),
            "j_mv": rng.normal(0, 0.12),
            "st_mv": rng.normal(0, 0.06),
            "t_high_mv": rng.exponential(0.15),
            "t_low_mv": -rng.exponential(0.08),
            "p_high_mv": rng.exponential(0.12),
            "p_low_mv": -rng.exponential(0.06),
        }
        for lead in LEADS
    }
    scale = rng.choice([1.0, 0.2])
    for values in leads.values():
        for key in ("q_mv", "r_mv", "s_mv", "r2_mv"):
            values[key] *= scale
        values |= {key: float(value) for key, value in values.items()}
    rhythm = RhythmWords(
        rng.choice([
            "sinus", "sinus", "ectopic_atrial", "atrial_fibrillation", "flutter",
            "possible_flutter", "no_p_wave", "undetermined",
        ]),
        "drawn",
        paced=rng.choice(["none"] * 8 + ["atria", "ventricles", "both", "unclear"]),
        irregularity=rng.uniform(0, 0.3),
        range_share=rng.uniform(0, 0.5),
        ventricular_ectopics=int(rng.integers(0, 3)),
        supraventricular_ectopics=int(rng.integers(0, 3)),
        alternates=bool(rng.random() < 0.1),
    )  # fmt: skip
    few = tuple(lead for lead in LEADS if rng.random() > 0.05)
    return made_facts(
        leads,
        rhythm=rhythm,
        sex=rng.choice(["female", "male"]),
        age_years=float(rng.uniform(18, 90)),
        only=few,
        heart_rate_bpm=float(rng.uniform(30, 160)),
        pr_ms=float(rng.choice([np.nan, rng.uniform(80, 300)])),
        qrs_ms=float(rng.uniform(70, 170)),
        qtc_ms=float(rng.uniform(300, 560)),
        qrs_axis_deg=float(rng.uniform(-180, 180)),
    )
