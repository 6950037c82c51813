"""Signatures of unsupported file formats, each with a remedy.

Sources of the signatures: BioSig library, BRAVEHEART, and the descriptions of the formats. Formats
without a signature (Norav ``.rdt``, raw ``.dat`` of several ECG carts) are not included.
"""

from dataclasses import dataclass

_CART = "export it from its program as HL7 aECG, DICOM or SCP-ECG"
_PROGRAM = "export its leads with their names, as EDF, CSV or MATLAB"
_TABLE = "save it as CSV, with the leads in columns and their names above"
_DEVICE_FILE = "export the original file of the ECG cart: images of an ECG are not supported"


@dataclass(frozen=True, slots=True)
class UnsupportedFormat:
    """An unsupported file format."""

    title: str
    """Noun with article."""
    pattern: bytes
    """Pattern of the first bytes; a pattern that begins with ``<`` may match anywhere in them."""
    remedy: str
    """Remedy as a clause."""


_VENDORS = rb"(?i:mindray|beneheart|zqecg|zoncare|edan|fukuda|nihonkohden|spacelabs|physiocontrol|"
_VENDORS += rb"codestat|midmark|burdick|heartcentrix|cardioperfect|customed|bionet|comen)"

RECORDINGS = (
    UnsupportedFormat(
        "the annotations of an ISHNE Holter recording, without its signal",
        rb"ANN {2}1\.0",
        "give the recording (.ecg) in the same folder",
    ),
    UnsupportedFormat(
        "a Contec ECG90A recording",
        rb"\d{7}\x00{3}\d{4}-\d\d-\d\d \d\d:\d\d:\d\d\x00",
        _CART,
    ),
    UnsupportedFormat(
        "a Neutral Holter archive (.arc)", rb"(?s).{4}##NEUTRAL HOLTER RECORDING##", _CART
    ),
    UnsupportedFormat("an HL7 v2 message", rb"[\x0b\s]*MSH\|\^~\\&", _CART),
    UnsupportedFormat(
        "a clinical document (HL7 CDA)",
        rb"<(\w+:)?ClinicalDocument\b",
        "give the ECG to which the document refers",
    ),
    UnsupportedFormat(
        "an Apple Health export",
        rb"<HealthData\b",
        "give a 12-lead ECG: a watch records a single lead",
    ),
    UnsupportedFormat("an unsupported XML file of an ECG cart", rb"<[\w.:-]*" + _VENDORS, _CART),
    UnsupportedFormat(
        "a Nihon Kohden EEG recording",
        rb"(EEG-[12]1\d\d[A-Z]? V|QI-403A|DAE-2100D)",
        "give an ECG, not an electroencephalogram",
    ),
    UnsupportedFormat("a GDF recording", rb"GDF [12]\.", _PROGRAM),
    UnsupportedFormat("an OpenXDF recording", rb"SXDF", _PROGRAM),
    UnsupportedFormat(
        "a BrainVision recording", rb"Brain ?Vision (Data Exchange|Core|V-Amp)", _PROGRAM
    ),
    UnsupportedFormat("a TMSi recording", rb"POLY SAMPLE FILEversion", _PROGRAM),
    UnsupportedFormat(
        "a BIOPAC AcqKnowledge recording",
        rb"(?s)..[\x1e-\x2d]\x00{3}(\x96\x00|\xa4\x00|\x46\x01|\x76\x03|[\x66\x68\x98]\x07|"
        rb"\xa0\x0b|\x30\x33)\x00\x00",
        _PROGRAM,
    ),
    UnsupportedFormat("an ADInstruments LabChart recording", rb"CFWB\x01\x00{3}", _PROGRAM),
    UnsupportedFormat("a CED Spike2 recording", rb"(?s)..\(C\) CED 87|CEDFILE", _PROGRAM),
    UnsupportedFormat("an Axon (pCLAMP) recording", rb"ABF[ 2]", _PROGRAM),
    UnsupportedFormat("an Intan recording", rb"\xc6\x91\x27\x02|\xac\x27\x91\xd6", _PROGRAM),
    UnsupportedFormat("a LabVIEW (TDMS) recording", rb"TDSm", _PROGRAM),
    UnsupportedFormat(
        "a sound file", rb"(?s)RIFF.{4}WAVE|fLaC|ID3", "give the recording as CSV or EDF"
    ),
)
"""Recordings of ECGs and other signals, which another program can export."""

TABLES = (
    UnsupportedFormat(
        "an Excel or Word document",
        rb"(?s)PK\x03\x04.{26}(\[Content_Types\]\.xml|xl/|word/|docProps/)",
        _TABLE,
    ),
    UnsupportedFormat(
        "an old Excel or Word document", rb"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", _TABLE
    ),
    UnsupportedFormat("a Parquet table", rb"PAR1", _TABLE),
    UnsupportedFormat("an Arrow (Feather) table", rb"ARROW1|FEA1", _TABLE),
    UnsupportedFormat("an SQLite database", rb"SQLite format 3\x00", _TABLE),
    UnsupportedFormat("a Stata table", rb"<stata_dta>", _TABLE),
    UnsupportedFormat("an SPSS table", rb"\$FL[23]@\(#\)", _TABLE),
    UnsupportedFormat(
        "a SAS table", rb"HEADER RECORD\*{7}LIBRARY|\x00{12}\xc2\xea\x81\x60", _TABLE
    ),
)

PICTURES = (
    UnsupportedFormat("a PDF document", rb"%PDF", _DEVICE_FILE),
    UnsupportedFormat("a JPEG image", rb"\xff\xd8\xff", _DEVICE_FILE),
    UnsupportedFormat("a PNG image", rb"\x89PNG", _DEVICE_FILE),
    UnsupportedFormat("a GIF image", rb"GIF8", _DEVICE_FILE),
    UnsupportedFormat("a TIFF image", rb"II\*\x00|MM\x00\*", _DEVICE_FILE),
    UnsupportedFormat(
        "a web page (HTML)",
        rb"(?i)\s*(<!doctype html|<html|<head)",
        "save the file itself, not the page that shows it",
    ),
    UnsupportedFormat("an SVG drawing", rb"<svg\b", _DEVICE_FILE),
)

UNSUPPORTED = (*RECORDINGS, *TABLES, *PICTURES)
