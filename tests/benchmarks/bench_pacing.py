"""Pacemaker spikes: found on records without any (none should be), and on the same with some added.

    python -m tests.benchmarks.bench_pacing ../shared/data/ecg/wfdb_ptbxl_more

Spikes of random proportions between the leads lie 45 ms before every R peak (on the foot of the
QRS) or 200 ms before it. Each row: the rate, the stimulus, how it was recorded, the share of the
spikes that was found, what was found elsewhere, and the records whose beats are the same.
"""

import csv
import sys
from pathlib import Path

import numpy as np
import wfdb

from ptacl.signal.delineation.beats import find_r_peaks
from ptacl.signal.delineation.pacing import find_spikes, without_spikes
from ptacl.signal.resampling import resample
from tests.signal.made_spikes import spikes

KINDS = {
    "unipolar 8 mV, 0.5 ms": {"height_mv": 8.0, "width_ms": 0.5},
    "unipolar 3 mV, 2 ms, tail": {"height_mv": 3.0, "width_ms": 2.0, "tail": 0.3},
    "biphasic 3 mV, 1 ms": {"height_mv": 3.0, "width_ms": 1.0, "biphasic": True},
    "bipolar 1 mV, 1 ms": {"height_mv": 1.0, "width_ms": 1.0},
    "bipolar 0.5 mV, 2 ms": {"height_mv": 0.5, "width_ms": 2.0},
    "bipolar 0.3 mV, 1 ms, 300 Hz": {"height_mv": 0.3, "width_ms": 1.0, "band_hz": 300.0},
    "1 mV, 1 ms through 40 Hz": {"height_mv": 1.0, "width_ms": 1.0, "band_hz": 40.0},
}
EACH = 6
"""Spikes are added to every sixth record."""


def records(folder: Path) -> list[np.ndarray]:
    with (folder / "records.csv").open() as table:
        files = [row["file"] for row in csv.DictReader(table) if "PACE" not in row["scp_codes"]]
    return [wfdb.rdrecord(str(folder / file)).p_signal.T.astype(np.float32) for file in files]


def with_added(signals: list[np.ndarray], rate_hz: float, before_s: float, kind: dict) -> str:
    rng = np.random.default_rng(0)
    hits, false, same = [], 0, 0
    for signal in signals:
        shape = dict(kind)
        r_times = find_r_peaks(signal, 500.0) / 500.0
        times = r_times[(r_times > before_s + 0.05) & (r_times < 9.9)] - before_s
        heights = rng.normal(size=8)
        heights *= shape.pop("height_mv") / np.abs(heights).max()
        plain = resample(signal, 500.0, rate_hz)
        added = spikes(times, rate_hz, plain.shape[1], heights=heights, **shape)
        found = find_spikes(plain + added, rate_hz)
        apart = np.abs(times[:, None] + 0.003 - found / rate_hz)
        hits.extend((apart < 0.015).any(axis=1))
        false += int((~(apart < 0.015).any(axis=0)).sum())
        beats = find_r_peaks(without_spikes(plain + added, found, rate_hz), rate_hz) / rate_hz
        same += beats.size == r_times.size and np.abs(beats - r_times).max() < 0.03
    return f"found {np.mean(hits):.2f}, elsewhere {false}, beats the same {same} of {len(signals)}"


def main(folder: Path) -> None:
    signals = records(folder)
    for rate_hz in (250.0, 500.0, 1000.0):
        wrong = sum(find_spikes(resample(s, 500.0, rate_hz), rate_hz).size > 0 for s in signals)
        print(f"{rate_hz:.0f} Hz, nothing added: spikes in {wrong} of {len(signals)} records")
        for name, kind in KINDS.items():
            for before_s in (0.045, 0.200):
                said = with_added(signals[::EACH], rate_hz, before_s, kind)
                print(f"  {name:30} {1e3 * before_s:4.0f} ms before R: {said}")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
