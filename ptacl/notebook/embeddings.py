"""Embeddings as a table."""

import numpy as np
import pandas as pd

from ptacl.types import Embeddings


def frame(embeddings: Embeddings) -> pd.DataFrame:
    """Return a row a subject with the dimensions of both embeddings, ``ecg_0`` … ``cmr_0`` …."""
    parts = {"ecg": embeddings.ecg, "cmr": embeddings.cmr}
    columns = [f"{name}_{index}" for name, part in parts.items() for index in range(part.shape[1])]
    ids = pd.Index(embeddings.subject_ids, name="subject_id")
    return pd.DataFrame(np.hstack(list(parts.values())), ids, columns)
