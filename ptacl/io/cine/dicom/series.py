"""Headers of the MR images among DICOM files, one record per frame."""

import warnings
from collections.abc import Iterable

from ptacl.errors import BadInput
from ptacl.io.cine.dicom.frame_header import GEOMETRY, FrameHeader, first, frame_header
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

_ELEMENTS = {
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
_GE_ELEMENTS = {0x0043102F: "RawDataType"}
"""Component of a GE image; searched for in the first bytes only."""
_TIMING_ELEMENTS = (
    "FrameReferenceTime", "NominalCardiacTriggerDelayTime", "ActualCardiacTriggerDelayTime",
    "TemporalPositionIndex", "TemporalPositionTimeOffset", "RRIntervalTimeNominal",
)  # fmt: skip
"""Read only if a single-frame image lacks its trigger time or R–R interval: they are binary, or
follow the private protocol of the scanner."""
_MODALITIES = frozenset(
    ("nothing", "CR", "CT", "DOC", "DX", "ECG", "HD", "IVUS", "KO", "MG", "NM", "OT", "PR", "PT",
     "REG", "RF", "RTSTRUCT", "RWV", "SC", "SEG", "SR", "US", "XA")
)  # fmt: skip
"""Modalities that a message may name; other text in this element may identify a person."""
HEAD_BYTES = 8192
"""Number of bytes that usually contain the elements; pixels and private protocol follow them."""
MOST_HEADER_BYTES = 32 * 1024**2


def read_headers(
    files: StoredFiles,
    names: Iterable[str],
    *,
    any_series: bool = False,
    damaged: list[BadInput] | None = None,
) -> list[FrameHeader]:
    """Read the headers of all MR images among DICOM files, in the order of the files.

    Other files (reports, screenshots, other modalities) are skipped.

    Args:
        files: all files.
        names: names of the DICOM files.
        any_series: whether to ignore the description of the series.
        damaged: list to which the errors of damaged files are added instead of raising them.

    Raises:
        BadInput: a file is damaged and not skipped, or there is no MR image; the message
            describes the first file.
    """
    headers: dict[str, FrameHeader] = {}
    refusals: list[BadInput] = []
    with warnings.catch_warnings():
        # pydicom quotes invalid values in its warnings, which may identify a patient.
        warnings.simplefilter("ignore")
        for name in names:
            if name.upper().endswith("DICOMDIR"):
                continue
            try:
                result = _headers(name, files, any_series)
            except BadInput as error:
                if damaged is None:
                    raise
                damaged.append(error)
                result = error
            if isinstance(result, BadInput):
                refusals.append(result)
            else:
                headers |= {
                    header.image: header for header in result if header.image not in headers
                }
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
        if refusal := _refuse_other_image(name, values):
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
    # The class implies functional groups, but converters keep the class of a single-frame image.
    grouped = (
        first(values, "SOPClassUID") in GROUPED_CLASSES
        or _refuse_without_geometry(name, values) is not None
    )
    if not grouped and int(first(values, "NumberOfFrames") or 1) == 1:
        values = _with_timing(name, files, values)
        return [frame_header(name, 0, values, any_series=any_series)]
    content = files.head(name, MOST_HEADER_BYTES)
    groups = open_dicom(name, content, [*_ELEMENTS.values(), *FRAME_GROUPS])
    frames = frame_values(name, groups, values)
    refusals = (refusal for frame in frames if (refusal := _refuse_without_geometry(name, frame)))
    return next(refusals, None) or [
        frame_header(name, index, frame, any_series=any_series, count=len(frames))
        for index, frame in enumerate(frames)
    ]


def _with_timing(name: str, files: StoredFiles, values: HeaderValues) -> HeaderValues:
    """Add further timing elements if the standard ones are missing."""
    if values.get("TriggerTime") and (values.get("NominalInterval") or values.get("HeartRate")):
        return values
    dataset = open_dicom(name, files.head(name, MOST_HEADER_BYTES), _TIMING_ELEMENTS)
    timing = named_as_classic(dataset_values(dataset, _TIMING_ELEMENTS))
    return {**timing, **{tag: value for tag, value in values.items() if value}}


def _values(name: str, files: StoredFiles) -> HeaderValues:
    head = with_preamble(files.head(name, HEAD_BYTES))
    values = leading_values(head, _ELEMENTS)
    if values is None:
        content, keywords = files.head(name, MOST_HEADER_BYTES), list(_ELEMENTS.values())
        values = dataset_values(open_dicom(name, content, keywords), keywords)
    if (first(values, "Manufacturer") or "").upper().startswith("GE"):
        return {**(leading_values(head, _GE_ELEMENTS) or {}), **values}
    return values


def _refuse_other_image(where: str, values: HeaderValues) -> BadInput | None:
    modality = first(values, "Modality") or "nothing"
    if modality != "MR":
        name = modality if modality in _MODALITIES else "unknown"
        message = f"it is DICOM of modality {name}, not MR"
        return BadInput(where, message, "export the cine series", code="cine.not_mr")
    if int(first(values, "SamplesPerPixel") or 1) != 1:
        return BadInput(
            where, "it is a colour image", "export the images in greyscale", code="cine.colour"
        )
    colours = first(values, "PhotometricInterpretation") or "MONOCHROME2"
    if colours not in ("MONOCHROME1", "MONOCHROME2"):
        name = "of a palette" if colours == "PALETTE COLOR" else "not grey levels"
        message = f"it is a colour image: its pixels are {name}"
        return BadInput(where, message, "export the images in greyscale", code="cine.colour")
    return None


def _refuse_without_geometry(where: str, values: HeaderValues) -> BadInput | None:
    missing = next((tag for tag in GEOMETRY if not values.get(tag)), None)
    return (
        BadInput(
            where, f"it lacks {missing}", "export the original images", code="cine.no_position"
        )
        if missing
        else None
    )
