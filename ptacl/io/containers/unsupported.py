"""Files that no reader takes, known by their content, and what to give in place of each.

Signatures: as the BioSig library, BRAVEHEART and the formats' own descriptions publish them. What
can be known by its extension alone (Norav ``.rdt``, raw ``.dat`` of several carts) is not here.
"""

from dataclasses import dataclass

_CART = "export it from its program as HL7 aECG, DICOM or SCP-ECG"
_PROGRAM = "export its leads with their names, as EDF, CSV or MATLAB"
_TABLE = "save it as CSV, with the leads in columns and their names above"
_DEVICE_FILE = "export the cart's own file: a print or a picture of an ECG is not read"


@dataclass(frozen=True, slots=True)
class Unread:
    """One kind of file."""

    what: str
    """A noun with its article."""
    pattern: bytes
    """Of the first bytes; one that begins with ``<`` may stand anywhere among them."""
    remedy: str
    """What to do, as a clause."""


_VENDORS = rb"(?i:mindray|beneheart|zqecg|zoncare|edan|fukuda|nihonkohden|spacelabs|physiocontrol|"
_VENDORS += rb"codestat|midmark|burdick|heartcentrix|cardioperfect|customed|bionet|comen)"

RECORDINGS = (
    Unread(
        "the annotations of an ISHNE Holter recording, without its signal",
        rb"ANN {2}1\.0",
        "give the recording (.ecg) that lies beside it",
    ),
    Unread(
        "a Contec ECG90A recording",
        rb"\d{7}\x00{3}\d{4}-\d\d-\d\d \d\d:\d\d:\d\d\x00",
        _CART,
    ),
    Unread("a Neutral Holter archive (.arc)", rb"(?s).{4}##NEUTRAL HOLTER RECORDING##", _CART),
    Unread("an HL7 v2 message", rb"[\x0b\s]*MSH\|\^~\\&", _CART),
    Unread(
        "a clinical document (HL7 CDA)",
        rb"<(\w+:)?ClinicalDocument\b",
        "give the ECG that it speaks of, not the document",
    ),
    Unread(
        "an Apple Health export",
        rb"<HealthData\b",
        "give a 12-lead ECG: a watch records a single lead",
    ),
    Unread("an ECG cart's XML of a kind that is not read", rb"<[\w.:-]*" + _VENDORS, _CART),
    Unread(
        "a Nihon Kohden EEG recording",
        rb"(EEG-[12]1\d\d[A-Z]? V|QI-403A|DAE-2100D)",
        "give an ECG, not an electroencephalogram",
    ),
    Unread("a GDF recording", rb"GDF [12]\.", _PROGRAM),
    Unread("an OpenXDF recording", rb"SXDF", _PROGRAM),
    Unread("a BrainVision recording", rb"Brain ?Vision (Data Exchange|Core|V-Amp)", _PROGRAM),
    Unread("a TMSi recording", rb"POLY SAMPLE FILEversion", _PROGRAM),
    Unread(
        "a BIOPAC AcqKnowledge recording",
        rb"(?s)..[\x1e-\x2d]\x00{3}(\x96\x00|\xa4\x00|\x46\x01|\x76\x03|[\x66\x68\x98]\x07|"
        rb"\xa0\x0b|\x30\x33)\x00\x00",
        _PROGRAM,
    ),
    Unread("an ADInstruments LabChart recording", rb"CFWB\x01\x00{3}", _PROGRAM),
    Unread("a CED Spike2 recording", rb"(?s)..\(C\) CED 87|CEDFILE", _PROGRAM),
    Unread("an Axon (pCLAMP) recording", rb"ABF[ 2]", _PROGRAM),
    Unread("an Intan recording", rb"\xc6\x91\x27\x02|\xac\x27\x91\xd6", _PROGRAM),
    Unread("a LabVIEW (TDMS) recording", rb"TDSm", _PROGRAM),
    Unread("a sound file", rb"(?s)RIFF.{4}WAVE|fLaC|ID3", "give the recording as CSV or EDF"),
)
"""Recordings of hearts and other signals, which another program can export."""

TABLES = (
    Unread(
        "an Excel or Word document",
        rb"(?s)PK\x03\x04.{26}(\[Content_Types\]\.xml|xl/|word/|docProps/)",
        _TABLE,
    ),
    Unread("an old Excel or Word document", rb"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", _TABLE),
    Unread("a Parquet table", rb"PAR1", _TABLE),
    Unread("an Arrow (Feather) table", rb"ARROW1|FEA1", _TABLE),
    Unread("an SQLite database", rb"SQLite format 3\x00", _TABLE),
    Unread("a Stata table", rb"<stata_dta>", _TABLE),
    Unread("an SPSS table", rb"\$FL[23]@\(#\)", _TABLE),
    Unread("a SAS table", rb"HEADER RECORD\*{7}LIBRARY|\x00{12}\xc2\xea\x81\x60", _TABLE),
)

PICTURES = (
    Unread("a PDF document", rb"%PDF", _DEVICE_FILE),
    Unread("a JPEG image", rb"\xff\xd8\xff", _DEVICE_FILE),
    Unread("a PNG image", rb"\x89PNG", _DEVICE_FILE),
    Unread("a GIF image", rb"GIF8", _DEVICE_FILE),
    Unread("a TIFF image", rb"II\*\x00|MM\x00\*", _DEVICE_FILE),
    Unread(
        "a web page (HTML)",
        rb"(?i)\s*(<!doctype html|<html|<head)",
        "save the file itself, not the page that shows it",
    ),
    Unread("an SVG drawing", rb"<svg\b", _DEVICE_FILE),
)

UNREAD = (*RECORDINGS, *TABLES, *PICTURES)
