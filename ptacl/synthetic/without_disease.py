"""The same simulated heart rendered with and without its disease: exact truth, point by point.

Latents, torso, rhythm and noise come from the same streams. Only what the disease gates differs,
and what follows from it: a scar also lowers the ejection fraction, which flattens T. Strain is no
flag of the simulation but follows from the mass, so it is removed from the repolarisation alone:
QRS voltages stay as they are.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
import pandas as pd
from jaxtyping import Bool, Float64

from ptacl.synthetic.cohort import draw_truths
from ptacl.synthetic.drivers import Drivers, drivers_of
from ptacl.synthetic.ecg import (
    DURATION_S,
    SAMPLE_RATE_HZ,
    clean_signal,
    draw_recording,
    missing_leads,
    recorded_signal,
)
from ptacl.synthetic.physiology import Latents, draw_latents, heart
from ptacl.synthetic.rhythm import Beats, draw_beats
from ptacl.synthetic.streams import Stream, generator
from ptacl.synthetic.waves import BeatShape, draw_beat_shape
from ptacl.types import Ages, Ecg, EcgSignal

DISEASES = ("block", "scar", "strain", "ectopy")
FLAGS = ("dcm", "hyp", "rvl", "lbbb", "rbbb", "af", "ectopy", "scar_size")
"""Columns of `draw_truths` that are 0 in a heart without disease."""
STRAINED_MASS_LOG = 0.28
"""Strain grows from .18, a mass 20 % above the mean; here half of it is reached."""
ECG_SCAR = 0.055
"""Share of the muscle from which a scar shows on the ECG (`scar.ecg_severity` of one half)."""
_NEVER = 9.0
"""A latent normal that opens no gate."""
_GATES = {"block": ("lbbb", "rbbb"), "scar": ("scar_gate",), "ectopy": ("ectopy",), "strain": ()}


@dataclass(frozen=True, slots=True)
class Twins:
    """A recorded ECG, and the undisturbed signals of its heart with and without the disease."""

    ecg: Ecg
    r_waves_s: Float64[np.ndarray, " beats"]
    """R waves within the recording."""
    with_mv: EcgSignal
    without_mv: EcgSignal


def without_disease(truths: pd.DataFrame) -> Bool[np.ndarray, " subjects"]:
    """Return which hearts have none of the simulated diseases.

    Args:
        truths: from `draw_truths`, or the truth of a store, with the columns `FLAGS`.
    """
    return (truths[list(FLAGS)] == 0).all(axis=1).to_numpy()


def subjects_with(
    disease: str, seed: int, indices: Sequence[int], ages: Ages = "adults"
) -> list[int]:
    """Return the subjects with one disease, which may have others beside it.

    Args:
        disease: one of `DISEASES`; a scar counts if it shows on the ECG.
        seed: of the cohort.
        indices: of the subjects.
        ages: of the cohort.
    """
    truths = draw_truths(seed, indices, ages=ages)
    has = {
        "block": (truths["lbbb"] > 0) | (truths["rbbb"] > 0),
        "scar": truths["scar_size"] >= ECG_SCAR,
        "strain": truths["ecg_mass_log"] >= STRAINED_MASS_LOG,
        "ectopy": truths["ectopy"] > 0,
    }[disease]
    return np.asarray(indices)[has.to_numpy()].tolist()


def simulate_twins(
    seed: int, index: int, disease: str, *, repeat: int = 0, ages: Ages = "adults"
) -> Twins:
    """Simulate the ECG of a heart, with the signal of the same heart without one disease.

    Args:
        seed: see `simulate_subject`.
        index: see `simulate_subject`.
        disease: one of `DISEASES`.
        repeat: see `simulate_ecg`; the recorded ECG is that of `simulate_ecg`, bit for bit.
        ages: see `simulate_subject`.

    Example:
        >>> twins = simulate_twins(1, 45, "scar")
        >>> bool(np.isclose(twins.with_mv, twins.without_mv).all())
        False
    """
    latents = draw_latents(seed, [index], 1.0)[0]
    ill = drivers_of(heart(latents, ages=ages))
    well = drivers_of(heart(_healed(latents, disease), ages=ages))
    shape = _shape(seed, index, repeat, ill, ill)
    healed = _shape(seed, index, repeat, well, ill)
    if disease == "strain":
        slim = replace(ill, mass_log=min(ill.mass_log, 0.0))
        healed = replace(shape, t=_shape(seed, index, repeat, slim, ill).t)
    beats = _beats(seed, index, repeat, ill)
    recording = draw_recording(generator(seed, index, Stream.RECORDING, repeat))
    recorded = recorded_signal(_stream(seed, index, repeat), ill, shape, beats, recording)
    inside = (beats.times_s >= 0) & (beats.times_s < DURATION_S)
    return Twins(
        ecg=Ecg(recorded, float(SAMPLE_RATE_HZ), "simulated", missing=missing_leads(recording)),
        r_waves_s=beats.times_s[inside],
        with_mv=clean_signal(_stream(seed, index, repeat), ill, shape, beats),
        without_mv=clean_signal(
            _stream(seed, index, repeat), well, healed, _beats(seed, index, repeat, well)
        ),
    )


def _healed(latents: Latents, disease: str) -> Latents:
    return {**latents, **{gate: np.array([_NEVER]) for gate in _GATES[disease]}}


def _stream(seed: int, index: int, repeat: int) -> np.random.Generator:
    return generator(seed, index, Stream.ECG_SIGNAL, repeat)


def _shape(seed: int, index: int, repeat: int, drivers: Drivers, drawn_as: Drivers) -> BeatShape:
    torso = generator(seed, index, Stream.TORSO, repeat)
    return draw_beat_shape(torso, drivers, drawn_as)


def _beats(seed: int, index: int, repeat: int, drivers: Drivers) -> Beats:
    return draw_beats(
        generator(seed, index, Stream.RHYTHM, repeat),
        rr_s=drivers.rr_s,
        old_years=drivers.old_years,
        fibrillating=bool(drivers.af),
        ectopic=bool(drivers.ectopy),
        duration_s=DURATION_S,
    )
