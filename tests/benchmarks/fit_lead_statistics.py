"""Fit `ptacl/signal/quality/lead_statistics.npz`: how the leads of human hearts go together.

    python -m tests.benchmarks.fit_lead_statistics ../shared/data/ecg/wfdb_ptbxl_more

Real records and simulated hearts (every other subject of the demonstration gallery; the others are
left for measuring) count alike. The covariance of the shape is drawn to a multiple of the identity
by a tenth, for it has 168 dimensions and some 460 records.
"""

import sys
from collections.abc import Iterable
from pathlib import Path

import numpy as np

import ptacl
from ptacl.signal.delineation.beats import find_r_peaks
from ptacl.signal.filters import bandpass
from ptacl.signal.quality.lead_statistics import INDEPENDENT, TABLE, read_beat

SHRINKAGE = 0.1
RATE_HZ = 500.0


def moments(signals: Iterable[np.ndarray]) -> tuple[np.ndarray, np.ndarray]:
    """Shapes of the mean beats, and the mean covariance of the leads at one total power."""
    shapes, covariances = [], []
    for signal in signals:
        beat = read_beat(signal, find_r_peaks(signal, RATE_HZ), RATE_HZ)
        if beat is None or not beat.height_mv.all():
            continue
        shapes.append(beat.shape.ravel())
        leads = np.cov(bandpass(signal[INDEPENDENT].astype(np.float64), RATE_HZ))
        covariances.append(leads / np.trace(leads))
    return np.stack(shapes), np.mean(covariances, axis=0)


def main(folder: Path) -> None:
    gallery = ptacl.load("checkpoints/demo", progress=lambda share, what: None).gallery
    real = (ptacl.read_ecg(file).signal_mv for file in sorted(folder.glob("*.hea")))
    simulated = (gallery.ecg(subject).signal_mv for subject in gallery.table.index[::2])
    parts = [moments(real), moments(simulated)]
    mean = np.mean([shapes.mean(axis=0) for shapes, _ in parts], axis=0)
    covariance = np.mean(
        [(shapes - mean).T @ (shapes - mean) / len(shapes) for shapes, _ in parts], axis=0
    )
    spread = np.trace(covariance) / len(covariance)
    covariance = (1 - SHRINKAGE) * covariance + SHRINKAGE * spread * np.eye(len(covariance))
    out = Path(ptacl.__file__).parent / "signal" / "quality" / TABLE
    np.savez_compressed(
        out,
        shape_mean=mean.astype(np.float32),
        shape_covariance=np.triu(covariance).astype(np.float32),
        lead_covariance=np.mean([leads for _, leads in parts], axis=0),
    )
    print(f"{len(parts[0][0])} real and {len(parts[1][0])} simulated records: {out.name}")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
