"""Writer of simulated ECGs as GE CardioSoft XML, in the layout of UK Biobank's field 20205.

The file contains all parts that matter to a reader, and a fictitious patient, so that tests can
check that no personal data are kept. The layout is that of public readers of the field and of an
export of CardioSoft 6.73 (ISO-8859-1, integers separated by commas, tabs and line breaks, 5 µV per
step, ``FullDisclosure`` in addition to the strip).
"""

from collections.abc import Iterator, Mapping
from pathlib import Path

import numpy as np

from ptacl.errors import PtaclError
from ptacl.types import LEADS, Ecg, EcgSignal

MICROVOLTS_PER_STEP = 5
FICTITIOUS_PATIENT = {"PID": "SYN-000", "FamilyName": "Synthetic", "GivenName": "Nobody"}
"""Patient data, the same in every file."""
_MEASUREMENTS = {
    "VentricularRate": ("heart_rate_bpm", "BPM"),
    "PQInterval": ("pr_ms", "ms"),
    "QRSDuration": ("qrs_ms", "ms"),
    "QTInterval": ("qt_ms", "ms"),
    "QTCInterval": ("qtc_ms", "ms"),
    "PAxis": ("p_axis_deg", "degrees"),
    "RAxis": ("qrs_axis_deg", "degrees"),
    "TAxis": ("t_axis_deg", "degrees"),
}
_VALUES_PER_LINE = 25
BEFORE_STRIP_S = 6
"""Duration of the simulated full disclosure recording before the strip."""


def write_cardiosoft(ecg: Ecg, path: Path) -> None:
    """Write a simulated ECG with its measurements and its median beat, if any.

    Read back, the signal is exact to half a step of 5 µV.

    Args:
        ecg: the ECG.
        path: target file.

    Raises:
        PtaclError: samples are missing, or exceed the 16 bits of the format (± 164 mV).
    """
    lines = [
        '<?xml version="1.0" encoding="ISO-8859-1"?>',
        "<CardiologyXML>",
        "\t<ObservationType>RestECG</ObservationType>",
        "\t<DeviceType>PTACL simulator, synthetic</DeviceType>",
        *_patient(),
        "\t<FilterSetting>",
        "\t\t<CubicSpline>no</CubicSpline>",
        '\t\t<LowPass units="Hz">150</LowPass>',
        "\t</FilterSetting>",
        "\t<RestingECGMeasurements>",
        *_measurements(ecg.measurements),
        *_median(path, ecg),
        "\t</RestingECGMeasurements>",
        *_strip(path, "StripData", ecg.signal_mv, ecg.sample_rate_hz, "\t"),
        *_full_disclosure(_steps(path, ecg.signal_mv), ecg.sample_rate_hz),
        "</CardiologyXML>",
    ]
    path.write_bytes(("\r\n".join(lines) + "\r\n").encode("iso-8859-1"))


def _patient() -> Iterator[str]:
    yield "\t<PatientInfo>"
    yield f"\t\t<PID>{FICTITIOUS_PATIENT['PID']}</PID>"
    yield "\t\t<Name>"
    for part in ("FamilyName", "GivenName"):
        yield f"\t\t\t<{part}>{FICTITIOUS_PATIENT[part]}</{part}>"
    yield "\t\t</Name>"
    yield "\t\t<BirthDateTime><Day>1</Day><Month>1</Month><Year>1900</Year></BirthDateTime>"
    yield "\t</PatientInfo>"


def _measurements(values: Mapping[str, float]) -> Iterator[str]:
    for tag, (key, unit) in _MEASUREMENTS.items():
        if np.isfinite(values.get(key, np.nan)):
            yield f'\t\t<{tag} units="{unit}">{round(values[key])}</{tag}>'


def _median(path: Path, ecg: Ecg) -> list[str]:
    if ecg.median_mv is None:
        return []
    rate_hz = ecg.median_rate_hz or ecg.sample_rate_hz
    valid = (
        '\t\t\t<FirstValid units="Sample">0</FirstValid>',
        f'\t\t\t<LastValid units="Sample">{ecg.median_mv.shape[1] - 1}</LastValid>',
    )
    return _strip(path, "MedianSamples", ecg.median_mv, rate_hz, "\t\t", valid)


def _full_disclosure(steps: np.ndarray, rate_hz: float) -> Iterator[str]:
    """Yield the full disclosure recording: for each second the samples of all leads in turn.

    A simulated ECG is as long as its strip: the time before the strip is filled with zeros, as
    before a device settles, and with the first seconds of the strip.
    """
    second = round(rate_hz)
    before = steps[:, : (BEFORE_STRIP_S - 1) * second]
    whole = np.concatenate([np.zeros((len(LEADS), second), steps.dtype), before, steps], axis=1)
    yield "\t<FullDisclosure>"
    yield f"\t\t<NumberOfChannels>{len(LEADS)}</NumberOfChannels>"
    yield f'\t\t<SampleRate units="Hz">{rate_hz:g}</SampleRate>'
    yield f'\t\t<Resolution units="uVperLsb">{MICROVOLTS_PER_STEP}</Resolution>'
    yield f"\t\t<LeadOrder>{','.join(LEADS)}</LeadOrder>"
    yield "\t\t<FullDisclosureData>"
    for start in range(0, whole.shape[1], second):
        for lead in whole[:, start : start + second]:
            yield ",".join(map(str, lead.tolist())) + ","
    yield f"\t\t\t<SampleCountTotal>{whole.size}</SampleCountTotal>"
    yield "\t\t</FullDisclosureData>"
    yield "\t</FullDisclosure>"


def _strip(
    path: Path,
    tag: str,
    signal_mv: EcgSignal,
    rate_hz: float,
    indent: str,
    valid: tuple[str, ...] = (),
) -> list[str]:
    inner = indent + "\t"
    lines = [
        f"{indent}<{tag}>",
        f"{inner}<NumberOfLeads>{len(LEADS)}</NumberOfLeads>",
        f'{inner}<SampleRate units="Hz">{rate_hz:g}</SampleRate>',
        f"{inner}<ChannelSampleCountTotal>{signal_mv.shape[1]}</ChannelSampleCountTotal>",
        f'{inner}<Resolution units="uVperLsb">{MICROVOLTS_PER_STEP}</Resolution>',
        *valid,
    ]
    for lead, samples in zip(LEADS, _steps(path, signal_mv), strict=True):
        values = list(map(str, samples.tolist()))
        rows = [
            f"{inner}\t{','.join(values[start : start + _VALUES_PER_LINE])}"
            for start in range(0, len(values), _VALUES_PER_LINE)
        ]
        lines += [f'{inner}<WaveformData lead="{lead}">', ",\r\n".join(rows)]
        lines += [f"{inner}</WaveformData>"]
    return [*lines, f"{indent}</{tag}>"]


def _steps(path: Path, signal_mv: EcgSignal) -> np.ndarray:
    steps = np.rint(signal_mv.astype(np.float64) * (1000 / MICROVOLTS_PER_STEP))
    if not np.isfinite(steps).all():
        raise PtaclError(
            f"{path.name}: CardioSoft XML cannot encode missing samples.",
            code="output.not_representable",
        )
    if np.abs(steps).max(initial=0) > np.iinfo(np.int16).max:
        raise PtaclError(
            f"{path.name}: the ECG exceeds the ± 164 mV of CardioSoft XML.",
            code="output.not_representable",
        )
    return steps.astype(np.int16)
