"""Rhythm against the statements of real PTB-XL records: confusion, AUROC, false alarms, time.

    python -m tests.benchmarks.rhythm_figures [../shared/data/ecg/wfdb_ptbxl_more] [--laid]

A record's rhythm is that of its statements: pacing (PACE) before fibrillation (AFIB) before flutter
(AFLT) before premature beats (statements, or extrasystoles named in its report) before sinus
arrhythmia (SARRH) before sinus rhythm. With ``--laid`` the beats of the records in plain sinus
rhythm are laid again as other rhythms (`ptacl.rhythm.made`), whose truth is exact, and as
fibrillation with the f waves of the simulator, which the read-out was mostly not trained on.
"""

import argparse
import ast
import csv
import re
import time
from collections import Counter, defaultdict
from pathlib import Path

import numpy as np

from ptacl.io import read_ecg
from ptacl.metrics.regression import auroc
from ptacl.rhythm import read_rhythm
from ptacl.rhythm.made import MAKERS
from ptacl.signal.delineation.beats import find_r_peaks
from ptacl.signal.filters import highpass
from ptacl.signal.laid_beats import cut_between_beats, lay_beats
from ptacl.signal.preparation import prepare_ecg
from ptacl.synthetic import ecg as simulator
from ptacl.types import FROM_INDEPENDENT, RHYTHMS
from tests.real_files import SHARED

RATE_HZ = 500.0
EXTRASYSTOLES = re.compile("extrasyst|extraslag|premature|bigem", re.IGNORECASE)
TRUTHS = (
    ("paced", {"PACE"}),
    ("atrial fibrillation", {"AFIB"}),
    ("flutter", {"AFLT"}),
    ("premature beats", {"PVC", "PAC", "BIGU", "TRIGU", "VEX", "SVEX"}),
    ("other", {"SVTAC", "PSVT", "2AVB", "3AVB"}),
    ("sinus arrhythmia", {"SARRH", "SVARR"}),
)


def stated_rhythm(codes: set[str], report: str) -> str:
    """Rhythm by the statements of a record."""
    for name, of in TRUTHS:
        if codes & of or (name == "premature beats" and EXTRASYSTOLES.search(report)):
            return name
    return "sinus"


def shown_name(rhythm) -> str:
    if rhythm is None:
        return "not named"
    return rhythm.detail if rhythm.detail == "sinus arrhythmia" else rhythm.name


def auroc_interval(scores: np.ndarray, labels: np.ndarray) -> str:
    """AUROC with a 95 % bootstrap interval over the records."""
    rng, values = np.random.default_rng(0), []
    for _ in range(1000):
        drawn = rng.integers(labels.size, size=labels.size)
        if 0 < labels[drawn].sum() < labels.size:
            values.append(auroc(labels[drawn], scores[drawn]))
    low, high = np.quantile(values, (0.025, 0.975))
    return f"{auroc(labels, scores):.3f} ({low:.3f}–{high:.3f})"


def irregularity(r_peaks: np.ndarray) -> float:
    """The measure of earlier work: median change from one R–R interval to the next, relative."""
    rr = np.diff(r_peaks)
    return float(np.median(np.abs(np.diff(rr))) / np.median(rr)) if rr.size > 1 else 0.0


def records(folder: Path) -> None:
    with (folder / "records.csv").open() as table:
        rows = list(csv.DictReader(table))
    table, wrong = defaultdict(Counter), []
    fibrillates, probabilities, changes, spent, stated = [], [], [], [], []
    for row in rows:
        truth = stated_rhythm(set(ast.literal_eval(row["scp_codes"])), row["report"])
        prepared = prepare_ecg(read_ecg(folder / f"{row['file']}.hea"))
        start = time.process_time()
        signal = prepared.signal_mv[:, : prepared.valid_samples]
        rhythm = read_rhythm(signal, prepared.r_peaks, RATE_HZ, prepared.pacing_spikes)
        spent.append(time.process_time() - start)
        rhythm = rhythm if prepared.quality.usable else None
        name = shown_name(rhythm)
        table[truth][name] += 1
        fibrillates.append(truth == "atrial fibrillation")
        probabilities.append(rhythm.probabilities["atrial_fibrillation"] if rhythm else 0.0)
        changes.append(irregularity(prepared.r_peaks))
        if rhythm is not None:
            same = {"premature beats": "ectopy", "atrial fibrillation": "atrial_fibrillation",
                    "sinus arrhythmia": "sinus"}.get(truth, truth)  # fmt: skip
            stated.append((rhythm.probability, rhythm.name == same))
            if rhythm.name != same:
                wrong.append(f"{row['file']} {truth} → {name} {rhythm.probability:.2f}: "
                             f"{'; '.join(rhythm.evidence)}")  # fmt: skip
    columns = [*RHYTHMS, "sinus arrhythmia", "not named"]
    print("stated".ljust(22) + "".join(c[:10].rjust(12) for c in columns))
    for truth in table:
        print(truth.ljust(22) + "".join(str(table[truth][c] or "").rjust(12) for c in columns))
    labels = np.array(fibrillates)
    if labels.any():
        scores = np.array(probabilities)
        lowest = np.sort(scores[labels])
        print(f"fibrillation, {labels.sum()} against {(~labels).sum()}: AUROC "
              f"{auroc_interval(scores, labels)}; R–R change alone "
              f"{auroc_interval(np.array(changes), labels)}")  # fmt: skip
        print(
            "hits with their false alarms: "
            + ", ".join(
                f"{(scores[labels] >= at).sum()} at {(scores[~labels] >= at).sum()}"
                for at in lowest
            )
        )
    certain, right = np.array(stated).T
    print(f"rhythm as stated {right.mean():.3f}, mean probability {certain.mean():.3f}; "
          f"{1000 * np.median(spent):.0f} ms of processor time an ECG")  # fmt: skip
    print("\n".join(wrong))


def laid(folder: Path) -> None:
    with (folder / "records.csv").open() as listed:
        rows = list(csv.DictReader(listed))
    table, scores, labels = defaultdict(Counter), [], []
    for number, row in enumerate(rows):
        if stated_rhythm(set(ast.literal_eval(row["scp_codes"])), row["report"]) != "sinus":
            continue
        prepared = prepare_ecg(read_ecg(folder / f"{row['file']}.hea"))
        signal = prepared.signal_mv[:, : prepared.valid_samples]
        cut = cut_between_beats(signal, prepared.r_peaks, RATE_HZ)
        if cut is None:
            continue
        rng = np.random.default_rng(number)
        made = [makers[number % len(makers)](cut, rng) for makers in MAKERS.values()]
        examples = [(m.kind, m.name, m.signal_mv, m.spikes) for m in made]
        rr = cut.rr_s * rng.gamma(25, 1 / 25, 40)
        plain, _ = lay_beats(cut, np.cumsum(np.maximum(rr, 0.33)) - 2.0, rng, with_p=False)
        plain = plain + FROM_INDEPENDENT @ simulator._fibrillation(rng)
        none = np.empty(0, dtype=np.int64)
        examples.append(("simulator's f waves", "atrial_fibrillation", plain, none))
        for kind, name, ecg, spikes in examples:
            filtered = highpass(ecg.astype(np.float32), RATE_HZ, 0.5)
            rhythm = read_rhythm(filtered, find_r_peaks(filtered, RATE_HZ), RATE_HZ, spikes)
            table[kind]["not named" if rhythm is None else rhythm.name] += 1
            scores.append(rhythm.probabilities["atrial_fibrillation"] if rhythm else 0.0)
            labels.append(name == "atrial_fibrillation")
    columns = [*RHYTHMS, "not named"]
    print("laid".ljust(30) + "".join(c[:10].rjust(12) for c in columns))
    for kind in sorted(table):
        print(kind.ljust(30) + "".join(str(table[kind][c] or "").rjust(12) for c in columns))
    print(f"laid fibrillation against all other laid: AUROC "
          f"{auroc_interval(np.array(scores), np.array(labels))}")  # fmt: skip


if __name__ == "__main__":
    options = argparse.ArgumentParser()
    options.add_argument("folder", nargs="?", type=Path,
                         default=SHARED / "ecg" / "wfdb_ptbxl_more")  # fmt: skip
    options.add_argument("--laid", action="store_true")
    given = options.parse_args()
    (laid if given.laid else records)(given.folder)
