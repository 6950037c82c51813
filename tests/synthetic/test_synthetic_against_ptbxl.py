"""Simulated normals against the normal records of PTB-XL, measured alike by `ptacl.signal`."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
import wfdb
from scipy.signal import detrend

from ptacl.signal.delineation.beats import mean_beat
from ptacl.signal.delineation.intervals import measure
from ptacl.signal.delineation.measurements import MEASUREMENTS, measure_waves
from ptacl.signal.preparation import prepare_ecg
from ptacl.synthetic import cohort
from ptacl.synthetic.drivers import drivers_of
from ptacl.synthetic.ecg import draw_recording
from ptacl.synthetic.hearts import draw_hearts
from ptacl.types import INDEPENDENT_LEADS, LEADS, Ecg

SEED, RATE_HZ = 17, 500.0
DISEASES = ("lbbb", "rbbb", "af", "ectopy", "dcm", "hyp", "rvl", "scar_size")
R = 125
"""Sample of the R peak in the mean beat of 0.25 s before and 0.45 s after it."""

TOLERATED_SD = 0.5
"""How far a simulated mean may lie from the real one, in SD of the real records.

With 67 real and 134 simulated records chance alone moves their difference by 0.15 SD.
"""
TOLERATED_RATIO = (0.6, 1.5)
"""Of the SD of the simulated to that of the real records."""

WAVES = ("p", "r", "s", "t", "st")
TOLERATED_CORRELATION = 0.21
"""How far rank correlations of heights may be off, root mean square over pairs of waves and leads.

67 simulated records are off by .14 from the other simulated ones, two halves of the real ones by
.23 (sketches).
"""


def statistics(signal_mv: np.ndarray) -> dict[str, float]:
    """What synthetic and real ECGs are compared by; mV, ms, degrees."""
    prepared = prepare_ecg(Ecg(signal_mv.astype(np.float32), RATE_HZ, "test"))
    taken = measure(prepared.signal_mv, prepared.r_peaks, RATE_HZ)
    beat = mean_beat(prepared.signal_mv, prepared.r_peaks, RATE_HZ).astype(np.float64)
    beat -= np.median(beat[:, R - 35 : R - 25], axis=1, keepdims=True)
    lead = dict(zip(LEADS, beat, strict=True))
    p, qrs, st = slice(R - 110, R - 40), slice(R - 25, R + 32), slice(R + 45, R + 50)
    r = {name: max(wave[qrs].max(), 0.0) for name, wave in lead.items()}
    s = {name: max(-wave[qrs].min(), 0.0) for name, wave in lead.items()}
    t = {
        name: wave[np.abs(wave[R + 70 : R + 200]).argmax() + R + 70] for name, wave in lead.items()
    }
    p_highest = {name: wave[p][np.abs(wave[p]).argmax()] for name, wave in lead.items()}
    p_down = (p_highest["II"] + p_highest["III"]) / np.sqrt(3)
    rr = np.diff(prepared.r_peaks)
    return {
        "pr_ms": taken.pr_ms,
        "qrs_ms": taken.qrs_ms,
        "qtc_ms": taken.qtc_ms,
        "axis_deg": taken.qrs_axis_deg,
        "rr_variability_log": np.log(rr.std() / rr.mean() + 1e-3),
        "noise_log": np.log(diastolic_noise_mv(prepared.signal_mv, prepared.r_peaks)),
        **{f"p_{name}_mv": lead[name][p].max() for name in ("I", "II", "V1", "V2")},
        **{f"p_{name}_mv": p_highest[name] for name in ("III", "aVL")},
        "p_axis_deg": np.degrees(np.arctan2(p_down, p_highest["I"])),
        **{f"t_{name}_mv": t[name] for name in ("I", "II", "V1", "V2", "V3", "V6")},
        **{f"st_{name}_mv": lead[name][st].mean() for name in ("V3", "V5")},
        **{f"r_{name}_mv": r[name] for name in ("I", "II", "aVL", "V4", "V5", "V6")},
        **{f"s_{name}_mv": s[name] for name in ("V1", "V2", "V3")},
        **{f"r_share_v{k}": r[f"V{k}"] / (r[f"V{k}"] + s[f"V{k}"]) for k in range(1, 7)},
    }


def heights(signal_mv: np.ndarray) -> dict[str, float]:
    """Heights of P, R, S, ST and T in the eight independent leads (mV)."""
    prepared = prepare_ecg(Ecg(signal_mv.astype(np.float32), RATE_HZ, "test"))
    measured = measure_waves(prepared.signal_mv, prepared.r_peaks, RATE_HZ)
    found = dict(zip(MEASUREMENTS, measured, strict=True))
    return {
        f"{wave}_{lead}": found[f"{wave}_{lead}_mv"] for wave in WAVES for lead in INDEPENDENT_LEADS
    }


def diastolic_noise_mv(signal_mv: np.ndarray, r_peaks: np.ndarray) -> float:
    """What is left between T and QRS when the mean and the slope of the beats are taken away."""
    whole = r_peaks[r_peaks > R]
    quiet = np.stack([signal_mv[:, i - R : i - 70] for i in whole])
    return float(np.median(detrend(quiet - quiet.mean(axis=0)).std(axis=-1)))


def normal_records(folder: Path) -> pd.DataFrame:
    table = pd.read_csv(folder / "records.csv")
    return table[table["scp_codes"].str.contains("'NORM'", regex=False)]


def simulated_like(records: pd.DataFrame, copies: int) -> Iterator[np.ndarray]:
    """``copies`` simulated healthy ECGs of each record's age and sex, no heart twice."""
    hearts = draw_hearts(SEED, range(4 * copies * len(records)), 1.0).ecg
    healthy = sum(getattr(hearts, name) for name in DISEASES) == 0
    of_sex = {sex: iter(np.flatnonzero(healthy & (hearts.male == (sex == 0)))) for sex in (0, 1)}
    for _, record in records.iterrows():
        for _ in range(copies):
            index = int(next(of_sex[record["sex"]]))
            drivers = drivers_of(draw_hearts(SEED, [index], 1.0).ecg)
            aged = replace(drivers, old_years=record["age"] - 64)
            recording = replace(draw_recording(np.random.default_rng(index)), flat_lead=-1)
            beats = cohort._beats(SEED, index, aged)
            yield cohort._ecg(SEED, index, aged, recording, beats).signal_mv


def both_cohorts(
    folder: Path, taken: Callable[[np.ndarray], dict[str, float]], copies: int = 2
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """What is taken of the real records, and of ``copies`` simulated ones of the age and sex."""
    records = normal_records(folder)
    real = [wfdb.rdrecord(str((folder / f).with_suffix(""))).p_signal.T for f in records["file"]]
    simulated = simulated_like(records, copies)
    return pd.DataFrame(map(taken, real)), pd.DataFrame(map(taken, simulated))


@pytest.fixture(scope="module")
def records(shared_data: Path) -> Path:
    folder = shared_data / "ecg" / "wfdb_ptbxl"
    if not folder.is_dir():
        pytest.skip(f"{folder} is absent")
    return folder


def test_simulated_normals_measure_like_the_normals_of_ptbxl(records: Path) -> None:
    real, simulated = both_cohorts(records, statistics)
    assert len(real) == 67
    apart = (simulated.mean() - real.mean()) / real.std()
    beyond = apart[apart.abs() > TOLERATED_SD].round(2).to_dict()
    assert not beyond, f"simulated normals lie this many SD off the real ones: {beyond}"
    spread = simulated.std() / real.std()
    beyond = spread[~spread.between(*TOLERATED_RATIO)].round(2).to_dict()
    assert not beyond, f"simulated normals spread this many times as far as real ones: {beyond}"


@pytest.mark.long
def test_waves_of_simulated_normals_vary_together_as_those_of_ptbxl(records: Path) -> None:
    real, simulated = both_cohorts(records, heights, copies=4)
    apart = (real.corr("spearman") - simulated.corr("spearman")).to_numpy()
    p_waves = slice(len(INDEPENDENT_LEADS))
    for pairs in (apart, apart[p_waves, p_waves]):
        above = pairs[np.triu_indices(len(pairs), k=1)]
        assert np.sqrt(np.mean(above**2)) < TOLERATED_CORRELATION
