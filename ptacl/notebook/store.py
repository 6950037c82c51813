"""A store in a notebook: its facts and its table."""

import pandas as pd
from markupsafe import Markup

from ptacl.notebook.facts import excerpt_html, record_html
from ptacl.phenotypes import COVARIATE_KEYS, PHENOTYPE_KEYS, PHENOTYPES
from ptacl.store import Store
from ptacl.store.targets import targets_of


def html(store: Store) -> Markup:
    """Return the facts of a store with its first rows."""
    recipe = store.recipe
    known = [entry.name for entry in PHENOTYPES if entry.key in store.table]
    built_in = set(PHENOTYPE_KEYS)
    own = [target.key for target in targets_of(store) if target.key not in built_in]
    ecg = f"{recipe.ecg.duration_s:g} s at {recipe.ecg.sample_rate_hz:g} Hz"
    facts = [
        ("Subjects", f"{len(store)} in {len(store.manifest.shards)} shards"),
        ("Withdrawn", f"{len(store.withdrawn)} ids" if store.withdrawn else ""),
        ("ECG", ecg),
        ("Cine", f"{recipe.cine.frames} frames of {recipe.cine.size} × {recipe.cine.size} pixels"),
        ("Phenotypes", ", ".join(known)),
        ("Targets", ", ".join(own)),
    ]
    columns = ["subject_id", *COVARIATE_KEYS, *PHENOTYPE_KEYS]
    return record_html(
        f"Store {store.name}", facts, excerpt_html(store.table, columns),
        synthetic=store.manifest.synthetic,
    )  # fmt: skip


def frame(store: Store) -> pd.DataFrame:
    """Return a row a subject: covariates, phenotypes, beats and quality."""
    return store.table.copy()
