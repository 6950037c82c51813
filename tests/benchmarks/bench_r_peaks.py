"""R peaks on the PTB-XL records and on made rhythms: beats off, agreement with others, time an ECG.

    python -m tests.benchmarks.bench_r_peaks ../shared/data/ecg/wfdb_ptbxl

with any number of folders.

The peers, each on leads II, V2 and V5: `xqrs` of wfdb, and where they are installed neurokit2 and
the Hamilton detector of py-ecg-detectors; beside them a simple Pan–Tompkins on the best single lead
(tests/signal/made_ecgs.py). A record is off where two different peers find the same beats and no
two find ours. Beats within 0.3 s of the ends do not count: the peers need that to begin.
"""

import csv
import importlib.util
import sys
import time
import warnings
from collections.abc import Callable
from itertools import combinations
from pathlib import Path

import numpy as np
import wfdb
from wfdb.processing import xqrs_detect

from ptacl.signal.delineation.beats import find_r_peaks, refine
from ptacl.signal.delineation.qrs_band import qrs_magnitude
from ptacl.types import LEADS
from tests.signal.made_ecgs import f1_score, peer_r_peaks
from tests.signal.made_rhythms import KINDS, missed_and_extra

RATE_HZ = 500.0
SAME, ENDS = 75, 150
"""Samples: two peaks of one beat lie no further apart (peers mark R or S, and late); not counted
at the ends."""

Detector = Callable[[np.ndarray], np.ndarray]


def xqrs(lead: np.ndarray) -> np.ndarray:
    return np.asarray(xqrs_detect(lead, RATE_HZ, verbose=False), dtype=np.int64).ravel()


def neurokit(lead: np.ndarray) -> np.ndarray:
    import neurokit2

    clean = neurokit2.ecg_clean(lead, sampling_rate=int(RATE_HZ))
    return neurokit2.ecg_peaks(clean, sampling_rate=int(RATE_HZ))[1]["ECG_R_Peaks"]


def hamilton(lead: np.ndarray) -> np.ndarray:
    from ecgdetectors import Detectors

    return np.asarray(Detectors(RATE_HZ).hamilton_detector(lead), dtype=np.int64)


PEERS: dict[str, tuple[str, Detector]] = {
    "wfdb xqrs": ("wfdb", xqrs),
    "neurokit2": ("neurokit2", neurokit),
    "Hamilton": ("ecgdetectors", hamilton),
}
"""Name → the module that must be there, and the detector."""


def installed() -> dict[str, Detector]:
    found = {}
    for name, (module, detector) in PEERS.items():
        if importlib.util.find_spec(module):
            found[name] = detector
        else:
            print(f"{name}: {module} is not installed, skipped")
    return found


def same_beats(ours: np.ndarray, theirs: np.ndarray, samples: int) -> bool:
    """Whether each beat of one has a beat of the other, but at the ends."""
    if not ours.size or not theirs.size:
        return False
    near = np.abs(ours[:, None] - theirs) <= SAME
    inner = [(peaks > ENDS) & (peaks < samples - ENDS) for peaks in (ours, theirs)]
    return bool(near.any(axis=1)[inner[0]].all() and near.any(axis=0)[inner[1]].all())


def found_by(peers: dict[str, Detector], signal: np.ndarray) -> list[tuple[str, np.ndarray]]:
    found = []
    for name, detector in peers.items():
        for lead in ("II", "V2", "V5"):
            try:
                peaks = detector(signal[LEADS.index(lead)].astype(np.float64))
            except Exception as error:  # a peer that fails on a lead found nothing there
                print(f"  {name} on {lead}: {type(error).__name__}")
                continue
            found.append((name, np.asarray(peaks, dtype=np.int64)))
    return found


def is_off(ours: np.ndarray, found: list[tuple[str, np.ndarray]], samples: int) -> bool:
    """Whether two different peers agree on other beats, and no two on ours."""
    agreeing = [
        first
        for (one, first), (other, second) in combinations(found, 2)
        if one != other and same_beats(first, second, samples)
    ]
    return bool(agreeing) and not any(same_beats(ours, peaks, samples) for peaks in agreeing)


def on_records(folder: Path, peers: dict[str, Detector]) -> None:
    with (folder / "records.csv").open() as table:
        files = [row["file"] for row in csv.DictReader(table)]
    taken, off, scores = [], [], []
    for file in files:
        signal = wfdb.rdrecord(str(folder / file)).p_signal.T.astype(np.float32)
        start = time.perf_counter()
        ours = find_r_peaks(signal, RATE_HZ)
        taken.append(time.perf_counter() - start)
        if is_off(ours, found_by(peers, signal), signal.shape[1]):
            off.append(file)
        theirs = refine(xqrs(signal[1].astype(float)), qrs_magnitude(signal, RATE_HZ), RATE_HZ)
        scores.append(
            (f1_score(ours, peer_r_peaks(signal, RATE_HZ), 25), f1_score(ours, theirs, 25))
        )
    single, lead_ii = np.mean(scores, axis=0)
    print(f"{folder.name}: {len(files)} records, off by a beat {len(off)} {off}")
    print(f"  mean F1 against the single-lead Pan–Tompkins {single:.3f}, xqrs on II {lead_ii:.3f}")
    print(f"  median time {1e3 * np.median(taken):.1f} ms an ECG")


def on_made_rhythms() -> None:
    wrong, count = [], 0
    for rate_hz in (250.0, 500.0, 1000.0):
        for noise_mv in (0.003, 0.02):
            for kind, make in KINDS.items():
                ecg = make(rate_hz=rate_hz, noise_mv=noise_mv)
                count += 1
                if missed_and_extra(find_r_peaks(ecg.signal_mv, rate_hz), ecg) != ([], []):
                    wrong.append(f"{kind} at {rate_hz:.0f} Hz, {noise_mv} mV")
    print(f"made rhythms: {len(KINDS)} kinds, {count} ECGs, wrong {len(wrong)} {wrong}")


def main(folders: list[Path]) -> None:
    warnings.simplefilter("ignore")
    peers = installed()
    on_made_rhythms()
    for folder in folders:
        on_records(folder, peers)


if __name__ == "__main__":
    main([Path(name) for name in sys.argv[1:]])
