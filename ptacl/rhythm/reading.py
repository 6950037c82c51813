"""The rhythm of one ECG: measured, read out with probabilities, and put into words."""

import numpy as np
from jaxtyping import Float, Int

from ptacl.rhythm.evidence import detail, evidence
from ptacl.rhythm.features import Findings, as_vector, find_rhythm_features
from ptacl.rhythm.readout import Readout, shipped_readout
from ptacl.types import PreparedEcg, Rhythm, RhythmName

NO_SPIKES = np.empty(0, dtype=np.int64)


def read_rhythm(
    signal_mv: Float[np.ndarray, "leads=12 samples"],
    r_peaks: Int[np.ndarray, " beats"],
    sample_rate_hz: float,
    spikes: Int[np.ndarray, " spikes"] = NO_SPIKES,
    readout: Readout | None = None,
) -> Rhythm | None:
    """Read the rhythm of an ECG; None with fewer than four beats.

    Args:
        signal_mv: canonical leads in mV, without stimuli; NaN allowed.
        r_peaks: from `beats.find_r_peaks`.
        sample_rate_hz: 100 Hz or more.
        spikes: samples of pacemaker stimuli (`pacing.find_spikes`).
        readout: coefficients; those that come with PTACL by default.
    """
    findings = find_rhythm_features(signal_mv, r_peaks, sample_rate_hz, spikes)
    if findings is None:
        return None
    probabilities = (readout or shipped_readout()).probabilities(as_vector(findings))
    name = max(probabilities, key=lambda rhythm: probabilities[rhythm])
    return Rhythm(
        name=name,
        probability=probabilities[name],
        probabilities=probabilities,
        evidence=evidence(name, findings),
        detail=detail(name, findings),
        premature=tuple(int(beat) for beat in _premature(name, findings)),
    )


def _premature(name: RhythmName, findings: Findings) -> Int[np.ndarray, " beats"]:
    """Return the premature beats; by shape alone where every interval is another."""
    irregular = name in ("atrial_fibrillation", "flutter")
    return findings.premature.ventricular if irregular else findings.premature.all


def rhythm_of(prepared: PreparedEcg, sample_rate_hz: float) -> Rhythm | None:
    """Return the rhythm of a prepared ECG; None where its quality forbids to name one.

    Args:
        prepared: in millivolts.
        sample_rate_hz: of its recipe.
    """
    if not prepared.quality.usable:
        return None
    signal_mv = prepared.signal_mv[:, : prepared.valid_samples]
    return read_rhythm(signal_mv, prepared.r_peaks, sample_rate_hz, prepared.pacing_spikes)
