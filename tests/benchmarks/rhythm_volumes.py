"""Volumes under another rhythm: the factor of the intervals in fibrillation, and the control.

    python -m tests.benchmarks.rhythm_volumes [--checkpoint checkpoints/demo] [--hearts 120]

Factor: simulated hearts in atrial fibrillation and in sinus rhythm, drawn anew: the 90 % quantile
of the error over the half width of its interval, of each phenotype; the ratio of the two groups,
and what the interval in fibrillation must be multiplied by to hold 90 %. Control: the beats of
hearts in sinus rhythm laid as fibrillation, then the same laid regular: the flag must come and go,
and the volumes stay within .1 SD.
"""

import argparse

import numpy as np

import ptacl
from ptacl.rhythm import read_rhythm
from ptacl.rhythm.made import fibrillation, regular_times
from ptacl.signal.delineation.beats import find_r_peaks
from ptacl.signal.filters import highpass
from ptacl.signal.laid_beats import cut_between_beats, lay_beats
from ptacl.synthetic import draw_truths, simulate_ecg

RATE_HZ = 500.0
SEED = 40
"""Of no other simulation of this project."""


def predictions(model, signal_mv):
    """Value and half width of each phenotype of a raw 500 Hz ECG, as if nothing were withheld."""
    prepared = highpass(signal_mv.astype(np.float32), RATE_HZ, 0.5)
    peaks = find_r_peaks(prepared, RATE_HZ)
    _, features = model.encode(prepared, peaks)
    value, low, high = (column[0] for column in model.gallery.heads.predict(features[None]))
    return value, (high - low) / 2


def rhythm_name(signal_mv):
    prepared = highpass(signal_mv.astype(np.float32), RATE_HZ, 0.5)
    rhythm = read_rhythm(prepared, find_r_peaks(prepared, RATE_HZ), RATE_HZ)
    return None if rhythm is None else rhythm.name


def factor(model, hearts):
    keys = list(model.gallery.heads.keys)
    truth = draw_truths(SEED, range(40 * hearts), ages="adults")
    af = truth["af"].to_numpy() > 0
    print(f"{af.sum()} of {af.size} simulated adults are in fibrillation")
    quantiles = {}
    for name, group in (("fibrillation", np.flatnonzero(af)), ("others", np.flatnonzero(~af))):
        scores = []
        for index in group[:hearts]:
            ecg, _ = simulate_ecg(SEED, int(index), ages="adults")
            value, half = predictions(model, ecg.signal_mv)
            wrong = np.abs(truth.iloc[index][keys].to_numpy(dtype=float) - value)
            scores.append(wrong / half)
        scores = np.array(scores)
        quantiles[name] = np.quantile(scores, 0.9, axis=0)
        inside = (scores <= 1).mean(axis=0)
        print(f"{name:13} n {len(scores)}  inside the 90 % interval: "
              + " ".join(f"{k} {v:.2f}" for k, v in zip(keys, inside, strict=True)))  # fmt: skip
    ratio = quantiles["fibrillation"] / quantiles["others"]
    for key, q, r in zip(keys, quantiles["fibrillation"], ratio, strict=True):
        print(f"{key:10} factor for 90 % in fibrillation {q:.2f}, ratio to the others {r:.2f}")
    print(f"largest factor {quantiles['fibrillation'].max():.2f}, mean ratio {ratio.mean():.2f}")


def control(model, hearts):
    keys = list(model.gallery.heads.keys)
    sd = model.gallery.table[keys].std().to_numpy()
    truth = draw_truths(SEED, range(3 * hearts), ages="adults")
    fit = (truth["af"] == 0) & (truth["ectopy"] == 0)
    flagged = regular_flagged = count = 0
    moved, moved_af, laid_again = [], [], []
    for index in np.flatnonzero(fit)[:hearts]:
        rng = np.random.default_rng([SEED, int(index)])
        ecg, _ = simulate_ecg(SEED, int(index), ages="adults")
        cut = cut_between_beats(ecg.signal_mv, find_r_peaks(ecg.signal_mv, RATE_HZ), RATE_HZ)
        if cut is None:
            continue
        made = fibrillation(cut, rng)
        # the beats of the fibrillating ECG itself, laid at its own mean interval
        again = cut_between_beats(made.signal_mv, find_r_peaks(made.signal_mv, RATE_HZ), RATE_HZ)
        if again is None:
            continue
        rr_s = float(np.diff(made.r_peaks).mean()) / RATE_HZ
        regular, _ = lay_beats(again, regular_times(rng, rr_s, 0.005), rng, with_p=False)
        sinus, _ = lay_beats(cut, regular_times(rng, cut.rr_s, 0.01), rng)
        own, fibrillating, steady, laid = (
            predictions(model, s)[0] for s in (ecg.signal_mv, made.signal_mv, regular, sinus)
        )
        count += 1
        flagged += rhythm_name(made.signal_mv) == "atrial_fibrillation"
        regular_flagged += rhythm_name(regular) == "atrial_fibrillation"
        moved.append((steady - fibrillating) / sd)
        moved_af.append((fibrillating - own) / sd)
        laid_again.append((laid - own) / sd)
    print(f"laid as fibrillation: {flagged} of {count} named so; the same laid regular: "
          f"{regular_flagged} of {count}")  # fmt: skip
    for title, steps in (
        ("fibrillation → the same regular", moved),
        ("sinus → laid as sinus again", laid_again),
        ("sinus → fibrillation at another rate", moved_af),
    ):
        steps = np.array(steps)
        print(f"{title}: mean change in SD of the gallery, then the median size")
        pairs = zip(keys, steps.mean(axis=0), np.median(np.abs(steps), axis=0), strict=True)
        print("  " + " ".join(f"{key} {mean:+.2f}/{size:.2f}" for key, mean, size in pairs))


def main() -> None:
    options = argparse.ArgumentParser()
    options.add_argument("--checkpoint", default="checkpoints/demo")
    options.add_argument("--hearts", type=int, default=120)
    given = options.parse_args()
    model = ptacl.load(given.checkpoint)
    factor(model, given.hearts)
    control(model, max(given.hearts // 3, 2))


if __name__ == "__main__":
    main()
