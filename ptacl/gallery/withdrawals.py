"""Withdrawals from a gallery: its own lists, and those of its store."""

import json
from collections.abc import Collection
from pathlib import Path

import pandas as pd

from ptacl.config.checksums import resealing
from ptacl.config.strict_json import from_dict
from ptacl.gallery import format as layout
from ptacl.store.format import OWN_LIST
from ptacl.store.withdrawals import add_withdrawn, withdrawn_among, withdrawn_in


def withdrawn_from(gallery: Path, manifest: layout.GalleryManifest) -> frozenset[str]:
    """Return the ids on the lists in the gallery's folder and in its store, where that exists."""
    store = gallery / manifest.store_path
    its_store = withdrawn_in(store) if manifest.store_path and store.is_dir() else frozenset()
    return withdrawn_in(gallery) | its_store


def withdraw_from_gallery(gallery: Path, subject_ids: Collection[str]) -> int:
    """Exclude subjects from a gallery; return how many of its subjects are excluded in all.

    What was fitted on them stays: the regression heads, the shape of the map, and the embeddings of
    training ECGs for the out-of-distribution check (without ids). Embed again to renew these.

    Args:
        gallery: its folder.
        subject_ids: withdrawn subjects; ids that it does not hold are ignored.
    """
    manifest = from_dict(
        layout.GalleryManifest, json.loads((gallery / layout.MANIFEST).read_text())
    )  # fmt: skip
    stored_ids = set(pd.read_parquet(gallery / layout.TABLE, columns=["subject_id"])["subject_id"])
    with resealing(gallery, [OWN_LIST]):
        add_withdrawn(gallery, withdrawn_among(stored_ids, frozenset(subject_ids)))
    return len(withdrawn_among(stored_ids, withdrawn_from(gallery, manifest)))
