"""Raw file → record: `read_ecg`, `read_ecg_files`, `read_cine`, `read_cine_slices`."""

from ptacl.io.cine import read_cine, read_cine_slices
from ptacl.io.ecg import read_ecg, read_ecg_files

__all__ = ["read_cine", "read_cine_slices", "read_ecg", "read_ecg_files"]
