"""The evidence of a rhythm, in words: the findings that its odds rest on, each as a clause."""

import numpy as np

from ptacl.rhythm.features import Findings
from ptacl.types import RhythmName

IRREGULAR, SLIGHTLY = 0.08, 0.04
"""Median change from one R–R interval to the next as a share of the median interval."""
COMMON, UNCOMMON = 0.40, 0.15
"""Share of the energy before the QRS that the beats have in common: a P wave, and none."""
VISIBLE_F, VISIBLE_F_MV = 0.42, 0.012
"""Concentration of the spectrum and height from which f waves are given a rate."""
REPEATS = 0.8
"""Repetition between T and QRS from which it is evidence of flutter."""
ARRHYTHMIA = 0.06
"""Standard deviation of sinus intervals over their mean from which it is sinus arrhythmia."""
SLOW_BPM, FAST_BPM = 50.0, 100.0
"""Sinus bradycardia (Kusumoto et al., 2018) and tachycardia."""
BROAD_MS = 120.0


def evidence(name: RhythmName, findings: Findings) -> tuple[str, ...]:
    """Return the findings about a rhythm as clauses, the decisive ones first.

    Args:
        name: the rhythm that was read.
        findings: of its ECG.
    """
    clauses = {
        "stimuli": _stimuli(findings),
        "premature": _premature(findings),
        "regularity": _regularity(findings),
        "p": _p(findings),
        "f": _f(findings),
        "flutter": _flutter(findings),
        "qrs": f"QRS {findings.qrs_ms:.0f} ms" if findings.qrs_ms >= BROAD_MS else "",
    }
    order = {
        "sinus": ("p", "regularity"),
        "atrial_fibrillation": ("regularity", "p", "f", "qrs"),
        "flutter": ("flutter", "regularity", "p", "f"),
        "ectopy": ("premature", "p"),
        "paced": ("stimuli", "qrs", "regularity"),
        "other": ("p", "regularity", "qrs", "premature"),
    }[name]
    return tuple(clauses[key] for key in order if clauses[key])


def detail(name: RhythmName, findings: Findings) -> str:
    """Return a narrower name of a rhythm; empty where there is none.

    Args:
        name: the rhythm that was read.
        findings: of its ECG.
    """
    if name == "sinus":
        return _sinus(findings)
    if name == "ectopy":
        return _ectopy(findings)
    if name == "paced":
        where = {"atria": "atrial pacing", "ventricles": "ventricular pacing",
                 "both": "atrial and ventricular pacing"}  # fmt: skip
        return where.get(findings.chambers, "")
    if name == "other" and not _has_p(findings):
        broad = findings.qrs_ms >= BROAD_MS
        fast = findings.rate_bpm > FAST_BPM
        return f"{'broad' if broad else 'narrow'} {'tachycardia' if fast else 'rhythm'} without P"
    return ""


def _sinus(findings: Findings) -> str:
    rate = 60.0 / float(findings.sinus_rr_s.mean())
    if findings.sinus_variation >= ARRHYTHMIA:
        return "sinus arrhythmia"
    if rate < SLOW_BPM:
        return "sinus bradycardia"
    return "sinus tachycardia" if rate > FAST_BPM else ""


def _ectopy(findings: Findings) -> str:
    ventricular, other = (
        findings.premature.ventricular.size,
        findings.premature.supraventricular.size,
    )
    kinds = findings.premature.kinds != 0
    if ventricular and not other and np.diff(kinds.astype(int)).astype(bool).mean() >= 0.8:
        return "ventricular bigeminy"
    if ventricular and other:
        return "premature beats of both kinds"
    if ventricular:
        return f"ventricular premature beat{'s' if ventricular > 1 else ''}"
    if other:
        return f"supraventricular premature beat{'s' if other > 1 else ''}"
    return ""


def _regularity(findings: Findings) -> str:
    percent = f"{100 * findings.sinus_variation:.0f} %"
    if findings.sinus_change >= IRREGULAR and findings.roughness >= 0.5:
        return f"irregular, R–R varies by {percent}"
    if findings.sinus_variation >= ARRHYTHMIA:
        return f"R–R varies smoothly by {percent}"
    return f"regular at {findings.rate_bpm:.0f}/min"


def _has_p(findings: Findings) -> bool:
    return bool(findings.p.common >= COMMON)


def _p(findings: Findings) -> str:
    if not np.isfinite(findings.p.common):
        return "no room for P between T and QRS"
    if _has_p(findings):
        return f"P before {100 * findings.p.each:.0f} % of the beats"
    if findings.p.common < UNCOMMON:
        return "no P in common"
    return "P unclear"


def _f(findings: Findings) -> str:
    if findings.f.concentration < VISIBLE_F or findings.f.v1_mv < VISIBLE_F_MV:
        return "no clear f waves"
    return f"f waves {findings.f.peak_hz:.1f}/s in V1"


def _flutter(findings: Findings) -> str:
    if findings.flutter == "likely" or findings.repeats >= REPEATS:
        return "the same atrial wave recurs between two beats"
    if findings.flutter == "possible":
        return "fast and regular without a definite P"
    return ""


def _premature(findings: Findings) -> str:
    ventricular, other = (
        findings.premature.ventricular.size,
        findings.premature.supraventricular.size,
    )
    clauses = []
    if ventricular:
        clauses.append(f"{_beats(ventricular)} of another shape")
    if other:
        clauses.append(f"{_beats(other)} of the usual shape, followed by a pause")
    return ", ".join(clauses)


def _beats(count: int) -> str:
    return f"{count} early beat{'s' if count > 1 else ''}"


def _stimuli(findings: Findings) -> str:
    if findings.chambers == "none":
        return ""
    share = max(findings.ventricular_spikes, findings.atrial_spikes)
    where = "QRS" if findings.ventricular_spikes >= findings.atrial_spikes else "P"
    return f"stimulus before {where} of {100 * share:.0f} % of the beats"
