"""Times of the cardiac events of a simulated subject in the beats of its scan and of its ECG.

The scan's are those that its cine was drawn from (`mechanics.timings`). The same function at the
heart rate of the ECG gives the ECG's, as long as both are signals of one heart (coupling 1):

- End systole follows QT, which grows with the cube root of the R–R interval (Fridericia, 1920):
  ``t_es(ecg) − t_es(scan) = QT(ecg) − QT(scan)``, where ``QT(scan) = QT(ecg) · ∛(RR scan / RR
  ecg)``. The heart's deviation from the end of the T wave (SD 12 ms) is the same at both rates.
- Isovolumetric relaxation and the duration of early filling do not depend on the rate: the fastest
  early filling, in the middle of its smooth step, is a fixed time after end systole.
- The atrial kick follows the P wave, which is a fixed time before the next R wave:
  ``RR − t_kick`` is the same at both rates. Atrial fibrillation has none.

So systole has nearly the same length in both, and the difference in heart rate is nearly all in
mid-diastole. The ECG's beat is the one at its mean heart rate: single beats vary about it.
"""

from collections.abc import Mapping

import numpy as np
from jaxtyping import Float

from ptacl.synthetic.physiology import Values

EVENTS = ("end_systole", "early_filling", "atrial_kick")
"""End of ejection, fastest early filling, and begin of atrial contraction, in order of time."""
TRUTHS = (
    "t_es_ms", "ivrt_ms", "early_filling_ms", "t_kick_ms", "rr_scan_ms", "rr_ecg_ms", "qt_ms", "af",
    "coupling",
)  # fmt: skip
"""Keys of ``Pair.truth`` that the times follow from."""

EventPhases = Float[np.ndarray, "subjects events"]


def event_phases(truth: Mapping[str, Values]) -> tuple[EventPhases, EventPhases]:
    """Return the cardiac phases of the events in the beat of the ECG and in that of the scan.

    Args:
        truth: `TRUTHS` of n subjects with coupling 1.

    Returns:
        Both as shares of the R–R interval after the R wave; NaN for the atrial kick in atrial
        fibrillation. At a high heart rate the atrial kick may come before the fastest early
        filling, and the latter after the next R wave.
    """
    assert (np.asarray(truth["coupling"]) == 1).all(), "ECG and scan must be of the same heart"
    rr_ecg, rr_scan, qt = (np.asarray(truth[key]) for key in ("rr_ecg_ms", "rr_scan_ms", "qt_ms"))
    es_scan = np.asarray(truth["t_es_ms"])
    es_ecg = es_scan + qt * (1 - np.cbrt(rr_scan / rr_ecg))
    fastest = np.asarray(truth["ivrt_ms"]) + np.asarray(truth["early_filling_ms"]) / 2
    before_next_r = rr_scan - np.asarray(truth["t_kick_ms"])
    before_next_r = np.where(np.asarray(truth["af"]) > 0, np.nan, before_next_r)
    ecg, scan = (
        np.stack([es, es + fastest, rr - before_next_r], axis=-1) / rr[:, None]
        for es, rr in ((es_ecg, rr_ecg), (es_scan, rr_scan))
    )
    return ecg, scan
