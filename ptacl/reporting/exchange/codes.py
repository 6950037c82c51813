"""Codes of measured and of predicted values, with their units in UCUM.

Measured intervals have codes of ISO/IEEE 11073-10102 (MDC; DICOM PS3.16, TID 3713 and CID 3227 to
3229) and of LOINC. No vocabulary has a code for a ventricular volume that a model predicts from an
ECG, and the code of a measured volume would be wrong: predictions have a private code in DICOM
(scheme 99PTACL) and text alone in FHIR.
"""

from dataclasses import dataclass

from ptacl.errors import PtaclError

Scheme = str
PRIVATE = "99PTACL"
RESEARCH_TITLE = "Research values predicted from the ECG, not for diagnosis"
UCUM_VERSION = "1.4"


@dataclass(frozen=True, slots=True)
class Code:
    """One concept of a vocabulary."""

    value: str
    scheme: Scheme
    """As in DICOM: ``MDC``, ``LN`` (LOINC), ``DCM``, ``SCT``, ``UCUM`` or `PRIVATE`."""
    meaning: str


@dataclass(frozen=True, slots=True)
class MeasuredCode:
    """Codes of one measured value."""

    key: str
    """Field of `EcgIntervals` or of `Person`."""
    unit: str
    """In UCUM."""
    loinc: Code
    mdc: Code | None = None


def _measured(key: str, unit: str, loinc: tuple[str, str], mdc: tuple[str, str]) -> MeasuredCode:
    return MeasuredCode(key, unit, Code(loinc[0], "LN", loinc[1]), Code(mdc[0], "MDC", mdc[1]))


ECG_CODES: tuple[MeasuredCode, ...] = (
    _measured("heart_rate_bpm", "/min", ("8867-4", "Heart rate"),
              ("2:16016", "Ventricular Heart Rate")),
    _measured("pr_ms", "ms", ("8625-6", "P-R Interval"), ("2:15872", "PR interval global")),
    _measured("qrs_ms", "ms", ("8633-0", "QRS duration"), ("2:16156", "QRS duration global")),
    _measured("qt_ms", "ms", ("8634-8", "Q-T interval"), ("2:16160", "QT interval global")),
    _measured("qtc_ms", "ms",
              ("76634-5", "Q-T interval corrected based on Fridericia formula"),
              ("2:15892", "QTc global using Fredericia formula")),
    _measured("qrs_axis_deg", "deg", ("8632-2", "QRS axis"), ("2:16132", "QRS axis")),
)  # fmt: skip
"""In the order of TID 3713. The MDC name of Fridericia is spelt as in CID 3227."""

PERSON_CODES: tuple[MeasuredCode, ...] = (
    MeasuredCode("age_years", "a", Code("30525-0", "LN", "Age")),
    MeasuredCode("height_cm", "cm", Code("8302-2", "LN", "Body height")),
    MeasuredCode("weight_kg", "kg", Code("29463-7", "LN", "Body weight")),
    MeasuredCode(
        "surface_m2", "m2", Code("3140-1", "LN", "Body surface area Derived from formula")
    ),
)

ECG_STUDY = Code("11524-6", "LN", "EKG study")
TWELVE_LEADS = Code("268400002", "SCT", "12-Lead ECG")
GLOBAL_MEASUREMENTS = Code("122158", "DCM", "ECG Global Measurements")

_UCUM = {"mL": "mL", "g": "g", "%": "%", "mL/m²": "mL/m2", "g/m²": "g/m2"}


def ucum_unit(unit: str) -> str:
    """Return the unit of a phenotype in UCUM.

    Args:
        unit: as shown.

    Raises:
        PtaclError: the unit has no row.

    Example:
        >>> ucum_unit("mL/m²"), ucum_unit("%")
        ('mL/m2', '%')
    """
    if unit not in _UCUM:
        raise PtaclError(
            f"The unit {unit} has no row in ptacl/reporting/exchange/codes.py. Add it.",
            code="output.not_representable",
        )
    return _UCUM[unit]
