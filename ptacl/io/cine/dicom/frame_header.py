"""Parsed header of one frame; free text is classified here and not kept."""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from jaxtyping import Float64

from ptacl.io.cine.dicom.multiframe import MOST_FRAMES
from ptacl.io.cine.dicom.series_description import NamedKind, named_kind, says_cine, says_short_axis
from ptacl.io.cine.dicom.series_tags import MAGNITUDE, component, tagged_kind
from ptacl.io.containers.dicom_header import HeaderValues
from ptacl.io.plausibility import RR_MS

GEOMETRY = {"PixelSpacing": 2, "ImagePositionPatient": 3, "ImageOrientationPatient": 6}
"""Elements required of every image → number of values."""


@dataclass(frozen=True, slots=True)
class FrameHeader:
    """Header of one frame."""

    file: str
    index: int
    """Index of the frame in its file."""
    series: str
    series_number: int
    acquisition: int
    instance: int
    image: str
    """UID of the image, which identifies duplicates of a file."""
    kind: NamedKind
    """Kind of the series by its elements and its name."""
    component: str
    """``magnitude``, ``phase`` …; empty if unknown."""
    says_short_axis: bool
    """Whether the series description denotes a short axis."""
    clocks: Mapping[str, float]
    """Clock → time in ms or rank, the candidates for ordering the frames (`acquisitions`)."""
    rr_ms: float | None
    """R–R interval of this frame in ms, as stated (NominalInterval or equivalent)."""
    rate_rr_ms: float | None
    """R–R interval in ms by the heart rate or by the limits of the R–R interval."""
    expected: int | None
    """Number of frames of the whole slice, as stated by the scanner."""
    acquired_s: float | None
    """Acquisition time in seconds of the day."""
    inverted: bool
    """Whether it follows an inversion pulse."""
    position: Float64[np.ndarray, "3"]
    orientation: Float64[np.ndarray, "6"]
    spacing_mm: tuple[float, float]
    shape: tuple[int, int]
    slope: float = 1.0
    intercept: float = 0.0
    """Pixel value = stored · slope + intercept."""
    low_is_white: bool = False
    """MONOCHROME1: the lowest value is displayed white."""

    @property
    def normal(self) -> Float64[np.ndarray, "3"]:
        """Normal vector of the image plane."""
        return np.cross(self.orientation[:3], self.orientation[3:])


def frame_header(
    name: str, index: int, values: HeaderValues, *, any_series: bool = False, count: int = 1
) -> FrameHeader:
    """Parse the header of a frame.

    Args:
        name: name of its file.
        index: index of the frame in the file.
        values: elements of the header.
        any_series: whether to ignore the description of the series.
        count: number of frames in the file.

    Raises:
        ValueError: an element has an invalid value.
    """
    row_mm, column_mm = _geometry(values, "PixelSpacing").tolist()
    image = first(values, "SOPInstanceUID") or name
    number = whole_number(values, "InstanceNumber")
    # All frames of a file share one instance number.
    instance = (number or index) if count == 1 else (number or 0) * MOST_FRAMES + index
    return FrameHeader(
        file=name,
        index=index,
        series=first(values, "SeriesInstanceUID") or "",
        series_number=whole_number(values, "SeriesNumber") or 0,
        acquisition=whole_number(values, "AcquisitionNumber") or 0,
        instance=instance,
        image=f"{image}#{index}",
        kind=_kind_by_component(values) if any_series else _kind(values),
        component=component(values),
        says_short_axis=says_short_axis(" ".join(values.get("SeriesDescription", ()))),
        clocks=_clocks(values) | ({} if number is None and count == 1 else {"instance": instance}),
        rr_ms=_interval(number_of(values, "NominalInterval")),
        rate_rr_ms=_rate_rr_ms(values),
        expected=_expected(values),
        acquired_s=second_of_day(first(values, "AcquisitionTime") or ""),
        inverted=(number_of(values, "InversionTime") or 0.0) > 0,
        position=_geometry(values, "ImagePositionPatient"),
        orientation=_geometry(values, "ImageOrientationPatient"),
        spacing_mm=(row_mm, column_mm),
        shape=(int(values["Rows"][0]), int(values["Columns"][0])),
        slope=_rescale(values, "RescaleSlope", 1.0),
        intercept=_rescale(values, "RescaleIntercept", 0.0),
        low_is_white=first(values, "PhotometricInterpretation") == "MONOCHROME1",
    )


def first(values: HeaderValues, tag: str) -> str | None:
    """Return the first value of an element as text; None if it has none."""
    return next(iter(values.get(tag, ())), None)


def number_of(values: HeaderValues, tag: str) -> float | None:
    """Return the first value of an element as a finite number; None if it has none."""
    text = first(values, tag)
    number = None if text is None else float(text)
    return number if number is not None and np.isfinite(number) else None


def whole_number(values: HeaderValues, tag: str) -> int | None:
    """Return the first value of an element as a whole number; None if it has none."""
    number = number_of(values, tag)
    return None if number is None else int(number)


def second_of_day(time: str) -> float | None:
    """Convert a time of day such as ``101530.25`` to seconds; None if it is invalid."""
    digits = time.replace(":", "")
    if len(digits) < 6 or not digits[:6].isdigit():
        return None
    hours, minutes = int(digits[:2]), int(digits[2:4])
    return hours * 3600 + minutes * 60 + float(digits[4:])


def _kind(values: HeaderValues) -> NamedKind:
    """Classify the series by its elements, then by its description, then by the protocol name.

    The protocol comes last because it may be named after one of its series.
    """
    description = " ".join(values.get("SeriesDescription", ()))
    by_name = named_kind(description)
    if tagged := tagged_kind(values):
        # The magnitude of a velocity-encoded scan is an anatomical image too.
        cine = says_short_axis(description) and says_cine(description)
        if component(values) == MAGNITUDE and tagged == "a flow series" and cine:
            return by_name if by_name.other else NamedKind(overridden=tagged)
        return NamedKind(tagged)
    if by_name.other or says_cine(description) or says_short_axis(description):
        return by_name
    protocol = named_kind(" ".join(values.get("ProtocolName", ())))
    return protocol if protocol.other else by_name


def _kind_by_component(values: HeaderValues) -> NamedKind:
    """Classify by component only: all magnitude images are accepted."""
    tagged = tagged_kind(values)
    return NamedKind(tagged if component(values) not in ("", MAGNITUDE) else None)


def _clocks(values: HeaderValues) -> dict[str, float]:
    clocks = {
        "trigger": number_of(values, "TriggerTime"),
        "delay": number_of(values, "ActualCardiacTriggerDelayTime"),
        "offset": number_of(values, "TemporalPositionTimeOffset"),
        "reference": number_of(values, "FrameReferenceTime"),
        "temporal": number_of(values, "TemporalPositionIdentifier"),
    }
    for name, tag in (("acquisition", "AcquisitionTime"), ("content", "ContentTime")):
        second = second_of_day(first(values, tag) or "")
        clocks[name] = None if second is None else 1000.0 * second
    if (offset := clocks["offset"]) is not None:
        clocks["offset"] = 1000.0 * offset  # in seconds
    return {name: value for name, value in clocks.items() if value is not None}


def _interval(value: float | None) -> float | None:
    # Scanners write implausible values too: 6 ms, 0.
    return value if value is not None and RR_MS[0] <= value <= 2 * RR_MS[1] else None


def _rate_rr_ms(values: HeaderValues) -> float | None:
    rate = number_of(values, "HeartRate")
    if rate and (interval := _interval(60_000 / rate)):
        return interval
    limits = [number_of(values, tag) for tag in ("LowRRValue", "HighRRValue")]
    known = [limit for limit in limits if limit]
    return _interval(sum(known) / 2) if len(known) == 2 else None


def _expected(values: HeaderValues) -> int | None:
    counts = [
        whole_number(values, t) for t in ("CardiacNumberOfImages", "NumberOfTemporalPositions")
    ]
    return next((count for count in counts if count is not None and count > 1), None)


def _rescale(values: HeaderValues, tag: str, neutral: float) -> float:
    """Return a rescale parameter, possibly NaN: pixels that are not finite are refused later."""
    text = first(values, tag)
    return neutral if text is None else float(text)


def _geometry(values: HeaderValues, tag: str) -> Float64[np.ndarray, " values"]:
    numbers = np.array([float(text) for text in values[tag]])
    if len(numbers) != GEOMETRY[tag] or not np.isfinite(numbers).all():
        raise ValueError(tag)
    return numbers
