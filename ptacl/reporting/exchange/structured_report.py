"""A DICOM structured report (Comprehensive SR) of one inspection, after TID 3700 "ECG Report".

Measured intervals are in the container of TID 3713, the statements that rest on measurements in the
impressions, and predictions in a container of their own, titled as research values.
Identity is not known to PTACL: name, id and birth date are empty.
"""

from __future__ import annotations

import io
import math
from datetime import datetime
from typing import TYPE_CHECKING

import ptacl
from ptacl.phenotypes import surface_of
from ptacl.reporting.details import ReportDetails
from ptacl.reporting.exchange.codes import (
    ECG_CODES,
    ECG_STUDY,
    GLOBAL_MEASUREMENTS,
    PERSON_CODES,
    PRIVATE,
    RESEARCH_TITLE,
    TWELVE_LEADS,
    Code,
)
from ptacl.reporting.exchange.content_items import (
    code_item,
    container,
    dataset_of,
    number_item,
    text_item,
    uid_item,
)
from ptacl.reporting.exchange.predicted import measured_statements, notices, predicted_values
from ptacl.types import Inspection

if TYPE_CHECKING:
    from pydicom.dataset import Dataset

COMPREHENSIVE_SR = "1.2.840.10008.5.1.4.1.1.88.33"
EXPLICIT_LITTLE_ENDIAN = "1.2.840.10008.1.2.1"
ROOT_TITLE = Code(ECG_STUDY.value, ECG_STUDY.scheme, "ECG Report")
LANGUAGE = Code("121049", "DCM", "Language of Content Item and Descendants")
ENGLISH = Code("en", "RFC5646", "English")
OBSERVER_TYPE = Code("121005", "DCM", "Observer Type")
DEVICE = Code("121007", "DCM", "Device")
DEVICE_UID = Code("121012", "DCM", "Device Observer UID")
DEVICE_NAME = Code("121013", "DCM", "Device Observer Name")
PROCEDURE = Code("121058", "DCM", "Procedure Reported")
IMPRESSIONS = Code("121072", "DCM", "Impressions")
IMPRESSION = Code("121073", "DCM", "Impression")
COMMENT = Code("121106", "DCM", "Comment")
RESEARCH = Code("research", PRIVATE, RESEARCH_TITLE)
NOTICE = Code("notice", PRIVATE, "Notice")
BODY = Code("body", PRIVATE, "Person, as stated")
LOW = Code("interval_low", PRIVATE, "Lower end of the 90 % prediction interval")
HIGH = Code("interval_high", PRIVATE, "Upper end of the 90 % prediction interval")
_SEX = {"female": "F", "male": "M", None: ""}


def structured_report(inspection: Inspection, details: ReportDetails) -> bytes:
    """Return the report as the bytes of a DICOM file.

    Args:
        inspection: with the impression as the reader left it.
        details: dates and comment.
    """
    # Imported here: a page draws without pydicom.
    from pydicom.dataset import FileDataset, FileMetaDataset
    from pydicom.uid import UID, generate_uid

    meta = FileMetaDataset()
    meta.MediaStorageSOPClassUID = UID(COMPREHENSIVE_SR)
    meta.MediaStorageSOPInstanceUID = generate_uid()
    meta.TransferSyntaxUID = UID(EXPLICIT_LITTLE_ENDIAN)
    file = FileDataset("", {}, file_meta=meta, preamble=b"\0" * 128)
    _write_document(file, details, inspection)
    _write_person(file, inspection)
    file.update(_content(inspection, details, generate_uid()))
    packed = io.BytesIO()
    file.save_as(packed, enforce_file_format=True)
    return packed.getvalue()


def _write_document(file: Dataset, details: ReportDetails, inspection: Inspection) -> None:
    """Write study, series, equipment and the state of the document: a draft, not verified."""
    from pydicom.uid import generate_uid

    file.SpecificCharacterSet = "ISO_IR 192"
    file.SOPClassUID = file.file_meta.MediaStorageSOPClassUID
    file.SOPInstanceUID = file.file_meta.MediaStorageSOPInstanceUID
    recorded = details.recorded_on.strftime("%Y%m%d") if details.recorded_on else ""
    file.StudyDate, file.StudyTime, file.StudyInstanceUID = recorded, "", generate_uid()
    file.AccessionNumber = file.ReferringPhysicianName = file.StudyID = ""
    file.Modality, file.SeriesInstanceUID, file.SeriesNumber = "SR", generate_uid(), 1
    synthetic = "SYNTHETIC, " if inspection.model.synthetic else ""
    file.SeriesDescription = f"{synthetic}research only, not for diagnosis"
    file.ReferencedPerformedProcedureStepSequence = []
    file.PerformedProcedureCodeSequence = []
    file.Manufacturer, file.ManufacturerModelName = "PTACL", inspection.model.name[:64]
    file.DeviceSerialNumber, file.SoftwareVersions = "none", ptacl.__version__
    file.CodingSchemeIdentificationSequence = [
        dataset_of(CodingSchemeDesignator=PRIVATE, CodingSchemeName="PTACL")
    ]
    file.InstanceNumber = 1
    file.CompletionFlag, file.VerificationFlag = "PARTIAL", "UNVERIFIED"
    file.PreliminaryFlag = "PRELIMINARY"
    file.ContentDate = details.reported_on.strftime("%Y%m%d")
    file.ContentTime = datetime.now().strftime("%H%M%S")


def _write_person(file: Dataset, inspection: Inspection) -> None:
    person = inspection.person
    file.PatientName = file.PatientID = file.PatientBirthDate = ""
    file.PatientSex = _SEX[person.sex]
    if person.age_years is not None:
        file.PatientAge = f"{int(person.age_years):03d}Y"
    if person.height_cm is not None:
        file.PatientSize = round(person.height_cm / 100, 3)
    if person.weight_kg is not None:
        file.PatientWeight = round(person.weight_kg, 1)


def _content(inspection: Inspection, details: ReportDetails, device_uid: str) -> Dataset:
    """Return the root of the content tree."""
    items = [
        code_item("HAS CONCEPT MOD", LANGUAGE, ENGLISH),
        code_item("HAS OBS CONTEXT", OBSERVER_TYPE, DEVICE),
        uid_item("HAS OBS CONTEXT", DEVICE_UID, device_uid),
        text_item("HAS OBS CONTEXT", DEVICE_NAME, f"PTACL {ptacl.__version__}"),
        code_item("HAS CONCEPT MOD", PROCEDURE, TWELVE_LEADS),
        *_person_items(inspection),
        container("CONTAINS", GLOBAL_MEASUREMENTS, _measured(inspection)),
    ]
    statements = measured_statements(inspection)
    if statements:
        texts = [text_item("CONTAINS", IMPRESSION, each) for each in statements]
        items.append(container("CONTAINS", IMPRESSIONS, texts))
    if details.comment:
        items.append(text_item("CONTAINS", COMMENT, details.comment))
    items.append(container("CONTAINS", RESEARCH, _research(inspection)))
    root = container(None, ROOT_TITLE, items)
    root.ContentTemplateSequence = [dataset_of(MappingResource="DCMR",
                                                     TemplateIdentifier="3700")]  # fmt: skip
    return root


def _measured(inspection: Inspection) -> list[Dataset]:
    """Return the intervals that were measured; one that was not is left out."""
    values = ((row, getattr(inspection.intervals, row.key)) for row in ECG_CODES)
    return [
        number_item("CONTAINS", row.mdc, round(value, 1), row.unit)
        for row, value in values
        if row.mdc is not None and math.isfinite(value)
    ]


def _person_items(inspection: Inspection) -> list[Dataset]:
    """Return age, body size and body surface area, as far as they are known."""
    person = inspection.person
    known = {
        "age_years": person.age_years,
        "height_cm": person.height_cm,
        "weight_kg": person.weight_kg,
        "surface_m2": surface_of(person),
    }
    items = [
        number_item("CONTAINS", row.loinc, round(value, 2), row.unit)
        for row in PERSON_CODES
        if (value := known[row.key]) is not None
    ]
    return [container("CONTAINS", BODY, items)] if items else []


def _research(inspection: Inspection) -> list[Dataset]:
    """Return notices, then each prediction with the ends of its interval."""
    items = [text_item("CONTAINS", NOTICE, each) for each in notices(inspection)]
    for each in predicted_values(inspection):
        ends = [
            number_item("HAS PROPERTIES", LOW, each.low, each.unit),
            number_item("HAS PROPERTIES", HIGH, each.high, each.unit),
        ]
        items.append(number_item("CONTAINS", each.code, each.value, each.unit, ends))
    return items
