"""PTACL: contrastive learning on pairs of a 12-lead ECG and a cardiac cine MRI.

A trained model estimates ventricular volumes and retrieves similar hearts from the ECG alone.

    model = ptacl.load("demo")
    ecg = ptacl.read_ecg("file.hea")
    model.inspect(ecg)

For research, not a medical device.
"""

import importlib
from typing import Any

__version__ = "0.1.0"

# Lazy imports (PEP 562): importing ptacl must not import torch, for the app's first page.
_LAZY_IMPORTS = {
    "load": "ptacl.inference.model",
    "Model": "ptacl.inference.model",
    "open_gallery": "ptacl.gallery",
    "Gallery": "ptacl.gallery",
    "open_store": "ptacl.store",
    "Store": "ptacl.store",
    "train": "ptacl.workflow.train",
    "embed": "ptacl.workflow.embed",
    "evaluate": "ptacl.workflow.evaluate",
    "StoreDataset": "ptacl.data.store_dataset",
    "EcgTransformer": "ptacl.inference.ecg_transformer",
    "EcgEncoder": "ptacl.checkpoint.ecg_encoder",
    "read_ecg": "ptacl.io",
    "read_cine": "ptacl.io",
    "read_cine_slices": "ptacl.io",
    "Ecg": "ptacl.types",
    "Cine": "ptacl.types",
    "Person": "ptacl.types",
    "Subject": "ptacl.types",
    "Pair": "ptacl.types",
    "Embeddings": "ptacl.types",
    "Inspection": "ptacl.types",
    "PtaclError": "ptacl.errors",
}
__all__ = [*_LAZY_IMPORTS, "__version__"]


def __getattr__(name: str) -> Any:
    if name in _LAZY_IMPORTS:
        return getattr(importlib.import_module(_LAZY_IMPORTS[name]), name)
    raise AttributeError(f"module 'ptacl' has no attribute {name!r}")


def __dir__() -> list[str]:
    return sorted(__all__)
