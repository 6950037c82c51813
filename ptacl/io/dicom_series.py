"""The headers of the MR images among some DICOM files, one record a frame."""

import warnings
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

import numpy as np
from jaxtyping import Float64

from ptacl.errors import BadInput
from ptacl.io.archive import StoredFiles
from ptacl.io.dicom_file import open_dicom
from ptacl.io.dicom_header import HeaderValues, dataset_values, leading_values
from ptacl.io.dicom_multiframe import FRAME_GROUPS, frame_values
from ptacl.io.series_kind import other_series, says_cine, says_short_axis

_WANTED = {
    0x00080008: "ImageType",
    0x00080018: "SOPInstanceUID",
    0x00080032: "AcquisitionTime",
    0x00080060: "Modality",
    0x0008103E: "SeriesDescription",
    0x00089209: "AcquisitionContrast",
    0x00180024: "SequenceName",
    0x00180082: "InversionTime",
    0x00181030: "ProtocolName",
    0x00181060: "TriggerTime",
    0x00181062: "NominalInterval",
    0x00181063: "FrameTime",
    0x00181065: "FrameTimeVector",
    0x00181088: "HeartRate",
    0x00181090: "CardiacNumberOfImages",
    0x0020000E: "SeriesInstanceUID",
    0x00200011: "SeriesNumber",
    0x00200012: "AcquisitionNumber",
    0x00200013: "InstanceNumber",
    0x00200032: "ImagePositionPatient",
    0x00200037: "ImageOrientationPatient",
    0x00280002: "SamplesPerPixel",
    0x00280008: "NumberOfFrames",
    0x00280010: "Rows",
    0x00280011: "Columns",
    0x00280030: "PixelSpacing",
}
_PLACE = {"PixelSpacing": 2, "ImagePositionPatient": 3, "ImageOrientationPatient": 6}
_MODALITIES = frozenset(
    ("nothing", "CR", "CT", "DOC", "DX", "ECG", "HD", "IVUS", "KO", "MG", "NM", "OT", "PR", "PT",
     "REG", "RF", "RTSTRUCT", "RWV", "SC", "SEG", "SR", "US", "XA")
)  # fmt: skip
"""Those that a message may name: whatever else stands there may be anybody's text."""
HEAD_BYTES = 8192
"""The elements that are wanted lie in as much, as a rule: the pixels and the scanner's own
protocol follow them."""
MOST_HEADER_BYTES = 32 * 1024**2


@dataclass(frozen=True, slots=True)
class FrameHeader:
    """One image of a series. Descriptions are judged and dropped here."""

    file: str
    index: int
    """Of the frame in its file."""
    series: str
    series_number: int
    acquisition: int
    instance: int
    image: str
    """UID of the image: the same file exported twice is one image."""
    other: str | None
    """What the series is by its name, when it is no short-axis cine."""
    says_short_axis: bool
    """Whether the series says so by its name."""
    trigger_ms: float | None
    rr_ms: float | None
    expected: int | None
    """Frames of the whole slice, as the scanner says."""
    acquired_s: float | None
    """Second of the day."""
    inverted: bool
    """Whether an inversion pulse came before it."""
    position: Float64[np.ndarray, "3"]
    orientation: Float64[np.ndarray, "6"]
    spacing_mm: tuple[float, float]
    shape: tuple[int, int]

    @property
    def normal(self) -> Float64[np.ndarray, "3"]:
        """Normal of the image plane."""
        return np.cross(self.orientation[:3], self.orientation[3:])


def read_headers(files: StoredFiles, names: Iterable[str]) -> list[FrameHeader]:
    """The headers of all MR images among the named files, in their order.

    Files that are none (reports, screenshots, other modalities) are left out.

    Raises:
        BadInput: a damaged file, or no MR image at all: why the first one is none.
    """
    headers: dict[str, FrameHeader] = {}
    refusals: list[BadInput] = []
    with warnings.catch_warnings():
        # pydicom quotes odd values in its warnings, and those may be a patient's.
        warnings.simplefilter("ignore")
        for name in names:
            if name.upper().endswith("DICOMDIR"):
                continue
            found = _headers(name, files)
            if isinstance(found, BadInput):
                refusals.append(found)
            else:
                headers |= {header.image: header for header in found if header.image not in headers}
    if not headers and refusals:
        raise refusals[0]
    return list(headers.values())


def _headers(name: str, files: StoredFiles) -> list[FrameHeader] | BadInput:
    try:
        values = _values(name, files)
        if not values:
            raise BadInput(name, "it is a damaged DICOM file", "export the series again")
        if refusal := _no_image(name, values):
            return refusal
        if int(_first(values, "NumberOfFrames") or 1) == 1:
            return _no_place(name, values) or [_frame_header(name, 0, values)]
        content = files.head(name, MOST_HEADER_BYTES)
        groups = open_dicom(name, content, [*_WANTED.values(), *FRAME_GROUPS])
        frames = frame_values(name, groups, values)
        return _no_place(name, frames[0]) or [
            _frame_header(name, index, frame) for index, frame in enumerate(frames)
        ]
    except (BadInput, MemoryError):
        raise
    except Exception as error:  # a damaged header can make the parser raise anything
        raise BadInput(name, "it is a damaged DICOM file", "export the series again") from error


def _values(name: str, files: StoredFiles) -> HeaderValues:
    head = files.head(name, HEAD_BYTES)
    values = leading_values(head, _WANTED)
    if values is None:
        content, keywords = files.head(name, MOST_HEADER_BYTES), list(_WANTED.values())
        values = dataset_values(open_dicom(name, content, keywords), keywords)
    return values


def _no_image(where: str, values: HeaderValues) -> BadInput | None:
    modality = _first(values, "Modality") or "nothing"
    if modality != "MR":
        named = modality if modality in _MODALITIES else "unknown"
        found = f"it is DICOM of modality {named}, not MR"
        return BadInput(where, found, "export the cine series")
    if int(_first(values, "SamplesPerPixel") or 1) != 1:
        return BadInput(where, "it is a colour picture", "export the images in grey")
    return None


def _no_place(where: str, values: HeaderValues) -> BadInput | None:
    absent = next((tag for tag in _PLACE if not values.get(tag)), None)
    return BadInput(where, f"it lacks {absent}", "export the original images") if absent else None


def _frame_header(name: str, index: int, values: HeaderValues) -> FrameHeader:
    orientation = _numbers(values, "ImageOrientationPatient")
    row_mm, column_mm = _numbers(values, "PixelSpacing").tolist()
    image = _first(values, "SOPInstanceUID") or name
    return FrameHeader(
        file=name,
        index=index,
        series=_first(values, "SeriesInstanceUID") or "",
        series_number=_whole(values, "SeriesNumber") or 0,
        acquisition=_whole(values, "AcquisitionNumber") or 0,
        instance=_whole(values, "InstanceNumber") or index,
        image=f"{image}#{index}",
        other=_other(values),
        says_short_axis=says_short_axis(" ".join(values.get("SeriesDescription", ()))),
        trigger_ms=_number(values, "TriggerTime"),
        rr_ms=_rr_ms(values),
        expected=_whole(values, "CardiacNumberOfImages"),
        acquired_s=_second_of_day(_first(values, "AcquisitionTime") or ""),
        inverted=(_number(values, "InversionTime") or 0.0) > 0,
        position=_numbers(values, "ImagePositionPatient"),
        orientation=orientation,
        spacing_mm=(row_mm, column_mm),
        shape=(int(values["Rows"][0]), int(values["Columns"][0])),
    )


def _other(values: HeaderValues) -> str | None:
    for tag in (
        "SeriesDescription", "ProtocolName", "SequenceName", "ImageType", "AcquisitionContrast",
    ):  # fmt: skip
        name = " ".join(values.get(tag, ()))
        what = other_series(name)
        # A protocol may be named after one of its parts; the series says best what it is.
        if what or (tag == "SeriesDescription" and says_cine(name)):
            return what
    # Siemens marks the images of phase, which show velocity, with this one letter.
    return "a flow series" if "P" in values.get("ImageType", ()) else None


def _first(values: HeaderValues, tag: str) -> str | None:
    return next(iter(values.get(tag, ())), None)


def _number(values: HeaderValues, tag: str) -> float | None:
    text = _first(values, tag)
    return None if text is None else float(text)


def _whole(values: HeaderValues, tag: str) -> int | None:
    number = _number(values, tag)
    return None if number is None else int(number)


def _numbers(values: Mapping[str, tuple[str, ...]], tag: str) -> Float64[np.ndarray, " values"]:
    numbers = np.array([float(text) for text in values[tag]])
    if len(numbers) != _PLACE[tag] or not np.isfinite(numbers).all():
        raise ValueError(tag)
    return numbers


def _rr_ms(values: HeaderValues) -> float | None:
    interval = _number(values, "NominalInterval")
    if interval and interval > 100:
        return interval
    rate = _number(values, "HeartRate")
    return 60_000 / rate if rate else None


def _second_of_day(time: str) -> float | None:
    digits = time.replace(":", "")
    if len(digits) < 6 or not digits[:6].isdigit():
        return None
    hours, minutes = int(digits[:2]), int(digits[2:4])
    return hours * 3600 + minutes * 60 + float(digits[4:])
