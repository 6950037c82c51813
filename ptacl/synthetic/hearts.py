"""Hearts of a simulated subject, at the ECG and at the scan, and the ground truth of both."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from ptacl.errors import PtaclError
from ptacl.synthetic.ecg import Recording
from ptacl.synthetic.mechanics import longitudinal_shortening_pct, timings
from ptacl.synthetic.physiology import Heart, Latents, Values, draw_latents, heart
from ptacl.types import Ages, Subject


@dataclass(frozen=True, slots=True)
class Hearts:
    """Physiology of n subjects: the hearts of the scan and the hearts of the ECG."""

    scan: Heart
    ecg: Heart
    z: Latents
    rr_scan_s: Values


def draw_hearts(
    seed: int, indices: Sequence[int], coupling: float, ages: Ages = "biobank"
) -> Hearts:
    """Draw the hearts of some subjects, at the ECG and at the scan.

    Args:
        seed: seed of the cohort, from 0.
        indices: indices of the subjects.
        coupling: correlation of the hearts of ECG and scan, 0 to 1.
        ages: of the subjects.
    """
    z, z_ecg = draw_latents(seed, indices, coupling)
    scan = heart(z, ages=ages)
    ecg = scan if z is z_ecg else heart(z_ecg, scan.hr_bpm, ages)
    # The scan is made at another time of the day: its heart rate is close to that of the ECG.
    return Hearts(scan, ecg, z, 60 / np.clip(scan.hr_bpm + 4 * z["scan_rate"], 40, 115))


def truth_columns(
    hearts: Hearts, recordings: Sequence[Recording], coupling: float
) -> dict[str, Values]:
    """Return ``Pair.truth`` of each subject; ``ecg_…`` are values of the ECG's heart.

    Args:
        hearts: of the subjects.
        recordings: of the same subjects.
        coupling: that they were drawn with.
    """
    scan, ecg = hearts.scan, hearts.ecg
    rr_ecg_s = 60 / ecg.hr_bpm
    return {
        **timings(scan, hearts.z, hearts.rr_scan_s),
        "lv_shortening_pct": longitudinal_shortening_pct(
            scan.phenotypes["lvef_pct"], hearts.z["shortening"]
        ),
        "rr_ecg_ms": 1000 * rr_ecg_s,
        "hr_ecg_bpm": ecg.hr_bpm,
        "hr_scan_bpm": 60 / hearts.rr_scan_s,
        "qt_ms": 1000 * ecg.qtc_s * np.cbrt(rr_ecg_s),
        "pr_ms": np.where(ecg.af > 0, np.nan, 1000 * ecg.pr_s),
        "qrs_ms": np.where(ecg.lbbb > 0, 150, 82) * ecg.qrs_width + 38 * ecg.rbbb,
        "lbbb": ecg.lbbb,
        "rbbb": ecg.rbbb,
        "af": ecg.af,
        "ectopy": ecg.ectopy,
        "ecg_scar_size": ecg.scar_size,
        "ecg_scar_territory": ecg.scar_territory,
        "af_scan": scan.af,
        "lbbb_scan": scan.lbbb,
        "scar_size": scan.scar_size,
        "scar_territory": scan.scar_territory,
        "dcm": scan.dcm,
        "hyp": scan.hyp,
        "rvl": scan.rvl,
        "adiposity": scan.adiposity,
        "bsa_m2": scan.bsa_m2,
        "ecg_mass_log": ecg.mass_log,
        "ecg_lv_size_log": ecg.lv_size_log,
        "ecg_rv_size_log": ecg.rv_size_log,
        "ecg_ef_score": ecg.ef_score,
        "flat_lead": np.array([float(r.flat_lead) for r in recordings]),
        "noise_mv": np.array([r.noise_mv for r in recordings]),
        "noisy_electrode": np.array([float(r.noisy_electrode) for r in recordings]),
        "coupling": np.full(ecg.hr_bpm.shape, float(coupling)),
    }


def subject_of(subject_id: str, scan: Heart) -> Subject:
    """Return the first heart's person with the nine phenotypes."""
    return Subject(
        subject_id,
        sex="male" if scan.male[0] else "female",
        age_years=float(scan.age_years[0]),
        height_cm=float(scan.height_cm[0]),
        weight_kg=float(scan.weight_kg[0]),
        phenotypes={key: float(values[0]) for key, values in scan.phenotypes.items()},
    )


def check_request(seed: int, indices: Sequence[int], coupling: float, size: int) -> None:
    """Check what a subject is simulated from.

    Args:
        seed: from 0.
        indices: of subjects, from 0.
        coupling: 0 to 1.
        size: rows and columns of the cine, 16 at least.

    Raises:
        PtaclError: a value is outside its range.
    """
    lowest = min(indices, default=0)
    if seed < 0 or lowest < 0:
        raise PtaclError(
            f"Seed and subject index start at 0, got seed {seed}, index {lowest}.",
            code="option.invalid",
        )
    if not 0 <= coupling <= 1:
        raise PtaclError(
            f"coupling must be between 0 (nothing shared) and 1, got {coupling}.",
            code="option.invalid",
        )
    if size < 16:
        raise PtaclError(
            f"A cine of {size} × {size} pixels is too small; use at least 16.",
            code="option.invalid",
        )
