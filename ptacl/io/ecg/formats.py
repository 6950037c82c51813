"""Registry of ECG formats: one module in this package and one row here per format."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from ptacl.io.containers.dicom_preamble import is_dicom
from ptacl.io.containers.mat_file import is_mat
from ptacl.io.ecg.arrays.matlab import read_mat
from ptacl.io.ecg.arrays.numpy_arrays import is_npy, is_npz, read_npy, read_npz
from ptacl.io.ecg.binary.edf import read_edf
from ptacl.io.ecg.binary.edf_header import is_edf
from ptacl.io.ecg.binary.ishne import is_ishne, read_ishne
from ptacl.io.ecg.binary.kardia_atc import is_kardia_atc, read_kardia_atc
from ptacl.io.ecg.binary.mfer import is_mfer, read_mfer
from ptacl.io.ecg.dicom.waveform import read_dicom_ecg
from ptacl.io.ecg.fhir.observation import read_fhir
from ptacl.io.ecg.fhir.resource import is_fhir
from ptacl.io.ecg.plain_json.leads import is_json_leads, read_json_leads
from ptacl.io.ecg.recording import Recording
from ptacl.io.ecg.scp.record import read_scp
from ptacl.io.ecg.scp.sections import is_scp
from ptacl.io.ecg.text.delimited_text import read_lead_table
from ptacl.io.ecg.text.header_lines import is_text_table
from ptacl.io.ecg.wfdb.header import is_wfdb_header, needed_files
from ptacl.io.ecg.wfdb.record import read_wfdb
from ptacl.io.ecg.xml.cardiosoft import is_cardiosoft_xml, read_cardiosoft_xml
from ptacl.io.ecg.xml.hl7_aecg import is_hl7_aecg, read_hl7_aecg
from ptacl.io.ecg.xml.mortara_eli import is_eli_xml, read_eli_xml
from ptacl.io.ecg.xml.muse import is_muse_xml, read_muse_xml
from ptacl.io.ecg.xml.philips import is_philips_xml, read_philips_xml
from ptacl.io.ecg.xml.schiller import is_schiller_xml, read_schiller_xml

Files = Mapping[str, bytes]


def _alone(content: bytes) -> tuple[str, ...]:
    return ()


@dataclass(frozen=True, slots=True)
class EcgFormat:
    """Detection and reader of one ECG format."""

    name: str
    """Short name, as in `Ecg.source_format`."""
    title: str
    """Title of a word or two, for lists of formats in messages."""
    recognise: Callable[[bytes], bool]
    """Return whether a file is of this format, judging by its content."""
    read: Callable[[str, Files], Recording]
    """Read the named file; the other files were given together with it."""
    companions: Callable[[bytes], tuple[str, ...]] = _alone
    """Return the names of further files that the file needs."""
    listed: bool = True
    """Whether to list it among the supported formats; not one that never holds all leads."""


ECG_FORMATS: tuple[EcgFormat, ...] = (
    EcgFormat("dicom", "DICOM", is_dicom, read_dicom_ecg),
    EcgFormat("scp", "SCP-ECG", is_scp, read_scp),
    EcgFormat("muse", "GE MUSE XML", is_muse_xml, read_muse_xml),
    EcgFormat("cardiosoft", "GE CardioSoft XML", is_cardiosoft_xml, read_cardiosoft_xml),
    EcgFormat("philips", "Philips Sierra XML", is_philips_xml, read_philips_xml),
    EcgFormat("aecg", "HL7 aECG", is_hl7_aecg, read_hl7_aecg),
    EcgFormat("eli", "Mortara ELI XML", is_eli_xml, read_eli_xml),
    EcgFormat("schiller", "Schiller XML", is_schiller_xml, read_schiller_xml),
    EcgFormat("mfer", "MFER", is_mfer, read_mfer),
    EcgFormat("ishne", "ISHNE Holter", is_ishne, read_ishne),
    EcgFormat("kardia", "AliveCor Kardia", is_kardia_atc, read_kardia_atc, listed=False),
    EcgFormat("edf", "EDF", is_edf, read_edf),
    EcgFormat("npy", "NumPy", is_npy, read_npy),
    EcgFormat("npz", "NumPy", is_npz, read_npz),
    EcgFormat("mat", "MATLAB", is_mat, read_mat),
    EcgFormat("fhir", "FHIR", is_fhir, read_fhir),
    EcgFormat("json", "JSON", is_json_leads, read_json_leads),
    EcgFormat("wfdb", "WFDB", is_wfdb_header, read_wfdb, needed_files),
    EcgFormat("csv", "CSV", is_text_table, read_lead_table),
)
"""In order of detection: formats with a magic number first, text last."""


def ecg_format(content: bytes) -> EcgFormat | None:
    """Return the first format that recognises the content; None if none does."""
    return next((row for row in ECG_FORMATS if row.recognise(content)), None)
