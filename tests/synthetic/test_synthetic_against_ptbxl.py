"""Simulated normals against the normal records of PTB-XL, measured in the same plain way."""

from collections.abc import Iterator
from dataclasses import replace
from itertools import count
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
import wfdb
from scipy.ndimage import uniform_filter1d
from scipy.signal import find_peaks

from ptacl.synthetic import cohort
from ptacl.synthetic.ecg import draw_recording
from ptacl.types import LEADS

SEED = 17
DISEASES = ("lbbb", "rbbb", "af", "ectopy", "dcm", "hyp", "rvl")
BEFORE, AFTER = 150, 250
"""Samples of the mean beat on either side of R."""

TOLERATED_SD = 0.8
"""How far a simulated mean may lie from the real one, in SD of the real records.

With some 15 real records of the cohort's ages, chance alone moves their mean by 0.26 SD.
"""


def mean_beat(signal: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """R peaks by the slope summed over leads, and the mean beat above its PR segment."""
    slope = uniform_filter1d(np.abs(np.gradient(signal, axis=1)).sum(axis=0), 30)
    at, _ = find_peaks(slope, height=0.4 * np.quantile(slope, 0.99), distance=180)
    at = at[(at > BEFORE) & (at < signal.shape[1] - AFTER)]
    beat = np.median([signal[:, i - BEFORE : i + AFTER] for i in at], axis=0)
    return at, beat - np.median(beat[:, BEFORE - 38 : BEFORE - 28], axis=1, keepdims=True)


def diastolic_noise_mv(signal: np.ndarray, at: np.ndarray, beat: np.ndarray) -> float:
    """What is left above 4 Hz between T and QRS when the mean beat is taken away."""
    quiet = np.stack([signal[:, i - BEFORE : i - 22] - beat[:, : BEFORE - 22] for i in at])
    quiet -= uniform_filter1d(quiet, 63, axis=-1)
    return float(np.median(quiet.std(axis=-1)))


def statistics(signal: np.ndarray) -> dict[str, float]:
    at, beat = mean_beat(signal)
    lead = dict(zip(LEADS, beat, strict=True))
    qrs = slice(BEFORE - 30, BEFORE + 33)
    slope = np.abs(np.gradient(beat[:, BEFORE - 50 : BEFORE + 60], axis=1)).sum(axis=0)
    steep = np.flatnonzero(slope > 0.12 * slope.max())
    r = {name: max(wave[qrs].max(), 0) for name, wave in lead.items()}
    s = {name: max(-wave[qrs].min(), 0) for name, wave in lead.items()}
    area = {name: wave[qrs].sum() for name, wave in lead.items()}
    return {
        "qrs_ms": 2.0 * (steep[-1] - steep[0]),
        "axis_deg": np.degrees(np.arctan2(2 / np.sqrt(3) * area["aVF"], area["I"])),
        "rr_variability_log": np.log(np.std(np.diff(at)) / np.mean(np.diff(at)) + 1e-3),
        "t_v3_mv": lead["V3"][BEFORE + 80 : BEFORE + 200].max(),
        "st_v3_mv": lead["V3"][BEFORE + 45 : BEFORE + 50].mean(),
        "s_v2_mv": s["V2"],
        "r_ii_mv": r["II"],
        "p_ii_mv": lead["II"][BEFORE - 110 : BEFORE - 40].max(),
        "noise_log": np.log(diastolic_noise_mv(signal, at, beat)),
        **{f"r_share_v{k}": r[f"V{k}"] / (r[f"V{k}"] + s[f"V{k}"]) for k in range(1, 7)},
    }


def normal_records(folder: Path) -> pd.DataFrame:
    table = pd.read_csv(folder / "records.csv")
    normal = table["scp_codes"].str.contains("'NORM': 100", regex=False)
    return table[normal & table["age"].between(45, 82)]


def simulated_like(record: pd.Series, indices: Iterator[int]) -> np.ndarray:
    """A simulated healthy ECG of the record's age and sex."""
    male = float(record["sex"] == 0)
    while True:
        index = next(indices)
        hearts = cohort._draw(SEED, [index], 1.0)
        ill = sum(getattr(hearts.ecg, name)[0] for name in DISEASES)
        if ill == 0 and hearts.ecg.male[0] == male:
            break
    drivers = replace(cohort._drivers(hearts), old_years=record["age"] - 64)
    recording = replace(draw_recording(np.random.default_rng(index)), flat_lead=-1)
    return cohort._ecg(SEED, index, drivers, recording).signal_mv


def both_cohorts(folder: Path, copies: int = 6) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Statistics of the real records, and of ``copies`` simulated ones of the age and sex."""
    records, indices = normal_records(folder), count()
    real = [wfdb.rdrecord(str((folder / f).with_suffix(""))).p_signal.T for f in records["file"]]
    alike = [
        simulated_like(record, indices) for _, record in records.iterrows() for _ in range(copies)
    ]
    return pd.DataFrame(map(statistics, real)), pd.DataFrame(map(statistics, alike))


def test_simulated_normals_measure_like_the_normals_of_ptbxl(shared_data: Path) -> None:
    folder = shared_data / "ecg" / "wfdb_ptbxl"
    if not folder.is_dir():
        pytest.skip(f"{folder} is absent")
    real, simulated = both_cohorts(folder)
    assert len(real) >= 10
    apart = (simulated.mean() - real.mean()) / real.std()
    beyond = apart[apart.abs() > TOLERATED_SD].round(2).to_dict()
    assert not beyond, f"simulated normals lie this many SD off the real ones: {beyond}"
