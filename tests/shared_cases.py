"""The small inputs of ``../shared/cases`` that were once read wrong, and what is right of each.

They stand for their kinds, which the tests of the readers and of `signal` cover by inputs of their
own. Here the files themselves are read: `CASES` says what must hold, `check` tells what does not.
"""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from ptacl.errors import PtaclError
from ptacl.io.cine.read import read_cine
from ptacl.io.ecg.read import read_ecg
from ptacl.signal.delineation.intervals import measure
from ptacl.signal.preparation import prepare_ecg
from ptacl.types import LEADS, Cine, Ecg, EcgIntervals, PreparedEcg
from tests.real_files import SHARED

FOLDER = SHARED.parent / "cases"
CARDIOSOFT = SHARED / "ecg" / "cardiosoft_xml" / "rest_with_full_disclosure.xml"
REFERENCE = "zerolen.dat"
"""The simulated ECG from which the others were made: 12 leads of 16-bit steps of 5 µV at 250 Hz."""
NOISE_MV = 0.05
"""Each file has noise of its own (SD .01 mV); another lead, sign or scale is further off."""


@dataclass(frozen=True)
class EcgCase:
    """An ECG file of the folder, and a function that returns what is wrong with its reading."""

    name: str
    wrong: Callable[[Ecg], str]


def reference_mv() -> np.ndarray:
    """(12, 2500) in mV at 250 Hz."""
    return np.fromfile(FOLDER / REFERENCE, "<i2").reshape(-1, 12).T / 200


def same(ecg: Ecg, leads: tuple[str, ...] = LEADS, within_mv: float = NOISE_MV) -> str:
    """What is wrong unless these leads are the reference's, NaN aside."""
    step = round(250 / ecg.sample_rate_hz)
    wanted = reference_mv()[:, ::step]
    length = min(wanted.shape[1], ecg.signal_mv.shape[1])
    if length < 0.55 * wanted.shape[1]:
        return f"{ecg.duration_s:.1f} s of 10"
    rows = [LEADS.index(lead) for lead in leads]
    off = np.abs(ecg.signal_mv[rows, :length] - wanted[rows, :length])
    if np.isfinite(off).mean() < 0.5:
        return "missing"
    return "" if np.nanmax(off) <= within_mv else f"off by {np.nanmax(off):.3f} mV"


def same_columns(ecg: Ecg) -> str:
    """What is wrong unless each lead holds a quarter of the reference, the others a gap."""
    wanted = reference_mv()[:, : ecg.signal_mv.shape[1]]
    seen = np.isfinite(ecg.signal_mv)
    off = np.abs(np.where(seen, ecg.signal_mv - wanted, 0)).max()
    shares = np.delete(seen.mean(axis=1), LEADS.index("II"))
    if ecg.duration_s < 3 or not ((shares > 0.2) & (shares < 0.3)).all():
        return f"{ecg.duration_s:.1f} s, leads there for {shares.min():.0%} to {shares.max():.0%}"
    return "" if off <= NOISE_MV else f"off by {off:.3f} mV"


def but(*leads: str) -> tuple[str, ...]:
    return tuple(lead for lead in LEADS if lead not in leads)


def told(ecg: Ecg, *words: str) -> str:
    """What is wrong unless a caveat holds one of the words."""
    said = " ".join(f"{caveat.code} {caveat.text}" for caveat in ecg.caveats).lower()
    return "" if any(word in said for word in words) else f"not told ({said or 'no caveat'})"


def all_of(*findings: str) -> str:
    return "; ".join(finding for finding in findings if finding)


def within(ecg: Ecg, lead: str, low_mv: float, high_mv: float) -> str:
    row = ecg.signal_mv[LEADS.index(lead)]
    if not np.isfinite(row).any():
        return ""  # missing altogether
    low, high = np.nanmin(row), np.nanmax(row)
    return "" if low_mv <= low and high <= high_mv else f"{lead} from {low:.2f} to {high:.2f} mV"


def missing_somewhere(ecg: Ecg, lead: str) -> str:
    row = ecg.signal_mv[LEADS.index(lead)]
    return "" if not np.isfinite(row).all() else f"{lead} has no missing sample"


def median_samples(ecg: Ecg, count: int) -> str:
    found = 0 if ecg.median_mv is None else ecg.median_mv.shape[1]
    return "" if found == count else f"median beat of {found} samples"


def lead_with_runs(ecg: Ecg) -> list[str]:
    return [lead for lead, row in zip(LEADS, ecg.signal_mv, strict=True) if np.isnan(row).any()]


def some_lead_missing(ecg: Ecg) -> str:
    return "" if lead_with_runs(ecg) or ecg.missing else "no lead is missing"


READ: tuple[EcgCase, ...] = (
    EcgCase(
        str(CARDIOSOFT),
        lambda e: all_of(
            "" if e.signal_mv.shape == (12, 5000) and e.sample_rate_hz == 500 else "other shape",
            median_samples(e, 600),
            "" if e.measurements.get("heart_rate_bpm") == 50 else "printed rate is not 50",
        ),
    ),
    EcgCase(
        "philips_xli_16bit_wrap.xml",
        lambda e: all_of(within(e, "V4", -0.6, 1.45), same(e, but("V4"))),
    ),
    EcgCase("sentinel_32768.csv", lambda e: all_of(some_lead_missing(e), same(e))),
    EcgCase("muse_lead_off_lowest.xml", lambda e: all_of(some_lead_missing(e), same(e))),
    EcgCase(
        "dicom_padding_is_zero.dcm",
        lambda e: all_of(same(e), "; ".join(lead_with_runs(e)) and "zeros became missing"),
    ),
    EcgCase("dicom_hemodynamic_class.dcm", same),
    EcgCase("dicom_code_against_label.dcm", lambda e: all_of(same(e), told(e, "code", "label"))),
    EcgCase("dicom_thirteenth_rhythm_lead.dcm", same),
    EcgCase("aecg_nom_codes.xml", same),
    EcgCase(
        "aecg_three_by_four.xml",
        lambda e: all_of(same_columns(e), told(e, "1.4 s", "column", " s of ")),
    ),
    EcgCase("edf_lead_without_range.edf", lambda e: all_of(some_lead_missing(e), same(e))),
    EcgCase("physiobank_atm_elapsed.csv", same),
    EcgCase("adc_unit_perbit.csv", same),
    EcgCase("eight_ii_iii_v.csv", lambda e: told(e, "order")),
    EcgCase("avr_inverted_in_brackets.csv", same),
    EcgCase("zerolen.hea", same),
    EcgCase("badsum.hea", lambda e: told(e, "checksum")),
)
"""Those that are read, with what must hold."""

REFUSED = {
    "edf_ref_labels.edf": ("lead",),
    "edf_numbered_labels.edf": ("lead",),
}
"""Those that are refused, with a word that the message must hold; never asking for the rate."""

REFUSED_OR_SAME = ("dicom_12_bits_stored.dcm", "badsum.hea", "adc_unit_perbit.csv")


def check_read(case: EcgCase) -> str:
    """What is wrong with the reading of an ECG; empty where it is right."""
    try:
        ecg = read_ecg(FOLDER / case.name)
    except PtaclError as error:
        return "" if case.name in REFUSED_OR_SAME else f"refused: {error}"
    return case.wrong(ecg)


def check_refused(name: str, words: tuple[str, ...]) -> str:
    try:
        ecg = read_ecg(FOLDER / name)
    except PtaclError as error:
        said = str(error).lower()
        if "rate-hz" in said:
            return f"asks for a rate: {error}"
        return "" if all(word in said for word in words) else f"says {error}"
    return same(ecg)


def inspected(name: str) -> tuple[PreparedEcg, EcgIntervals]:
    prepared = prepare_ecg(read_ecg(FOLDER / name))
    signal_mv = prepared.signal_mv[:, : prepared.valid_samples]
    return prepared, measure(signal_mv, prepared.r_peaks, 500.0)


def _beats(name: str, count: int | None, rate: float) -> str:
    prepared, intervals = inspected(name)
    beats, found = len(prepared.r_peaks), intervals.heart_rate_bpm
    return all_of(
        "" if count in (None, beats) else f"{beats} beats",
        "" if abs(found - rate) <= 1.5 else f"{found:.0f}/min",
    )


def _paced(name: str) -> str:
    prepared, _ = inspected(name)
    said = " ".join(caveat.code for caveat in prepared.quality.caveats)
    return all_of(
        _beats(name, 12, 71.0),
        "" if prepared.pacing_spikes.size >= 11 else f"{prepared.pacing_spikes.size} spikes",
        "" if "paced" in said else "not said to be paced",
    )


def _fibrillation(name: str) -> str:
    _, intervals = inspected(name)
    return all_of(
        "" if np.isnan(intervals.pr_ms) else f"PR {intervals.pr_ms:.0f} ms",
        "" if not intervals.qt_ms > 420 else f"QT {intervals.qt_ms:.0f} ms",
    )


RHYTHM: dict[str, Callable[[str], str]] = {
    "tented_t.hea": lambda name: _beats(name, 12, 71.0),
    "paced_atrial_3mv.hea": _paced,
    "bigeminy.hea": lambda name: _beats(name, None, 73.0),
    "af_short_first.hea": _fibrillation,
}

WITHHELD = ("simulated_lead_II_in_all_12.npz", "sine_10hz.npz", "asystole_noise_10uV.npz")
"""Those of which the model may say nothing."""


def _cine_wrong(cine: Cine, plain: bool) -> str:
    """What is wrong; ``plain`` where the heart is darker than what surrounds it."""
    frames = np.asarray(cine.frames, dtype=np.float64)
    flicker = np.abs(np.diff(frames.mean(axis=(1, 2)))).max() / max(np.ptp(frames), 1e-9)
    said = " ".join(caveat.text for caveat in cine.caveats)
    return all_of(
        "" if len(frames) >= 8 else f"{len(frames)} frames",
        ""
        if not plain or frames[:, 0, 0].mean() > frames[:, 24, 24].mean()
        else "black and white changed",
        "" if flicker < 0.02 else f"flickers by {flicker:.2f} of its range",
        "" if abs(cine.rr_ms - 880) < 40 or said else f"R–R {cine.rr_ms:.0f} ms, not said",
        "" if (np.diff(cine.frame_times_ms) > 0).all() else "out of order",
    )


CINES = (
    "cine_rescale_differs.zip", "cine_monochrome1.zip", "enhanced_one_frame_files.zip",
    "cine_no_preamble_explicit.zip", "cine_no_trigger_time.zip", "cine_temporal_position.zip",
    "cine_trigger_begins_late.zip", "cine_nominal_double.zip", "cine_name_00.zip",
    "cine_name_11.zip", "nifti_xyt.nii.gz",
)  # fmt: skip


def check_cine(name: str) -> str:
    """What is wrong with the reading of a cine; empty where it is right."""
    try:
        return _cine_wrong(read_cine(Path(FOLDER / name)), plain=name.endswith(".zip"))
    except PtaclError as error:
        return f"refused: {error}"
