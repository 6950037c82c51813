"""The titles of the ECG formats, for a page that lists them before any reader is loaded.

A test holds them against the registry (`ptacl.io.formats`), whose readers take a second to import.
"""

ECG_FORMAT_TITLES = (
    "DICOM ECG",
    "NumPy (.npy)",
    "NumPy (.npz)",
    "WFDB (.hea with .dat or .mat)",
    "a table of leads (CSV, TSV)",
)
"""In the order of the registry."""
