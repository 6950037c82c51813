"""Classification of MR images by their DICOM elements: signal component and kind of series.

Standard: DICOM PS3.3 C.8.3.1.1.1 and C.8.13.1 (image type, frame type), C.8.13.3.1 (complex image
component, acquisition contrast), C.8.13.4 (MR pulse sequence: phase contrast, tagging). Vendors add
further values of the image type: Siemens ``M`` and ``P``, Philips ``M_FFE``, ``PHASE MAP``,
``VELOCITY MAP``, ``R_FFE``, ``I_FFE``.
"""

import re

from ptacl.io.containers.dicom_header import HeaderValues

MAGNITUDE = "magnitude"
_COMPONENTS = (
    ("velocity", r"velocity( map)?"),
    ("phase", r"p|phase( map)?|p \w+"),
    ("real", r"r|real|r \w+"),
    ("imaginary", r"i|imaginary|i \w+"),
    (MAGNITUDE, r"m|magnitude|modulus|m \w+"),
)
"""Components of the complex signal and the patterns of their image types."""
_NAMED = {
    "velocity": "a flow series",
    "phase": "a flow series",
    "real": "a series of real parts",
    "imaginary": "a series of imaginary parts",
}
_TYPES = (
    ("a parametric map", r"((t1|t2|t2 star|density|perfusion|diffusion|adc) )?map"),
    ("a perfusion series", r"perfusion"),
    ("a localiser", r"locali[sz]er"),
    ("a flow series", r"pca|flow encoded|phase contrast"),
)
_CONTRASTS = {
    "PERFUSION": "a perfusion series",
    "FLOW_ENCODED": "a flow series",
    "TAGGING": "tagging",
    "DIFFUSION": "a diffusion series",
}
_RAW_DATA = {"1": "phase", "2": "real", "3": "imaginary"}
"""GE's private element (0043,102F); 0, the default, is magnitude."""
_ENCODED = re.compile(r"_v\d+|venc", re.IGNORECASE)
"""Siemens sequence names contain the encoding velocity: ``*fl2d1_v150in``."""


def component(values: HeaderValues) -> str:
    """Return the component of the complex signal in a frame.

    Returns:
        ``magnitude``, ``phase``, ``velocity``, ``real`` or ``imaginary``; empty if unknown.
    """
    stated = _first(values, "ComplexImageComponent").lower()
    stated = stated or _RAW_DATA.get(_first(values, "RawDataType"), "")
    known = {name for name, _ in _COMPONENTS}
    types = [_plain(value) for value in values.get("ImageType", ())[2:]]
    matches = [
        name for name, pattern in _COMPONENTS if any(re.fullmatch(pattern, t) for t in types)
    ]
    if stated in known and not (stated == MAGNITUDE and "velocity" in matches):
        return stated
    return matches[0] if matches else ""


def tagged_kind(values: HeaderValues) -> str | None:
    """Return the kind of a frame of another series, such as ``a flow series``; None for a cine."""
    shown = component(values)
    if shown in _NAMED:
        return _NAMED[shown]
    types = [_plain(value) for value in values.get("ImageType", ())[2:]]
    for kind, pattern in _TYPES:
        if any(re.fullmatch(pattern, value) for value in types):
            return kind
    if contrast := _CONTRASTS.get(_first(values, "AcquisitionContrast").upper()):
        return contrast
    if _first(values, "Tagging").upper() not in ("", "NONE"):
        return "tagging"
    if _first(values, "PhaseContrast").upper() == "YES":
        return "a flow series"
    sequences = (*values.get("SequenceName", ()), *values.get("PulseSequenceName", ()))
    return "a flow series" if any(map(_ENCODED.search, sequences)) else None


def _first(values: HeaderValues, tag: str) -> str:
    return next(iter(values.get(tag, ())), "")


def _plain(value: str) -> str:
    return re.sub(r"[^a-z0-9]+", " ", value.lower()).strip()
