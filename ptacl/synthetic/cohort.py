"""Simulation of subjects: physiology first, then the two signals.

Every pair is marked as simulated: ``source_format`` is ``simulated``, and ``truth`` contains the
ground truth of the simulation.
"""

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
import pandas as pd
from jaxtyping import Float64

from ptacl.signal.heart_labels import Labels
from ptacl.synthetic.appearance.rendering import draw_random_cine
from ptacl.synthetic.cine import ghosting_of
from ptacl.synthetic.contours import slice_motion
from ptacl.synthetic.drivers import Drivers, drivers_of
from ptacl.synthetic.ecg import (
    DURATION_S,
    SAMPLE_RATE_HZ,
    Recording,
    draw_recording,
    missing_leads,
    recorded_signal,
)
from ptacl.synthetic.hearts import Hearts, check_request, draw_hearts, subject_of, truth_columns
from ptacl.synthetic.masks import label_cine, label_stack
from ptacl.synthetic.middle_slice import chest_of, plain_frames, slice_geometry, timed_cine
from ptacl.synthetic.rhythm import Beats, draw_beats
from ptacl.synthetic.stack import SLICE_STEP_MM, render_stack
from ptacl.synthetic.streams import Stream, generator
from ptacl.synthetic.waves import draw_beat_shape
from ptacl.types import Ages, Appearance, Cine, Ecg, Pair, Subject


def simulate_subject(
    seed: int,
    index: int,
    *,
    coupling: float = 1.0,
    ages: Ages = "biobank",
    size: int = 64,
    appearance: Appearance = "plain",
) -> Pair:
    """Simulate subject ``index`` of cohort ``seed``, bit for bit independent of other subjects.

    Args:
        seed: seed of the cohort, from 0.
        index: index of the subject, from 0.
        coupling: correlation of the hearts of ECG and scan: 1 = the same heart, 0 = only sex, body
            size and heart rate in common (the negative control).
        ages: 45–82 years as at UK Biobank's imaging visit, or 18–90 as in a hospital.
        size: rows and columns of the cine; the field of view is always 154 mm.
        appearance: of the cine: that of one scanner and chest, or one drawn for each subject
            (`appearance`). The ECG and the heart are the same.

    Returns:
        ECG float32 (12, 5000) in mV at 500 Hz, cine uint8 (50, size, size) with frame i at i/50 of
        the scan's R–R interval, the subject with nine phenotypes, and the ground truth.

    Raises:
        PtaclError: seed or index below 0, coupling outside 0–1, size below 16.

    Example:
        >>> pair = simulate_subject(7, 0)
        >>> pair.subject.subject_id, pair.ecg.signal_mv.shape, pair.cine.frames.shape
        ('S7-00000', (12, 5000), (50, 64, 64))
    """
    check_request(seed, [index], coupling, size)
    hearts = draw_hearts(seed, [index], coupling, ages)
    recording = draw_recording(generator(seed, index, Stream.RECORDING))
    columns = truth_columns(hearts, [recording], coupling)
    truth = {name: float(values[0]) for name, values in columns.items()}
    subject = subject_of(f"S{seed}-{index:05d}", hearts.scan)
    drivers = drivers_of(hearts.ecg)
    ecg = _ecg(seed, index, drivers, recording, _beats(seed, index, drivers))
    cine = _cine(seed, index, hearts, truth, subject, size, appearance)
    return Pair(subject, ecg, cine, truth)


def simulate_cine(
    seed: int,
    index: int,
    *,
    appearance: Appearance = "random",
    repeat: int = 0,
    spread_mm: float = 0.0,
    coupling: float = 1.0,
    ages: Ages = "biobank",
    size: int = 64,
) -> Cine:
    """Simulate the cine of a subject alone, in one of any number of random appearances.

    Args:
        seed: see `simulate_subject`.
        index: see `simulate_subject`.
        appearance: see `simulate_subject`; a plain cine has no repetitions and lies in the middle.
        repeat: number of the appearance, from 0, which is that of `simulate_subject`.
        spread_mm: the slice lies at most this far from the middle one, evenly distributed, so that
            its areas determine the volumes less.
        coupling: see `simulate_subject`.
        ages: see `simulate_subject`.
        size: see `simulate_subject`.

    Raises:
        PtaclError: see `simulate_subject`.

    Example:
        >>> first, second = (simulate_cine(7, 0, repeat=repeat) for repeat in (0, 1))
        >>> first.rr_ms == second.rr_ms, bool((first.frames == second.frames).all())
        (True, False)
    """
    heart = slice_geometry(seed, index, coupling=coupling, ages=ages, size=size)
    place = (seed, index, heart.chest, heart.motion, heart.truth)
    if appearance == "plain":
        return timed_cine(plain_frames(*place, size), heart.truth, size)
    frames = draw_random_cine(*place, repeat=repeat, spread_mm=spread_mm, size=size)
    return timed_cine(frames, heart.truth, size)


def simulate_stack(
    seed: int,
    index: int,
    *,
    slices: int = 10,
    coupling: float = 1.0,
    ages: Ages = "biobank",
    size: int = 64,
) -> tuple[Pair, tuple[Cine, ...]]:
    """Simulate a subject with a whole short-axis stack, slices from base to apex.

    Slice ``slices // 2`` is the cine of `simulate_subject`, bit for bit; the others are further
    sections of the same heart (see `stack`).

    Args:
        seed: see `simulate_subject`.
        index: see `simulate_subject`.
        slices: number of slices.
        coupling: see `simulate_subject`.
        ages: see `simulate_subject`.
        size: see `simulate_subject`.

    Returns:
        The pair of `simulate_subject`, and one cine per slice.
    """
    pair = simulate_subject(seed, index, coupling=coupling, ages=ages, size=size)
    chest = chest_of(seed, index, draw_hearts(seed, [index], coupling, ages), pair.truth)
    frames = render_stack(
        generator(seed, index, Stream.STACK_NOISE),
        chest,
        slice_motion(chest, pair.truth, pair.subject.phenotypes),
        pair.cine.frames,
        count=slices,
        ghosting=ghosting_of(pair.truth),
    )
    return pair, tuple(
        replace(
            pair.cine,
            frames=slice_frames,
            slice_position=position,
            slice_count=slices,
            slice_offset_mm=position * SLICE_STEP_MM,
        )
        for position, slice_frames in enumerate(frames)
    )


def simulate_masks(
    seed: int,
    index: int,
    *,
    slices: int | None = None,
    coupling: float = 1.0,
    ages: Ages = "biobank",
    size: int = 64,
) -> tuple[Labels, ...]:
    """Return the exact labels of a simulated cine or stack.

    Args:
        seed: see `simulate_subject`.
        index: see `simulate_subject`.
        slices: number of slices of `simulate_stack`, from base to apex; by default the one cine of
            `simulate_subject`.
        coupling: see `simulate_subject`.
        ages: see `simulate_subject`.
        size: rows and columns, which may differ from those of the cine.

    Returns:
        Labels (`ptacl.signal.heart_labels`) of each slice, (50, size, size).

    Raises:
        PtaclError: see `simulate_subject`.

    Example:
        >>> [labels.shape for labels in simulate_masks(7, 0)]
        [(50, 64, 64)]
    """
    heart = slice_geometry(seed, index, coupling=coupling, ages=ages, size=size)
    if slices is None:
        return (label_cine(heart.chest, heart.motion, size=size),)
    return tuple(label_stack(heart.chest, heart.motion, size=size, count=slices))


def draw_truths(
    seed: int, indices: Sequence[int], coupling: float = 1.0, ages: Ages = "biobank"
) -> pd.DataFrame:
    """Simulate physiology without signals, about 1,000 times faster than ``simulate_subject``.

    Args:
        seed: see `simulate_subject`.
        indices: indices of the subjects.
        coupling: see `simulate_subject`.
        ages: see `simulate_subject`.

    Returns:
        One row per subject, indexed by ``subject_id``: sex, age_years, height_cm, weight_kg, the
        nine phenotypes and all keys of ``Pair.truth``, equal to those of ``simulate_subject``.
    """
    indices = [int(index) for index in indices]
    check_request(seed, indices, coupling, 64)
    hearts = draw_hearts(seed, indices, coupling, ages)
    recordings = [draw_recording(generator(seed, i, Stream.RECORDING)) for i in indices]
    columns = {
        "sex": np.where(hearts.scan.male > 0, "male", "female"),
        "age_years": hearts.scan.age_years,
        "height_cm": hearts.scan.height_cm,
        "weight_kg": hearts.scan.weight_kg,
        **hearts.scan.phenotypes,
        **truth_columns(hearts, recordings, coupling),
    }
    names = pd.Index([f"S{seed}-{index:05d}" for index in indices], name="subject_id")
    return pd.DataFrame(columns, index=names)


def simulate_ecg(
    seed: int, index: int, repeat: int = 0, *, coupling: float = 1.0, ages: Ages = "biobank"
) -> tuple[Ecg, Float64[np.ndarray, " beats"]]:
    """Simulate an ECG of a subject's heart, recorded in another torso with each ``repeat``.

    Chest, electrodes, shape of the waves, rhythm and noise are drawn anew; the heart, its disease
    and its mean rate are the same. What an encoder learns from several draws of one heart is that
    heart rather than one recording of it.

    Args:
        seed: see `simulate_subject`.
        index: see `simulate_subject`.
        repeat: 0 gives the ECG of `simulate_subject`, bit for bit.
        coupling: see `simulate_subject`.
        ages: see `simulate_subject`.

    Returns:
        The ECG, and the true R waves in the recording in s, ectopic beats included.

    Raises:
        PtaclError: see `simulate_subject`.

    Example:
        >>> ecg, r_waves_s = simulate_ecg(7, 0, repeat=3)
        >>> ecg.signal_mv.shape, bool((r_waves_s < 10).all())
        ((12, 5000), True)
    """
    check_request(seed, [index], coupling, 64)
    drivers = drivers_of(draw_hearts(seed, [index], coupling, ages).ecg)
    recording = draw_recording(generator(seed, index, Stream.RECORDING, repeat))
    beats = _beats(seed, index, drivers, repeat)
    return _ecg(seed, index, drivers, recording, beats, repeat), _recorded(beats)


def beat_times_s(
    seed: int, index: int, *, coupling: float = 1.0, ages: Ages = "biobank"
) -> Float64[np.ndarray, " beats"]:
    """Return the true R waves in the 10 s recording of a subject in s, ectopic beats included."""
    check_request(seed, [index], coupling, 64)
    drivers = drivers_of(draw_hearts(seed, [index], coupling, ages).ecg)
    return _recorded(_beats(seed, index, drivers))


def _recorded(beats: Beats) -> Float64[np.ndarray, " beats"]:
    """Return the times of the R waves inside the recording."""
    return beats.times_s[(beats.times_s >= 0) & (beats.times_s < DURATION_S)]


def _beats(seed: int, index: int, drivers: Drivers, repeat: int = 0) -> Beats:
    return draw_beats(
        generator(seed, index, Stream.RHYTHM, repeat),
        rr_s=drivers.rr_s,
        old_years=drivers.old_years,
        fibrillating=bool(drivers.af),
        ectopic=bool(drivers.ectopy),
        duration_s=DURATION_S,
    )


def _ecg(
    seed: int, index: int, drivers: Drivers, recording: Recording, beats: Beats, repeat: int = 0
) -> Ecg:
    signal = recorded_signal(
        generator(seed, index, Stream.ECG_SIGNAL, repeat),
        drivers,
        draw_beat_shape(generator(seed, index, Stream.TORSO, repeat), drivers),
        beats,
        recording,
    )
    missing = missing_leads(recording)
    return Ecg(signal, float(SAMPLE_RATE_HZ), "simulated", missing=missing)


def _cine(
    seed: int,
    index: int,
    hearts: Hearts,
    truth: dict[str, float],
    subject: Subject,
    size: int,
    appearance: Appearance = "plain",
) -> Cine:
    chest = chest_of(seed, index, hearts, truth)
    motion = slice_motion(chest, truth, subject.phenotypes)
    if appearance == "random":
        frames = draw_random_cine(seed, index, chest, motion, truth, size=size)
    else:
        frames = plain_frames(seed, index, chest, motion, truth, size)
    return timed_cine(frames, truth, size)
