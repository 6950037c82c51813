#!/usr/bin/env bash
# neurokit2 0.3.0: at 100 Hz the wavelet delineator reports each T peak as the P peak too.
#
# Expected before the run: P peaks before the QRS, coarser at 100 Hz by a sample, or NaN for what was not
#   found.
# Seen: ecg_delineate(method="cwt") on neurokit's own simulated ECG (75 a minute, no noise) gives at 500
#   and 250 Hz eleven P peaks in the last third of the interval between two beats. At 128 and 100 Hz
#   the same ECG gives eleven P peaks that are, to the sample, its eleven T peaks. No NaN, no warning;
#   the method "dwt" gives the P waves at all four rates.
# Why it matters: 100 Hz is PTB-XL's rate for training and 128 Hz that of recorders. PR intervals become
#   the time from the T wave to the next beat, which looks like a block of the first degree.
set -euo pipefail
folder="$(mktemp -d)"
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install --quiet "neurokit2==0.3.0" "scipy==1.17.1" "pandas==3.1.1" "numpy>=2,<3"
"$folder/venv/bin/python" <<'PY'
import warnings

import neurokit2
import numpy as np
from scipy.signal import resample_poly

simulated = neurokit2.ecg_simulate(10, sampling_rate=1000, heart_rate=75, noise=0, random_state=1)


def places(rate_hz: int, method: str) -> tuple[np.ndarray, np.ndarray]:
    """P peaks as shares of the time from one R peak to the next, and whether a T peak lies there."""
    lead = neurokit2.ecg_clean(resample_poly(simulated, rate_hz, 1000), rate_hz)
    beats = neurokit2.ecg_peaks(lead, rate_hz)[1]["ECG_R_Peaks"]
    waves = neurokit2.ecg_delineate(lead, beats, rate_hz, method=method)[1]
    p_peaks = np.array(waves["ECG_P_Peaks"], float)
    p_peaks = p_peaks[(p_peaks > beats[0]) & (p_peaks < beats[-1])]
    before = np.searchsorted(beats, p_peaks) - 1
    shares = (p_peaks - beats[before]) / (beats[before + 1] - beats[before])
    return shares, np.isin(p_peaks, waves["ECG_T_Peaks"])


with warnings.catch_warnings(record=True) as told:
    warnings.simplefilter("always")
    seen = {(m, hz): places(hz, m) for m in ("cwt", "dwt") for hz in (500, 250, 128, 100)}
told = [str(w.message) for w in told if "deprecated" not in str(w.message).lower()]
for (method, rate_hz), (shares, is_t) in seen.items():
    span = f"{shares.min():.2f} … {shares.max():.2f}"
    print(method, rate_hz, "Hz:", len(shares), "P peaks at", span, "of which T peaks", is_t.sum())
    assert len(shares) == 11
    if method == "cwt" and rate_hz < 200:
        assert is_t.all() and shares.max() < 0.5, "the P peaks at a low rate are others"
    else:
        assert not is_t.any() and shares.min() > 0.66
assert not told, told
PY
