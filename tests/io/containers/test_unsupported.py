"""Files that no reader takes: each is named, with what to give in its place."""

import struct

import pytest

from ptacl.errors import BadInput
from ptacl.io import read_ecg_files
from ptacl.io.containers.sniffing import describe, unsupported_format
from ptacl.io.containers.unsupported import UNSUPPORTED
from ptacl.io.ecg.formats import ECG_FORMATS
from tests.io.damage import outcome
from tests.made.files import zip_bytes

XML = b"<?xml version='1.0'?>\n"
EXAMPLES = [
    (b"ANN  1.0" + bytes(600), "annotations of an ISHNE", "recording (.ecg)"),
    (b"0000053\0\0\0" + b"2020-11-24 07:19:13\0\0\0" + bytes(99), "Contec ECG90A", "SCP-ECG"),
    (b"\x03\0\0\0##NEUTRAL HOLTER RECORDING##" + bytes(99), "Neutral Holter", "SCP-ECG"),
    (b"MSH|^~\\&|CART|WARD|||20231201||ORU^R01|1|P|2.5\rPID|1", "HL7 v2 message", "HL7 aECG"),
    (
        XML + b'<ClinicalDocument xmlns="urn:hl7-org:v3">',
        "clinical document",
        "to which the document refers",
    ),
    (XML + b"<!DOCTYPE HealthData><HealthData locale='de'>", "Apple Health", "single lead"),
    (XML + b"<MindrayECG><Lead/></MindrayECG>", "unsupported XML file of an ECG cart", "HL7 aECG"),
    (XML + b"<root><zqecg><lead>12</lead>", "unsupported XML file of an ECG cart", "HL7 aECG"),
    (b"EEG-1100A V01.00" + bytes(200), "Nihon Kohden EEG", "give an ECG"),
    (b"GDF 2.20" + bytes(300), "a GDF recording", "as EDF"),
    (b"Brain Vision Data Exchange Header File Version 1.0\n", "BrainVision", "as EDF"),
    (struct.pack("<hii", 1, 38, 1896) + bytes(300), "BIOPAC AcqKnowledge", "MATLAB"),
    (b"CFWB\x01\0\0\0" + bytes(99), "LabChart", "MATLAB"),
    (b"\x08\0(C) CED 87" + bytes(99), "Spike2", "MATLAB"),
    (b"RIFF\x10\0\0\0WAVEfmt ", "a sound file", "as CSV or EDF"),
    (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(99), "old Excel or Word", "as CSV"),
    (b"PAR1" + bytes(99), "a Parquet table", "as CSV"),
    (b"SQLite format 3\0" + bytes(99), "an SQLite database", "as CSV"),
    (b"%PDF-1.7\n%\xe2\xe3", "a PDF document", "images of an ECG are not supported"),
    (b"\xff\xd8\xff\xe0\x00\x10JFIF", "a JPEG image", "images of an ECG"),
    (b"<!doctype html><body><svg>", "a web page", "not the page that shows it"),
    (XML + b"<svg xmlns='http://www.w3.org/2000/svg'>", "an SVG drawing", "images of an ECG"),
]


@pytest.mark.parametrize(("content", "what", "remedy"), EXAMPLES, ids=[x[1] for x in EXAMPLES])
def test_what_is_known_is_named_with_what_to_give(content: bytes, what: str, remedy: str) -> None:
    with pytest.raises(BadInput) as told:
        read_ecg_files({"ecg.dat": content})
    assert what in str(told.value)
    assert remedy.lower() in str(told.value).lower()
    assert "WFDB" in str(told.value)  # the formats that are read


def test_an_excel_sheet_is_named_though_it_is_a_zip() -> None:
    sheet = zip_bytes({"[Content_Types].xml": b"<Types/>", "xl/workbook.xml": b"<workbook/>"})
    with pytest.raises(BadInput, match=r"an Excel or Word document.*Save it as CSV"):
        read_ecg_files({"leads.xlsx": sheet})


def test_of_several_files_the_known_one_is_named() -> None:
    files = {"notes.txt": b"seen on Monday\n", "scan.pdf": b"%PDF-1.7"}
    with pytest.raises(BadInput, match=r"scan\.pdf: this looks like a PDF document"):
        read_ecg_files(files)


def test_a_name_in_an_unknown_file_is_no_vendor() -> None:
    content = XML + b"<study><patient>Edan Zoll</patient></study>"
    assert describe(content) == "an XML file of no known kind"


def test_no_kind_is_named_twice_and_no_format_is_among_them() -> None:
    assert len({kind.title for kind in UNSUPPORTED}) == len(UNSUPPORTED)
    titles = {row.title for row in ECG_FORMATS}
    assert not titles.intersection(kind.title for kind in UNSUPPORTED)
    assert all(kind.remedy and not kind.remedy.endswith(".") for kind in UNSUPPORTED)


def test_a_format_that_never_holds_all_leads_is_not_offered() -> None:
    refused = str(outcome(b"\x01\x02\x03\x04" * 99))
    assert "MFER" in refused
    assert "Kardia" not in refused


def test_random_bytes_are_seldom_given_a_name() -> None:
    import numpy as np

    draws = np.random.default_rng(0).integers(0, 256, size=(2000, 64), dtype=np.uint8)
    assert sum(unsupported_format(row.tobytes()) is not None for row in draws) <= 1
