"""Raw file → record: `read_ecg`, `read_ecg_files`, `read_cine`."""

from ptacl.io.cine import read_cine
from ptacl.io.ecg import read_ecg, read_ecg_files

__all__ = ["read_cine", "read_ecg", "read_ecg_files"]
