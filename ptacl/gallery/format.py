"""The layout of a gallery: what the app needs to search, place and compare subjects.

gallery.json          names its checkpoint, its store and its simulation, and refuses others
withdrawn*.csv        subjects that are no longer shown (if any); its store's lists count as well
table.parquet         a row a subject: covariates, measured and predicted phenotypes, intervals
embeddings.npz        both embeddings, what the heads read of the ECG, the CMR encoder's features
map.npy               (2, subjects, 2): places on the map of the ECG and of the CMR
familiar.npy          embeddings of training ECGs, to tell whether a new ECG is like them
heads.*               regression heads with their calibration
heads-sex.*, heads-body.*  the same for those whose sex, or also age, height and weight, are known;
                      absent where the cohort does not know them
lead_widening.json    how much wider intervals must be where leads were estimated; without it
                      predictions are withheld then
index.faiss           CMR embeddings, searchable
signals/              ECGs, cines, segments and frames; for simulated subjects these may be
                      left out, and are rebuilt from the seed into the user's cache
"""

import os
from dataclasses import dataclass
from pathlib import Path

import pandas as pd
import pyarrow.parquet as pq

from ptacl.signal.recipe import Recipe
from ptacl.types import Ages

FORMAT = "ptacl-gallery"
FORMAT_VERSION = 2
"""2: heads read what the pooling read, before it is mixed."""

MANIFEST = "gallery.json"
TABLE = "table.parquet"
EMBEDDINGS = "embeddings.npz"
MAP = "map.npy"
FAMILIAR = "familiar.npy"
HEADS = "heads"
INDEX = "index.faiss"
WIDENING = "lead_widening.json"
SIGNALS = "signals"
UNFINISHED = ".signals-"
"""How the names of folders begin in which signals are being written."""


@dataclass(frozen=True)
class Simulation:
    """How the simulated subjects of a gallery can be made again."""

    seed: int
    coupling: float
    ages: Ages = "biobank"
    version: int = 1
    """`ptacl.synthetic.SIMULATION_VERSION` then; 1, where it was made before that was told."""


@dataclass(frozen=True)
class Example:
    """A subject worth opening first."""

    key: str
    title: str
    subject_id: str


@dataclass(frozen=True)
class GalleryManifest:
    """`gallery.json` as a record."""

    name: str
    synthetic: bool
    checkpoint_name: str
    checkpoint_path: str
    """Folder of the checkpoint, relative to the gallery."""
    weights_fingerprint: str
    store_name: str
    recipe: Recipe
    subjects: int
    familiar_limit: float
    """Distance to the training ECGs under which 95 % of held-out ECGs stay."""
    familiar_quantiles: tuple[float, ...]
    """Distances of held-out ECGs at 0, 1, … 100 %."""
    usual_measurements: tuple[float, ...] = ()
    """What training ECGs measure in the middle (`signal.measurements`), for what is unclear in an
    ECG. Empty where the heads read the encoder's features alone."""
    examples: tuple[Example, ...] = ()
    simulation: Simulation | None = None
    store_path: str = ""
    """Folder of the store, relative to the gallery: whoever withdraws there is left out here. Empty
    where the subjects are simulated."""
    synthetic_subjects: bool = True
    synthetic_training: bool = True
    """Which of both makes the gallery synthetic; both, where it was made before they were told."""
    commands: tuple[str, ...] = ()
    """That made it, as they were typed; none where Python made it, or before they were kept."""
    ptacl_version: str = ""
    format: str = FORMAT
    format_version: int = FORMAT_VERSION

    @property
    def measures(self) -> bool:
        """Whether the heads also read what is measured on an ECG."""
        return bool(self.usual_measurements)


def cache_folder() -> Path:
    """Where rebuilt signals are kept: `PTACL_CACHE`, else the user's cache folder."""
    chosen = os.environ.get("PTACL_CACHE")
    if chosen:
        return Path(chosen)
    base = os.environ.get("XDG_CACHE_HOME")
    return (Path(base) if base else Path.home() / ".cache") / "ptacl"


def read_table(gallery: Path) -> pd.DataFrame:
    """The table of all subjects of a gallery, withdrawn ones among them.

    It is one file: pandas' own way would first load the part of Arrow that reads many.
    """
    return pq.ParquetFile(gallery / TABLE).read().to_pandas()
