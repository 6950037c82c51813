"""ECGs of known rhythm to train and test on: re-laid simulated sinus ECGs, and the simulator's own.

The simulator gives exact truth for sinus rhythm, fibrillation and premature beats; its beats are
laid again (`made`) as every rhythm. Noise of bad recordings is added to a part of them.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

import numpy as np
from jaxtyping import Float64

from ptacl.rhythm.features import as_vector, find_rhythm_features
from ptacl.rhythm.made import MAKERS, MadeRhythm
from ptacl.signal.delineation.beats import find_r_peaks
from ptacl.signal.filters import highpass
from ptacl.signal.laid_beats import cut_between_beats
from ptacl.synthetic import draw_truths, simulate_ecg
from ptacl.types import FROM_INDEPENDENT, RHYTHMS, EcgSignal, RhythmName

RATE_HZ = 500.0
HIGHPASS_HZ = 0.5
"""Of the recipes: features are measured on prepared ECGs."""
REPEATS: dict[RhythmName, int] = {
    "sinus": 2, "atrial_fibrillation": 4, "flutter": 2, "ectopy": 2, "paced": 1, "other": 2,
}  # fmt: skip
"""How often each maker of a rhythm is used for a heart."""
NOISY_SHARE = 0.5
POOL = 40
"""Hearts are drawn this often to find one in fibrillation and one with premature beats."""
Origin = Literal["laid", "simulator"]


@dataclass(frozen=True, slots=True)
class Examples:
    """Features of n ECGs of known rhythm."""

    features: Float64[np.ndarray, "ecgs features"]
    names: tuple[RhythmName, ...]
    kinds: tuple[str, ...]
    origins: tuple[Origin, ...]
    hearts: tuple[int, ...]

    def rows(self, wanted: "np.ndarray") -> "Examples":
        """Return the examples of a mask."""
        index = np.flatnonzero(wanted)
        return Examples(
            self.features[index],
            tuple(self.names[i] for i in index),
            tuple(self.kinds[i] for i in index),
            tuple(self.origins[i] for i in index),
            tuple(self.hearts[i] for i in index),
        )


def made_from_simulation(
    seed: int, hearts: int
) -> Iterator[tuple[int, Origin, MadeRhythm]]:  # fmt: skip
    """Yield ECGs of known rhythm of simulated adults.

    Args:
        seed: of the simulation and of all that is drawn.
        hearts: number of hearts in sinus rhythm for all other rhythms.
    """
    truth = draw_truths(seed, range(hearts * 3), ages="adults")
    af, ectopy = truth["af"].to_numpy() > 0, truth["ectopy"].to_numpy() > 0
    for index in np.flatnonzero(~af & ~ectopy)[:hearts]:
        rng = np.random.default_rng([seed, int(index)])
        ecg, r_s = simulate_ecg(seed, int(index), ages="adults")
        none = np.empty(0, dtype=np.int64)
        peaks = np.rint(r_s * RATE_HZ).astype(np.int64)
        yield int(index), "simulator", MadeRhythm(ecg.signal_mv, peaks, none, "sinus", "sinus")
        cut = cut_between_beats(ecg.signal_mv, find_r_peaks(ecg.signal_mv, RATE_HZ), RATE_HZ)
        if cut is None:
            continue
        for name, makers in MAKERS.items():
            for maker in makers:
                for _ in range(REPEATS[name]):
                    yield int(index), "laid", maker(cut, rng)
    names: tuple[tuple[RhythmName, np.ndarray], ...] = (
        ("atrial_fibrillation", af), ("ectopy", ectopy & ~af),
    )  # fmt: skip
    for name, flag in names:
        for index in np.flatnonzero(flag):
            for repeat in range(2):
                ecg, r_s = simulate_ecg(seed, int(index), repeat, ages="adults")
                peaks, none = np.rint(r_s * RATE_HZ).astype(np.int64), np.empty(0, dtype=np.int64)
                kind = name.replace("_", " ")
                yield int(index), "simulator", MadeRhythm(ecg.signal_mv, peaks, none, name, kind)


def simulated_examples(seed: int, hearts: int) -> Examples:
    """Measure ECGs of known rhythm of simulated adults, with the detector's own R peaks.

    Args:
        seed: of the simulation and of all that is drawn.
        hearts: number of hearts in sinus rhythm for all other rhythms.
    """
    rows: list[np.ndarray] = []
    columns: list[tuple[RhythmName, str, Origin, int]] = []
    for number, (heart, origin, made) in enumerate(made_from_simulation(seed, hearts)):
        vector = measured(made, np.random.default_rng([seed, heart, number]))
        if vector is not None:
            rows.append(vector)
            columns.append((made.name, made.kind, origin, heart))
    names, kinds, origins, indices = zip(*columns, strict=True)
    return Examples(np.stack(rows), names, kinds, origins, indices)


def measured(
    made: MadeRhythm, rng: np.random.Generator | None = None
) -> Float64[np.ndarray, " features"] | None:
    """Return the features of an ECG of known rhythm; None with too few beats.

    Args:
        made: the ECG.
        rng: draws added noise in a part of the ECGs, and single false stimuli; None adds none.
    """
    signal, spikes = made.signal_mv, made.spikes
    if rng is not None:
        if rng.random() < NOISY_SHARE:
            signal = signal + recording_noise(rng, signal.shape[1])
        if rng.random() < 0.05:
            spikes = np.sort(np.append(spikes, rng.integers(signal.shape[1])))
    prepared = highpass(signal.astype(np.float32), RATE_HZ, HIGHPASS_HZ)
    findings = find_rhythm_features(prepared, find_r_peaks(prepared, RATE_HZ), RATE_HZ, spikes)
    return None if findings is None else as_vector(findings)


def recording_noise(rng: np.random.Generator, samples: int) -> EcgSignal:
    """Draw muscle noise of 5 to 50 µV and a wandering baseline, both at the electrodes."""
    muscle = float(np.exp(rng.uniform(np.log(0.005), np.log(0.05))))
    white = rng.standard_normal((8, samples))
    white[:, 1:] += 0.6 * white[:, :-1]
    leads = muscle * np.exp(0.4 * rng.standard_normal((8, 1))) * white / 1.17
    time = np.arange(samples) / RATE_HZ
    for hz in rng.uniform(0.05, 1.2, 5):
        height = 0.05 * float(np.exp(rng.standard_normal() * 0.7)) / (1 + hz)
        wave = np.sin(2 * np.pi * (hz * time + rng.uniform()))
        leads += height * rng.standard_normal((8, 1)) * wave
    return (FROM_INDEPENDENT @ leads).astype(np.float32)


def class_numbers(names: tuple[RhythmName, ...]) -> "np.ndarray":
    """Return the index of each rhythm in `RHYTHMS`."""
    return np.array([RHYTHMS.index(name) for name in names])
