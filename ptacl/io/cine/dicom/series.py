"""The headers of the MR images among some DICOM files, one record a frame."""

import warnings
from collections.abc import Iterable

from ptacl.errors import BadInput
from ptacl.io.cine.dicom.frame_header import PLACE, FrameHeader, first, frame_header
from ptacl.io.cine.dicom.multiframe import (
    FRAME_GROUPS,
    GROUPED_CLASSES,
    frame_values,
    named_as_classic,
)
from ptacl.io.containers.archive import StoredFiles
from ptacl.io.containers.dicom_file import open_dicom
from ptacl.io.containers.dicom_header import HeaderValues, dataset_values, leading_values
from ptacl.io.containers.dicom_preamble import with_preamble

_WANTED = {
    0x00080008: "ImageType",
    0x00080016: "SOPClassUID",
    0x00080018: "SOPInstanceUID",
    0x00080032: "AcquisitionTime",
    0x00080033: "ContentTime",
    0x00080060: "Modality",
    0x00080070: "Manufacturer",
    0x0008103E: "SeriesDescription",
    0x00089208: "ComplexImageComponent",
    0x00089209: "AcquisitionContrast",
    0x00180024: "SequenceName",
    0x00180082: "InversionTime",
    0x00181030: "ProtocolName",
    0x00181060: "TriggerTime",
    0x00181062: "NominalInterval",
    0x00181063: "FrameTime",
    0x00181065: "FrameTimeVector",
    0x00181081: "LowRRValue",
    0x00181082: "HighRRValue",
    0x00181088: "HeartRate",
    0x00181090: "CardiacNumberOfImages",
    0x00189005: "PulseSequenceName",
    0x00189014: "PhaseContrast",
    0x00189028: "Tagging",
    0x0020000E: "SeriesInstanceUID",
    0x00200011: "SeriesNumber",
    0x00200012: "AcquisitionNumber",
    0x00200013: "InstanceNumber",
    0x00200032: "ImagePositionPatient",
    0x00200037: "ImageOrientationPatient",
    0x00200100: "TemporalPositionIdentifier",
    0x00200105: "NumberOfTemporalPositions",
    0x00280002: "SamplesPerPixel",
    0x00280004: "PhotometricInterpretation",
    0x00280008: "NumberOfFrames",
    0x00280010: "Rows",
    0x00280011: "Columns",
    0x00280030: "PixelSpacing",
    0x00281052: "RescaleIntercept",
    0x00281053: "RescaleSlope",
}
_OF_GE = {0x0043102F: "RawDataType"}
"""Whether a GE image shows magnitude or phase. It lies near the beginning, or is not looked for."""
_LATER = (
    "FrameReferenceTime", "NominalCardiacTriggerDelayTime", "ActualCardiacTriggerDelayTime",
    "TemporalPositionIndex", "TemporalPositionTimeOffset", "RRIntervalTimeNominal",
)  # fmt: skip
"""Looked for where an image of one frame lacks its trigger time or the R–R interval: they are
binary, or lie behind the scanner's own protocol."""
_MODALITIES = frozenset(
    ("nothing", "CR", "CT", "DOC", "DX", "ECG", "HD", "IVUS", "KO", "MG", "NM", "OT", "PR", "PT",
     "REG", "RF", "RTSTRUCT", "RWV", "SC", "SEG", "SR", "US", "XA")
)  # fmt: skip
"""Those that a message may name: whatever else stands there may be anybody's text."""
HEAD_BYTES = 8192
"""The elements that are wanted lie in as much, as a rule: the pixels and the scanner's own
protocol follow them."""
MOST_HEADER_BYTES = 32 * 1024**2


def read_headers(
    files: StoredFiles, names: Iterable[str], *, any_series: bool = False
) -> list[FrameHeader]:
    """The headers of all MR images among the named files, in their order.

    Files that are none (reports, screenshots, other modalities) are left out.

    Args:
        files: holds the files.
        names: of the DICOM files among them.
        any_series: whether the kind of a series shall not be asked.

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
            found = _headers(name, files, any_series)
            if isinstance(found, BadInput):
                refusals.append(found)
            else:
                headers |= {header.image: header for header in found if header.image not in headers}
    if not headers and refusals:
        raise refusals[0]
    return list(headers.values())


def _headers(name: str, files: StoredFiles, any_series: bool) -> list[FrameHeader] | BadInput:
    try:
        values = _values(name, files)
        if not values:
            raise BadInput(
                name, "it is a damaged DICOM file", "export the series again", code="file.damaged"
            )
        if refusal := _no_image(name, values):
            return refusal
        return _frames(name, files, values, any_series)
    except (BadInput, MemoryError):
        raise
    except Exception as error:  # a damaged header can make the parser raise anything
        raise BadInput(
            name, "it is a damaged DICOM file", "export the series again", code="file.damaged"
        ) from error


def _frames(
    name: str, files: StoredFiles, values: HeaderValues, any_series: bool
) -> list[FrameHeader] | BadInput:
    # Groups go with the class; converters keep the class of a plain image.
    grouped = first(values, "SOPClassUID") in GROUPED_CLASSES or _no_place(name, values) is not None
    if not grouped and int(first(values, "NumberOfFrames") or 1) == 1:
        values = _completed(name, files, values)
        return [frame_header(name, 0, values, any_series=any_series)]
    content = files.head(name, MOST_HEADER_BYTES)
    groups = open_dicom(name, content, [*_WANTED.values(), *FRAME_GROUPS])
    frames = frame_values(name, groups, values)
    absent = (missing for frame in frames if (missing := _no_place(name, frame)))
    return next(absent, None) or [
        frame_header(name, index, frame, any_series=any_series, count=len(frames))
        for index, frame in enumerate(frames)
    ]


def _completed(name: str, files: StoredFiles, values: HeaderValues) -> HeaderValues:
    """With what else may tell the time of a frame, where the usual elements do not."""
    if values.get("TriggerTime") and (values.get("NominalInterval") or values.get("HeartRate")):
        return values
    dataset = open_dicom(name, files.head(name, MOST_HEADER_BYTES), _LATER)
    late = named_as_classic(dataset_values(dataset, _LATER))
    return {**late, **{tag: value for tag, value in values.items() if value}}


def _values(name: str, files: StoredFiles) -> HeaderValues:
    head = with_preamble(files.head(name, HEAD_BYTES))
    values = leading_values(head, _WANTED)
    if values is None:
        content, keywords = files.head(name, MOST_HEADER_BYTES), list(_WANTED.values())
        values = dataset_values(open_dicom(name, content, keywords), keywords)
    if (first(values, "Manufacturer") or "").upper().startswith("GE"):
        return {**(leading_values(head, _OF_GE) or {}), **values}
    return values


def _no_image(where: str, values: HeaderValues) -> BadInput | None:
    modality = first(values, "Modality") or "nothing"
    if modality != "MR":
        named = modality if modality in _MODALITIES else "unknown"
        found = f"it is DICOM of modality {named}, not MR"
        return BadInput(where, found, "export the cine series", code="cine.not_mr")
    if int(first(values, "SamplesPerPixel") or 1) != 1:
        return BadInput(
            where, "it is a colour picture", "export the images in grey", code="cine.colour"
        )
    colours = first(values, "PhotometricInterpretation") or "MONOCHROME2"
    if colours not in ("MONOCHROME1", "MONOCHROME2"):
        named = "of a palette" if colours == "PALETTE COLOR" else "no grey levels"
        found = f"it is a colour picture: its pixels are {named}"
        return BadInput(where, found, "export the images in grey", code="cine.colour")
    return None


def _no_place(where: str, values: HeaderValues) -> BadInput | None:
    absent = next((tag for tag in PLACE if not values.get(tag)), None)
    return (
        BadInput(where, f"it lacks {absent}", "export the original images", code="cine.no_position")
        if absent
        else None
    )
