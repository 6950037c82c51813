"""The headers of a DICOM series, and which series are no short-axis cine."""

import re
import warnings
from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from jaxtyping import Float64
from pydicom.dataset import Dataset

from ptacl.errors import BadInput
from ptacl.io.dicom_file import is_dicom, open_dicom

_NOT_CINE = (
    ("a perfusion series", r"perf|first ?pass|dynamic contrast"),
    ("a localiser", r"locali[sz]er|scout|survey|haste"),
    ("late enhancement", r"\blge\b|late ?(gad|enh)|delayed|psir|viab|\bmde\b"),
    ("a long-axis cine", r"\b[234] ?ch|chamber|\blax\b|long ?ax|[lr]vot|\b[hv]la\b"),
    ("a parametric map", r"\bt[12] ?\*? ?map|molli|t2 ?star|\bmap\b"),
    ("a flow series", r"flow|phase contrast|venc|velocity|aort"),
    ("tagging", r"\btag|spamm"),
    ("an overlay of contours", r"inline ?vf"),
)
"""What a series is called when it is no short-axis cine: (what, pattern of the plain name)."""

_TAGS = [
    "SOPInstanceUID", "SeriesInstanceUID", "SeriesNumber", "Modality", "ImageType",
    "SeriesDescription", "ProtocolName", "SequenceName",
    "Rows", "Columns", "NumberOfFrames", "SamplesPerPixel", "PixelSpacing",
    "ImagePositionPatient", "ImageOrientationPatient",
    "TriggerTime", "NominalInterval", "HeartRate",
]  # fmt: skip


@dataclass(frozen=True, slots=True)
class FrameHeader:
    """One image of a series. Descriptions are judged and dropped here."""

    file: str
    series: str
    series_number: int
    image: str
    """UID of the image: the same file exported twice is one image."""
    not_cine: str | None
    """What the series is by its name, when it is no short-axis cine."""
    trigger_ms: float | None
    rr_ms: float | None
    position: Float64[np.ndarray, "3"]
    orientation: Float64[np.ndarray, "6"]
    spacing_mm: tuple[float, float]
    shape: tuple[int, int]

    @property
    def normal(self) -> Float64[np.ndarray, "3"]:
        """Normal of the image plane."""
        return np.cross(self.orientation[:3], self.orientation[3:])


def read_headers(files: Mapping[str, bytes]) -> list[FrameHeader]:
    """The headers of all DICOM images among the files, in the order of the files."""
    headers: dict[str, FrameHeader] = {}
    for name in files:
        content = files[name]
        if is_dicom(content) and not name.upper().endswith("DICOMDIR"):
            header = _header(name, content)
            headers.setdefault(header.image, header)
    return list(headers.values())


def _header(name: str, content: bytes) -> FrameHeader:
    with warnings.catch_warnings():
        # pydicom quotes odd values in its warnings, and those may be a patient's.
        warnings.simplefilter("ignore")
        try:
            tags = open_dicom(name, content, _TAGS)
            _expect_image(name, tags)
            return _frame_header(name, tags)
        except BadInput:
            raise
        except Exception as error:  # a damaged header can make the parser raise anything
            raise BadInput(name, "it is a damaged DICOM file", "export the series again") from error


def _expect_image(where: str, tags: Dataset) -> None:
    modality = str(tags.get("Modality", "nothing"))
    if modality != "MR":
        named = modality if re.fullmatch(r"[A-Z]{2,8}", modality) else "unknown"
        raise BadInput(where, f"it is DICOM of modality {named}, not MR", "export the cine series")
    if int(tags.get("NumberOfFrames") or 1) > 1:
        raise BadInput(
            where,
            "this looks like a multi-frame MR image, which this version does not read yet",
            "export one file a frame",
        )
    if int(tags.get("SamplesPerPixel") or 1) != 1:
        raise BadInput(where, "it is a colour picture", "export the images in grey")
    absent = [
        tag
        for tag in ("PixelSpacing", "ImagePositionPatient", "ImageOrientationPatient")
        if not tags.get(tag)
    ]
    if absent:
        raise BadInput(where, f"it lacks {absent[0]}", "export the original images")


def _frame_header(name: str, tags: Dataset) -> FrameHeader:
    row_mm, column_mm = (float(side) for side in tags.PixelSpacing)
    return FrameHeader(
        file=name,
        series=str(tags.get("SeriesInstanceUID", "")),
        series_number=int(tags.get("SeriesNumber") or 0),
        image=str(tags.get("SOPInstanceUID") or name),
        not_cine=_not_cine(tags),
        trigger_ms=_number(tags, "TriggerTime"),
        rr_ms=_rr_ms(tags),
        position=np.array([float(x) for x in tags.ImagePositionPatient]),
        orientation=np.array([float(x) for x in tags.ImageOrientationPatient]),
        spacing_mm=(row_mm, column_mm),
        shape=(int(tags.Rows), int(tags.Columns)),
    )


def _not_cine(tags: Dataset) -> str | None:
    for tag in ("SeriesDescription", "ProtocolName", "SequenceName", "ImageType"):
        value = tags.get(tag) or ""
        words = " ".join(value) if tag == "ImageType" and not isinstance(value, str) else str(value)
        plain = re.sub(r"[^a-z0-9*]+", " ", words.lower())
        what = next((what for what, pattern in _NOT_CINE if re.search(pattern, plain)), None)
        # A protocol may be named after one of its parts; the series says best what it is.
        if what or (tag == "SeriesDescription" and re.search(r"cine|sax|short ?ax", plain)):
            return what
    return None


def _number(tags: Dataset, tag: str) -> float | None:
    value = tags.get(tag)
    return None if value in (None, "") else float(value)


def _rr_ms(tags: Dataset) -> float | None:
    interval = _number(tags, "NominalInterval")
    if interval and interval > 100:
        return interval
    rate = _number(tags, "HeartRate")
    return 60_000 / rate if rate else None
