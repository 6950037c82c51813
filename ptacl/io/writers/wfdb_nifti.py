"""Writers of ECGs as WFDB records and of cines as 4D NIfTI files."""

from pathlib import Path

import nibabel
import numpy as np
import wfdb

from ptacl.errors import PtaclError
from ptacl.types import LEADS, Cine, Ecg

UNITS_PER_MILLIVOLT = 1000.0
"""Steps of 1 µV, which give a range of ± 32 mV in 16 bits."""


def write_ecg(ecg: Ecg, header: Path) -> None:
    """Write a WFDB record: 16 bits, 1 µV per step, NaN as WFDB's missing sample.

    Args:
        ecg: the ECG.
        header: path of the ``.hea`` file.

    Raises:
        PtaclError: the signal exceeds ± 32 mV.
    """
    if np.nanmax(np.abs(ecg.signal_mv)) * UNITS_PER_MILLIVOLT > np.iinfo(np.int16).max:
        raise PtaclError(
            f"{header.name}: the ECG exceeds the ± 32 mV of a 16-bit WFDB file.",
            code="output.not_representable",
        )
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
    """Write a 4D NIfTI (columns, rows, 1, frames) in mm and ms, without orientation.

    Args:
        cine: the cine.
        path: target file.

    Raises:
        PtaclError: the frames are not equidistant over the R–R interval.
    """
    count = len(cine.frames)
    step_ms = cine.rr_ms / count
    if not np.allclose(cine.frame_times_ms, np.arange(count) * step_ms, atol=1e-3):
        raise PtaclError(
            f"{path.name}: NIfTI supports equidistant frames only.", code="output.not_representable"
        )
    pixels = cine.frames if cine.frames.dtype == np.uint8 else cine.frames.astype(np.float32)
    # Without an affine the orientation is unknown, and rows and columns are read as stored.
    image = nibabel.Nifti1Image(pixels.transpose(2, 1, 0)[:, :, None], None)
    row_mm, column_mm = cine.spacing_mm
    image.header.set_zooms((column_mm, row_mm, 1.0, step_ms))
    image.header.set_xyzt_units("mm", "msec")
    nibabel.save(image, path)
