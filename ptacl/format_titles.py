"""The titles of the ECG formats, for a page that lists them before any reader is loaded.

A test holds them against the registry (`ptacl.io.formats`), whose readers take a second to import.
"""

ECG_FORMAT_TITLES = (
    "DICOM",
    "SCP-ECG",
    "GE MUSE XML",
    "GE CardioSoft XML",
    "Philips Sierra XML",
    "HL7 aECG",
    "EDF",
    "NumPy",
    "MATLAB",
    "WFDB",
    "CSV",
)
"""In the order of the registry, each once."""
