"""Pairs as raw files: WFDB for the ECG, 4D NIfTI for the cine, and the table of the cohort."""

import re
from collections.abc import Iterable
from pathlib import Path

import nibabel
import numpy as np
import pandas as pd
import wfdb

from ptacl.errors import PtaclError
from ptacl.io.pairs import TRUTH
from ptacl.types import LEADS, Cine, Ecg, Pair

UNITS_PER_MILLIVOLT = 1000.0
"""One step of the 16-bit samples is 1 µV, and the range ± 32 mV."""


def write_pairs(pairs: Iterable[Pair], folder: Path) -> Path:
    """Write each pair as ``ecg/<id>.hea, .dat`` and ``cine/<id>.nii.gz``, and ``pairs.csv``.

    The signal comes back within half a step of 1 µV; spacing, phases and pixels exactly.

    Args:
        pairs: read one at a time, so that a large cohort need not fit into memory.
        folder: made where it is absent.

    Returns:
        The path of ``pairs.csv``, which `ptacl.io.pairs.read_pairs` reads.

    Raises:
        PtaclError: an ECG beyond ± 32 mV, a cine whose frames are not even over the R–R interval
            or whose pixels are not whole numbers below 65,536 or 32-bit floats.
    """
    (folder / "ecg").mkdir(parents=True, exist_ok=True)
    (folder / "cine").mkdir(exist_ok=True)
    rows = []
    for pair in pairs:
        subject_id = pair.subject.subject_id
        if not re.fullmatch(r"[A-Za-z0-9_-]+", subject_id):
            raise PtaclError(f"{subject_id!r} names files: use letters, digits, - and _ alone.")
        write_ecg(pair.ecg, folder / "ecg" / f"{subject_id}.hea")
        write_cine(pair.cine, folder / "cine" / f"{subject_id}.nii.gz")
        rows.append(_row(pair))
    table = folder / "pairs.csv"
    pd.DataFrame(rows).to_csv(table, index=False)
    return table


def write_ecg(ecg: Ecg, header: Path) -> None:
    """Write a WFDB record: 16 bits, 1 µV a step, NaN as WFDB's missing sample."""
    if np.nanmax(np.abs(ecg.signal_mv)) * UNITS_PER_MILLIVOLT > np.iinfo(np.int16).max:
        raise PtaclError(f"{header.name}: the ECG exceeds the ± 32 mV of a 16-bit WFDB file.")
    count = len(LEADS)
    wfdb.wrsamp(
        header.stem,
        fs=ecg.sample_rate_hz,
        units=["mV"] * count,
        sig_name=list(LEADS),
        p_signal=ecg.signal_mv.T.astype(np.float64),
        fmt=["16"] * count,
        adc_gain=[UNITS_PER_MILLIVOLT] * count,
        baseline=[0] * count,
        write_dir=str(header.parent),
    )


def write_cine(cine: Cine, path: Path) -> None:
    """Write a 4D NIfTI (columns, rows, 1, frames) in mm and ms, without orientation."""
    count = len(cine.frames)
    step_ms = cine.rr_ms / count
    if not np.allclose(cine.frame_times_ms, np.arange(count) * step_ms, atol=1e-3):
        raise PtaclError(f"{path.name}: NIfTI holds only frames that are even over the beat.")
    pixels = cine.frames if cine.frames.dtype == np.uint8 else cine.frames.astype(np.float32)
    # Without an affine the orientation is unknown, and rows and columns stay as they are stored.
    image = nibabel.Nifti1Image(pixels.transpose(2, 1, 0)[:, :, None], None)
    row_mm, column_mm = cine.spacing_mm
    image.header.set_zooms((column_mm, row_mm, 1.0, step_ms))
    image.header.set_xyzt_units("mm", "msec")
    nibabel.save(image, path)


def _row(pair: Pair) -> dict[str, object]:
    subject = pair.subject
    return {
        "subject_id": subject.subject_id,
        "ecg": f"ecg/{subject.subject_id}.hea",
        "cine": f"cine/{subject.subject_id}.nii.gz",
        "sex": subject.sex,
        "age_years": subject.age_years,
        "height_cm": subject.height_cm,
        "weight_kg": subject.weight_kg,
        **subject.phenotypes,
        **{f"{TRUTH}{key}": value for key, value in pair.truth.items()},
    }
