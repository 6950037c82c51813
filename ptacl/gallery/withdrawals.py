"""Subjects of a gallery who have withdrawn since it was made: its own lists, and its store's."""

import json
from collections.abc import Collection
from pathlib import Path

import pandas as pd

from ptacl.config.strict_json import from_dict
from ptacl.gallery import format as layout
from ptacl.store.withdrawals import add_withdrawn, withdrawn_among, withdrawn_in


def withdrawn_from(gallery: Path, manifest: layout.GalleryManifest) -> frozenset[str]:
    """The ids on the lists in the gallery's folder and, where it is still there, its store's."""
    store = gallery / manifest.store_path
    its_store = withdrawn_in(store) if manifest.store_path and store.is_dir() else frozenset()
    return withdrawn_in(gallery) | its_store


def withdraw_from_gallery(gallery: Path, subject_ids: Collection[str]) -> int:
    """Leave subjects out of a gallery from now on; returns how many of its subjects are left out.

    What was learned from all stays: the regression heads, the map's shape, the embeddings of
    training ECGs that tell whether an ECG is familiar (without ids). Embed again to renew them.
    """
    manifest = from_dict(
        layout.GalleryManifest, json.loads((gallery / layout.MANIFEST).read_text())
    )  # fmt: skip
    held = set(pd.read_parquet(gallery / layout.TABLE, columns=["subject_id"])["subject_id"])
    add_withdrawn(gallery, withdrawn_among(held, frozenset(subject_ids)))
    return len(withdrawn_among(held, withdrawn_from(gallery, manifest)))
