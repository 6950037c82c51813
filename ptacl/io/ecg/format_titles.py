"""Titles of the ECG formats, for pages that list them before the readers are loaded.

A test compares them with the registry (`ptacl.io.ecg.formats`), whose readers take a second to
import.
"""

ECG_FORMAT_TITLES = {
    "dicom": "DICOM",
    "scp": "SCP-ECG",
    "muse": "GE MUSE XML",
    "cardiosoft": "GE CardioSoft XML",
    "philips": "Philips Sierra XML",
    "aecg": "HL7 aECG",
    "eli": "Mortara ELI XML",
    "schiller": "Schiller XML",
    "mfer": "MFER",
    "ishne": "ISHNE Holter",
    "edf": "EDF",
    "npy": "NumPy",
    "npz": "NumPy",
    "mat": "MATLAB",
    "fhir": "FHIR",
    "json": "JSON",
    "wfdb": "WFDB",
    "csv": "CSV",
}
"""`Ecg.source_format` → title, in the order of the registry."""
