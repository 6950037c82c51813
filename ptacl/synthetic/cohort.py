"""Simulation of subjects: physiology first, then the two signals.

Every pair is marked as simulated: ``source_format`` is ``simulated``, and ``truth`` contains the
ground truth of the simulation.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np
import pandas as pd
from jaxtyping import Float64, UInt8

from ptacl.errors import PtaclError
from ptacl.signal.heart_labels import Labels
from ptacl.synthetic.appearance.rendering import draw_random_cine
from ptacl.synthetic.chest import Chest, draw_chest
from ptacl.synthetic.cine import render_cine, spacing_mm
from ptacl.synthetic.contours import FRAMES, Motion, slice_motion
from ptacl.synthetic.drivers import Drivers, drivers_of
from ptacl.synthetic.ecg import (
    DURATION_S,
    SAMPLE_RATE_HZ,
    Recording,
    draw_recording,
    missing_leads,
    recorded_signal,
)
from ptacl.synthetic.masks import label_cine, label_stack
from ptacl.synthetic.mechanics import longitudinal_shortening_pct, timings
from ptacl.synthetic.physiology import Heart, Latents, Values, draw_latents, heart
from ptacl.synthetic.rhythm import Beats, draw_beats
from ptacl.synthetic.stack import SLICE_STEP_MM, render_stack
from ptacl.synthetic.streams import Stream, generator
from ptacl.synthetic.waves import draw_beat_shape
from ptacl.types import Ages, Appearance, Cine, Ecg, Pair, Subject


@dataclass(frozen=True, slots=True)
class _Hearts:
    """Physiology of n subjects: the hearts of the scan and the hearts of the ECG."""

    scan: Heart
    ecg: Heart
    z: Latents
    rr_scan_s: Values


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
    _check(seed, [index], coupling, size)
    hearts = _draw(seed, [index], coupling, ages)
    recording = draw_recording(generator(seed, index, Stream.RECORDING))
    columns = _columns(hearts, [recording], coupling)
    truth = {name: float(values[0]) for name, values in columns.items()}
    subject = _subject(f"S{seed}-{index:05d}", hearts.scan)
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
        return _timed(_plain_frames(*place, size), heart.truth, size)
    frames = draw_random_cine(*place, repeat=repeat, spread_mm=spread_mm, size=size)
    return _timed(frames, heart.truth, size)


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
    chest = _chest(seed, index, _draw(seed, [index], coupling, ages), pair.truth)
    frames = render_stack(
        generator(seed, index, Stream.STACK_NOISE),
        chest,
        slice_motion(chest, pair.truth, pair.subject.phenotypes),
        pair.cine.frames,
        count=slices,
        ghosting=0.06 * pair.truth["af_scan"],
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


@dataclass(frozen=True, slots=True)
class SliceGeometry:
    """What the middle slice of a simulated subject is drawn from."""

    chest: Chest
    motion: Motion
    truth: Mapping[str, float]
    step_mm: float
    """Pixel spacing."""


def slice_geometry(
    seed: int, index: int, *, coupling: float = 1.0, ages: Ages = "biobank", size: int = 64
) -> SliceGeometry:
    """Return the geometry of a simulated subject's middle slice.

    Args:
        seed: see `simulate_subject`.
        index: see `simulate_subject`.
        coupling: see `simulate_subject`.
        ages: see `simulate_subject`.
        size: see `simulate_subject`.

    Raises:
        PtaclError: see `simulate_subject`.
    """
    _check(seed, [index], coupling, size)
    hearts = _draw(seed, [index], coupling, ages)
    recording = draw_recording(generator(seed, index, Stream.RECORDING))
    columns = _columns(hearts, [recording], coupling)
    truth = {name: float(values[0]) for name, values in columns.items()}
    subject = _subject(f"S{seed}-{index:05d}", hearts.scan)
    chest = _chest(seed, index, hearts, truth)
    return SliceGeometry(
        chest, slice_motion(chest, truth, subject.phenotypes), truth, spacing_mm(size)
    )


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
    _check(seed, indices, coupling, 64)
    hearts = _draw(seed, indices, coupling, ages)
    recordings = [draw_recording(generator(seed, i, Stream.RECORDING)) for i in indices]
    columns = {
        "sex": np.where(hearts.scan.male > 0, "male", "female"),
        "age_years": hearts.scan.age_years,
        "height_cm": hearts.scan.height_cm,
        "weight_kg": hearts.scan.weight_kg,
        **hearts.scan.phenotypes,
        **_columns(hearts, recordings, coupling),
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
    _check(seed, [index], coupling, 64)
    drivers = drivers_of(_draw(seed, [index], coupling, ages).ecg)
    recording = draw_recording(generator(seed, index, Stream.RECORDING, repeat))
    beats = _beats(seed, index, drivers, repeat)
    return _ecg(seed, index, drivers, recording, beats, repeat), _recorded(beats)


def beat_times_s(
    seed: int, index: int, *, coupling: float = 1.0, ages: Ages = "biobank"
) -> Float64[np.ndarray, " beats"]:
    """Return the true R waves in the 10 s recording of a subject in s, ectopic beats included."""
    _check(seed, [index], coupling, 64)
    return _recorded(_beats(seed, index, drivers_of(_draw(seed, [index], coupling, ages).ecg)))


def _recorded(beats: Beats) -> Float64[np.ndarray, " beats"]:
    """Return the times of the R waves inside the recording."""
    return beats.times_s[(beats.times_s >= 0) & (beats.times_s < DURATION_S)]


def _check(seed: int, indices: Sequence[int], coupling: float, size: int) -> None:
    lowest = min(indices, default=0)
    if seed < 0 or lowest < 0:
        raise PtaclError(
            f"Seed and subject index start at 0, got seed {seed}, index {lowest}.",
            code="option.invalid",
        )
    if not 0 <= coupling <= 1:
        raise PtaclError(
            f"coupling must be between 0 (nothing shared) and 1, got {coupling}.",
            code="option.invalid",
        )
    if size < 16:
        raise PtaclError(
            f"A cine of {size} × {size} pixels is too small; use at least 16.",
            code="option.invalid",
        )


def _draw(seed: int, indices: Sequence[int], coupling: float, ages: Ages = "biobank") -> _Hearts:
    z, z_ecg = draw_latents(seed, indices, coupling)
    scan = heart(z, ages=ages)
    ecg = scan if z is z_ecg else heart(z_ecg, scan.hr_bpm, ages)
    # The scan is made at another time of the day: its heart rate is close to that of the ECG.
    return _Hearts(scan, ecg, z, 60 / np.clip(scan.hr_bpm + 4 * z["scan_rate"], 40, 115))


def _columns(
    hearts: _Hearts, recordings: Sequence[Recording], coupling: float
) -> dict[str, Values]:
    """Return ``Pair.truth`` of each subject; ``ecg_…`` are values of the ECG's heart."""
    scan, ecg = hearts.scan, hearts.ecg
    rr_ecg_s = 60 / ecg.hr_bpm
    return {
        **timings(scan, hearts.z, hearts.rr_scan_s),
        "lv_shortening_pct": longitudinal_shortening_pct(
            scan.phenotypes["lvef_pct"], hearts.z["shortening"]
        ),
        "rr_ecg_ms": 1000 * rr_ecg_s,
        "hr_ecg_bpm": ecg.hr_bpm,
        "hr_scan_bpm": 60 / hearts.rr_scan_s,
        "qt_ms": 1000 * ecg.qtc_s * np.cbrt(rr_ecg_s),
        "pr_ms": np.where(ecg.af > 0, np.nan, 1000 * ecg.pr_s),
        "qrs_ms": np.where(ecg.lbbb > 0, 150, 82) * ecg.qrs_width + 38 * ecg.rbbb,
        "lbbb": ecg.lbbb,
        "rbbb": ecg.rbbb,
        "af": ecg.af,
        "ectopy": ecg.ectopy,
        "ecg_scar_size": ecg.scar_size,
        "ecg_scar_territory": ecg.scar_territory,
        "af_scan": scan.af,
        "lbbb_scan": scan.lbbb,
        "scar_size": scan.scar_size,
        "scar_territory": scan.scar_territory,
        "dcm": scan.dcm,
        "hyp": scan.hyp,
        "rvl": scan.rvl,
        "adiposity": scan.adiposity,
        "bsa_m2": scan.bsa_m2,
        "ecg_mass_log": ecg.mass_log,
        "ecg_lv_size_log": ecg.lv_size_log,
        "ecg_rv_size_log": ecg.rv_size_log,
        "ecg_ef_score": ecg.ef_score,
        "flat_lead": np.array([float(r.flat_lead) for r in recordings]),
        "noise_mv": np.array([r.noise_mv for r in recordings]),
        "noisy_electrode": np.array([float(r.noisy_electrode) for r in recordings]),
        "coupling": np.full(ecg.hr_bpm.shape, float(coupling)),
    }


def _subject(subject_id: str, scan: Heart) -> Subject:
    return Subject(
        subject_id,
        sex="male" if scan.male[0] else "female",
        age_years=float(scan.age_years[0]),
        height_cm=float(scan.height_cm[0]),
        weight_kg=float(scan.weight_kg[0]),
        phenotypes={key: float(values[0]) for key, values in scan.phenotypes.items()},
    )


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


def _chest(seed: int, index: int, hearts: _Hearts, truth: Mapping[str, float]) -> Chest:
    return draw_chest(
        generator(seed, index, Stream.CHEST),
        length=float(hearts.z["length"][0]),
        rvl=truth["rvl"],
        adiposity=truth["adiposity"],
    )


def _cine(
    seed: int,
    index: int,
    hearts: _Hearts,
    truth: dict[str, float],
    subject: Subject,
    size: int,
    appearance: Appearance = "plain",
) -> Cine:
    chest = _chest(seed, index, hearts, truth)
    motion = slice_motion(chest, truth, subject.phenotypes)
    if appearance == "random":
        frames = draw_random_cine(seed, index, chest, motion, truth, size=size)
    else:
        frames = _plain_frames(seed, index, chest, motion, truth, size)
    return _timed(frames, truth, size)


def _plain_frames(
    seed: int, index: int, chest: Chest, motion: Motion, truth: Mapping[str, float], size: int
) -> UInt8[np.ndarray, "frames rows columns"]:
    noise, ghosting = generator(seed, index, Stream.CINE_NOISE), 0.06 * truth["af_scan"]
    return render_cine(noise, chest, motion, size=size, ghosting=ghosting)


def _timed(
    frames: UInt8[np.ndarray, "frames rows columns"], truth: Mapping[str, float], size: int
) -> Cine:
    step, rr_ms = spacing_mm(size), truth["rr_scan_ms"]
    return Cine(frames, (step, step), np.arange(FRAMES) * rr_ms / FRAMES, rr_ms, "simulated")
