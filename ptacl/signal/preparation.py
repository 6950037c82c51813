"""Preprocessing of ECGs and cines by a recipe."""

from collections.abc import Collection, Mapping
from dataclasses import replace

import numpy as np
from jaxtyping import Float, Float32, Int, Shaped

from ptacl.errors import PtaclError
from ptacl.signal.baseline import asymmetric_least_squares, clip_to_deviations, group_z_score
from ptacl.signal.cine_grid import locate_heart, to_bytes, to_grid, to_phases
from ptacl.signal.delineation.beats import find_r_peaks
from ptacl.signal.delineation.pacing import find_spikes, without_spikes
from ptacl.signal.delineation.qrs_band import with_lone_limb_lead
from ptacl.signal.delineation.rhythm import find_rhythm, rhythm_caveats
from ptacl.signal.filters import highpass
from ptacl.signal.gaps import fill_gaps
from ptacl.signal.quality.absent_leads import estimated_as_absent, leave_out_unusable
from ptacl.signal.quality.assess import odd_leads, overall
from ptacl.signal.quality.lead_statistics import Beat, read_beat
from ptacl.signal.quality.repair import ESTIMATED, RepairedEcg, repair_leads
from ptacl.signal.quality.whole_ecg import gain_before_leaving_out
from ptacl.signal.recipe import CineRecipe, EcgRecipe
from ptacl.signal.resampling import resample
from ptacl.signal.window import best_start
from ptacl.types import Cine, Ecg, EcgQuality, PreparedCine, PreparedEcg

PLAIN_ECG, PLAIN_CINE = EcgRecipe(), CineRecipe()
FEWEST_FRAMES = 8
"""Fewer phases (end diastole and end systole only) do not show motion."""
SAME_PHASE = 1e-3
"""Largest distance to the requested phase (0.1 % of the beat) without interpolation."""


def prepare_ecg(
    ecg: Ecg,
    recipe: EcgRecipe = PLAIN_ECG,
    *,
    repair: bool = True,
    lead_sets: Collection[str] = (),
) -> PreparedEcg:
    """Preprocess an ECG to the sample rate, length, baseline and scale of a recipe.

    The best window of a longer recording is used (`window.best_start`); a shorter one is padded
    with zeros. Pacemaker spikes are detected and removed first. Quality is assessed on the samples
    as read, within the window; leads that must not be used are estimated from the others
    (`quality.repair`). R peaks are detected at the rate of the recipe, before scaling. An ECG
    without faults is only resampled and scaled.

    Args:
        ecg: as read.
        recipe: of the store or the model.
        repair: whether bad leads are estimated; False for simulated cohorts.
        lead_sets: sets for which the model has heads of their own (`signal.lead_sets`). Leads that
            cannot be used are absent then, zero, instead of estimated where the others are such a
            set or too few for an estimate.

    Raises:
        PtaclError: less than one second of signal.
    """
    start = best_start(ecg.signal_mv, ecg.sample_rate_hz, recipe.duration_s)
    stop = start + round(recipe.duration_s * ecg.sample_rate_hz)
    raw = ecg.signal_mv[:, start:stop]
    if raw.shape[1] < ecg.sample_rate_hz or not np.isfinite(raw).any():
        raise PtaclError(
            f"The ECG holds {raw.shape[1] / ecg.sample_rate_hz:.2f} s of signal, "
            "less than one second or only missing samples. Record at least one heartbeat.",
            code="ecg.too_short",
        )
    spikes = find_spikes(raw, ecg.sample_rate_hz)
    raw = without_spikes(raw, spikes, ecg.sample_rate_hz)
    repaired = _repair(raw, ecg, lead_sets)
    moved, r_peaks, beat = _resample_and_find_beats(
        repaired.signal_mv if repair else raw, ecg.sample_rate_hz, recipe
    )
    if odd := odd_leads(beat, repaired):
        repaired = _repair(raw, ecg, lead_sets, odd)
        if repair:
            moved, r_peaks, beat = _resample_and_find_beats(
                repaired.signal_mv, ecg.sample_rate_hz, recipe
            )
    moved_spikes = np.rint(spikes * (recipe.sample_rate_hz / ecg.sample_rate_hz)).astype(np.int64)
    shown = with_lone_limb_lead(moved)
    rhythm = find_rhythm(shown, r_peaks, moved_spikes, recipe.sample_rate_hz)
    quality = overall(repaired, shown, r_peaks, recipe.sample_rate_hz, beat)
    quality = replace(quality, caveats=quality.caveats + rhythm_caveats(rhythm))
    if repaired.absent:
        read_peaks = np.rint(r_peaks * (ecg.sample_rate_hz / recipe.sample_rate_hz)).astype(int)
        gain = gain_before_leaving_out(raw, read_peaks, ecg.sample_rate_hz)
        quality = replace(quality, caveats=gain + quality.caveats)
    if repair and repaired.estimated and quality.usable:
        moved, quality = estimated_as_absent(repaired, moved, quality, lead_sets)
    scaled = _scale(_flatten(moved, recipe), recipe)
    valid = scaled.shape[1]
    return PreparedEcg(
        signal_mv=np.pad(scaled, ((0, 0), (0, recipe.samples - valid))),
        valid_samples=valid,
        r_peaks=r_peaks,
        quality=quality if repair else _as_recorded(quality),
        start_s=start / ecg.sample_rate_hz,
        pacing_spikes=moved_spikes[moved_spikes < valid],
    )


def scaled_ecg(ecg: Ecg, recipe: EcgRecipe = PLAIN_ECG) -> Float32[np.ndarray, "leads=12 samples"]:
    """Bring an ECG without faults to the rate, baseline and scale of a recipe.

    For simulated ECGs that are drawn during a training: neither quality nor beats are assessed.

    Args:
        ecg: at least as long as the recipe's recordings, without missing samples.
        recipe: of the store or the model.
    """
    moved = resample(ecg.signal_mv, ecg.sample_rate_hz, recipe.sample_rate_hz)
    return _scale(_flatten(moved[:, : recipe.samples], recipe), recipe)


def _repair(
    raw: Float[np.ndarray, "leads=12 samples"],
    ecg: Ecg,
    lead_sets: Collection[str],
    odd: Mapping[str, str] | None = None,
) -> RepairedEcg:
    repaired = repair_leads(raw, ecg.sample_rate_hz, ecg.missing, odd)
    return leave_out_unusable(repaired, raw, ecg.sample_rate_hz) if lead_sets else repaired


def _as_recorded(quality: EcgQuality) -> EcgQuality:
    """Return the quality of an ECG without repair of its leads."""
    caveats = tuple(caveat for caveat in quality.caveats if caveat.code != ESTIMATED)
    return replace(quality, caveats=caveats, estimated=())


def _resample_and_find_beats(
    signal_mv: Float[np.ndarray, "leads=12 samples"], sample_rate_hz: float, recipe: EcgRecipe
) -> tuple[Float32[np.ndarray, "leads=12 moved"], Int[np.ndarray, " beats"], Beat | None]:
    """Resample an ECG to the recipe's rate and at most its length; find its R peaks and beat."""
    moved = resample(fill_gaps(signal_mv), sample_rate_hz, recipe.sample_rate_hz)
    moved = moved[:, : recipe.samples]
    r_peaks = find_r_peaks(with_lone_limb_lead(moved), recipe.sample_rate_hz)
    return moved, r_peaks, read_beat(moved, r_peaks, recipe.sample_rate_hz)


def prepare_cine(cine: Cine, recipe: CineRecipe = PLAIN_CINE) -> PreparedCine:
    """Preprocess a cine to the grid and phases of a recipe, in 8 bits.

    Steps without effect are skipped, so an 8-bit cine that is on the grid, with evenly spaced
    phases, is returned unchanged.

    Args:
        cine: as read.
        recipe: of the store or the model.

    Raises:
        PtaclError: fewer than eight frames or distinct phases, no R–R interval, or NaN in the
            images.
    """
    _check(cine)
    frames: Shaped[np.ndarray, "frames rows columns"] = cine.frames
    is_8_bit = frames.dtype == np.uint8  # already scaled: its grey levels are kept
    wanted = np.arange(recipe.frames) / recipe.frames
    if not _on_grid(cine, recipe):
        is_8_bit = False
        centre = locate_heart(frames)
        frames = to_grid(frames, cine.spacing_mm, centre, recipe.size, recipe.spacing_mm)
    if not _same_phases(cine.phases, wanted):
        timed = np.isfinite(cine.phases)
        frames = to_phases(frames[timed], cine.phases[timed], recipe.frames)
    if is_8_bit and frames.dtype != np.uint8:  # interpolated in time
        frames = np.rint(frames).astype(np.uint8)
    return PreparedCine(
        frames=frames if is_8_bit else to_bytes(frames),
        phases=wanted.astype(np.float32),
        rr_ms=cine.rr_ms,
    )


def _flatten(
    signal: Float32[np.ndarray, "leads samples"], recipe: EcgRecipe
) -> Float32[np.ndarray, "leads samples"]:
    if recipe.baseline == "highpass":
        return highpass(signal, recipe.sample_rate_hz, recipe.highpass_hz)
    if recipe.baseline == "asymmetric_least_squares":
        exact = clip_to_deviations(signal.astype(np.float64))
        return (exact - asymmetric_least_squares(exact)).astype(np.float32)
    return signal


def _scale(
    signal: Float32[np.ndarray, "leads samples"], recipe: EcgRecipe
) -> Float32[np.ndarray, "leads samples"]:
    return group_z_score(signal) if recipe.scaling == "group_z_score" else signal


def _check(cine: Cine) -> None:
    count = len(cine.frames)
    if cine.two_phases:
        raise PtaclError(
            "The cine holds end-diastole and end-systole only; the whole heartbeat cannot be "
            "interpolated from two phases. Give the whole cine series.",
            code="cine.too_few_frames",
        )
    if count < FEWEST_FRAMES:
        raise PtaclError(
            f"The cine holds {count} frames; at least {FEWEST_FRAMES} of one heartbeat are needed "
            "to show motion. Choose the whole cine series, not end-diastole and end-systole only.",
            code="cine.too_few_frames",
        )
    if not np.isfinite(cine.rr_ms) or cine.rr_ms <= 0:
        raise PtaclError(
            f"The cine's R–R interval is {cine.rr_ms} ms. Export it with its trigger times.",
            code="cine.implausible_times",
        )
    moments = np.unique(cine.phases[np.isfinite(cine.phases)]).size
    if moments < FEWEST_FRAMES:
        raise PtaclError(
            f"The cine's {count} frames are at only {moments} times of the heartbeat; at least "
            f"{FEWEST_FRAMES} are needed. Export it with the trigger time of each frame.",
            code="cine.too_few_frames",
        )
    if cine.frames.dtype.kind == "f" and not np.isfinite(cine.frames).all():
        raise PtaclError(
            "The cine holds pixels that are not numbers. Export it again.", code="cine.not_finite"
        )


def _on_grid(cine: Cine, recipe: CineRecipe) -> bool:
    same_spacing = np.allclose(cine.spacing_mm, recipe.spacing_mm, rtol=0, atol=1e-6)
    return cine.frames.shape[1:] == (recipe.size, recipe.size) and same_spacing


def as_cine(prepared: PreparedCine, spacing_mm: float) -> Cine:
    """Return a prepared cine as a cine of one slice, for the segmenter.

    Contours on it are coarser than on the files: it has 8 bits and the pixel grid of its recipe.

    Args:
        prepared: of a store or gallery.
        spacing_mm: row and column spacing of the recipe in mm.
    """
    times_ms = np.asarray(prepared.phases, np.float64) * prepared.rr_ms
    return Cine(prepared.frames, (spacing_mm, spacing_mm), times_ms, prepared.rr_ms, "store")


def _same_phases(
    phases: Float[np.ndarray, " frames"], wanted: Float[np.ndarray, " wanted"]
) -> bool:
    if phases.shape != wanted.shape:
        return False
    return bool((np.abs((phases - wanted + 0.5) % 1.0 - 0.5) <= SAME_PHASE).all())
