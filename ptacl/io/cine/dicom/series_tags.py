"""Which part of the signal an image shows, and what its series is by its elements, not its name.

Standard: DICOM PS3.3 C.8.3.1.1.1 and C.8.13.1 (image type, frame type), C.8.13.3.1 (complex image
component, acquisition contrast), C.8.13.4 (MR pulse sequence: phase contrast, tagging). Makers add
values of their own to the image type: Siemens ``M`` and ``P``, Philips ``M_FFE``, ``PHASE MAP``,
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
"""What an image shows of the complex signal, and how an image type says it."""
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
"""GE's own element (0043,102F); 0 is magnitude, and what images without one are taken for."""
_ENCODED = re.compile(r"_v\d+|venc", re.IGNORECASE)
"""Siemens names the velocity in its sequences: ``*fl2d1_v150in``."""


def component(values: HeaderValues) -> str:
    """What of the complex signal a frame shows: ``magnitude``, ``phase``, ``velocity``, ``real``
    or ``imaginary``; empty where nothing says it.
    """
    said = _first(values, "ComplexImageComponent").lower()
    said = said or _RAW_DATA.get(_first(values, "RawDataType"), "")
    known = {name for name, _ in _COMPONENTS}
    types = [_plain(value) for value in values.get("ImageType", ())[2:]]
    found = [name for name, words in _COMPONENTS if any(re.fullmatch(words, t) for t in types)]
    if said in known and not (said == MAGNITUDE and "velocity" in found):
        return said
    return found[0] if found else ""


def tagged_kind(values: HeaderValues) -> str | None:
    """What a frame is by its elements, when it is no image of a cine: ``a flow series``."""
    shows = component(values)
    if shows in _NAMED:
        return _NAMED[shows]
    types = [_plain(value) for value in values.get("ImageType", ())[2:]]
    for what, words in _TYPES:
        if any(re.fullmatch(words, value) for value in types):
            return what
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
