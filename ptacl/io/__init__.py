"""Readers of raw files: `read_ecg`, `read_ecg_files`, `read_cine`, `read_cine_slices`."""

import importlib
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from ptacl.io.cine.read import read_cine, read_cine_slices
    from ptacl.io.ecg.read import read_ecg, read_ecg_files

__all__ = ["read_cine", "read_cine_slices", "read_ecg", "read_ecg_files"]

# Lazy imports (PEP 562): a gallery reads withdrawal lists through this package, and the app's first
# page must not wait for the DICOM and MATLAB libraries.
_LAZY_IMPORTS = {
    name: "ptacl.io.cine.read" if "cine" in name else "ptacl.io.ecg.read" for name in __all__
}


def __getattr__(name: str) -> Any:
    if name in _LAZY_IMPORTS:
        return getattr(importlib.import_module(_LAZY_IMPORTS[name]), name)
    raise AttributeError(f"module 'ptacl.io' has no attribute {name!r}")
