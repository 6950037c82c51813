"""The files of a gallery, format version 2.

gallery.json          manifest: checkpoint, store, simulation, versions
withdrawn*.csv        withdrawn subjects (if any), which are excluded, as are those of its store's
table.parquet         a row a subject: covariates, measured and predicted phenotypes, intervals
embeddings.npz        both embeddings, the heads' input of each ECG, the CMR encoder's features
map.npy               (2, subjects, 2): positions on the map of the ECG and of the CMR
familiar.npy          embeddings of training ECGs, for the out-of-distribution check
heads.*               regression heads with their calibration
heads-sex.*, heads-body.*  the same with sex, or sex, age, height and weight, as further input;
                      absent where the cohort lacks them
lead_sets.json, lead_sets.npz  heads, calibration and distribution limits for fewer than 12 leads;
                      absent where the encoder does not know absent leads
probabilities.json, probabilities.npz  calibrated probabilities of findings with their operating
                      points, and the distribution of LVEF; absent in older galleries, and where the
                      cohort has too few hearts with a finding
lead_widening.json    factors of the intervals where leads were estimated; without it predictions
                      are withheld for such ECGs
index.faiss           CMR embeddings, searchable
known_cines.npy       features of the simulated hearts in random appearance, for the
                      out-of-distribution check of cines; only where the model was trained on it
                      and the cines of the gallery are plain
signals/              ECGs, cines, segments and frames; for simulated subjects these may be
                      left out, and are rebuilt from the seed into the user's cache
"""

import os
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

import pandas as pd
import pyarrow.parquet as pq

from ptacl.io.cohort.targets import Target
from ptacl.signal.recipe import Recipe
from ptacl.types import Ages, Appearance

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
KNOWN_CINES = "known_cines.npy"
LEAD_SETS = "lead_sets.json"
LEAD_SET_ARRAYS = "lead_sets.npz"
PROBABILITIES = "probabilities.json"
PROBABILITY_ARRAYS = "probabilities.npz"
SIGNALS = "signals"
UNFINISHED = ".signals-"
"""Prefix of folders into which signals are being written."""


@dataclass(frozen=True)
class Simulation:
    """Parameters that reproduce the simulated subjects of a gallery."""

    seed: int
    coupling: float
    ages: Ages = "biobank"
    version: int = 1
    """`ptacl.synthetic.SIMULATION_VERSION` then; 1 in galleries made before it was recorded."""
    appearance: Appearance = "plain"
    """Of the cines."""


@dataclass(frozen=True)
class Example:
    """An example subject."""

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
    """Medians of the training ECGs (`signal.measurements`), which replace measurements that are
    missing in an ECG. Empty where the heads read the encoder's features alone."""
    calibration: Literal["split", "cross", "none"] = "split"
    """How the intervals were calibrated (`regression.calibration_plan`)."""
    calibrated_on: int = 0
    """Subjects of a small cohort that fitted and calibrated its heads; 0 in other cohorts."""
    trained_on_calibration: bool = False
    """Whether the encoder was trained on the subjects that calibrated the intervals."""
    examples: tuple[Example, ...] = ()
    simulation: Simulation | None = None
    store_path: str = ""
    """Folder of the store, relative to the gallery: subjects withdrawn there are excluded here.
    Empty where the subjects are simulated."""
    synthetic_subjects: bool = True
    synthetic_training: bool = True
    """Which of the two makes the gallery synthetic; both in galleries made before they were
    recorded."""
    commands: tuple[str, ...] = ()
    """Command lines that made it; none where Python made it, or before they were recorded."""
    ptacl_version: str = ""
    phenotypes: tuple[str, ...] = ()
    """Keys of the phenotypes in its table, measured and predicted. Empty where it was made before
    they were recorded: `Gallery.phenotypes` then finds them among the columns."""
    measurements: tuple[str, ...] = ()
    """Keys of the measured ECG values in its table; likewise."""
    targets: tuple[Target, ...] = ()
    """Targets that its cohort brought, columns `regression.target_columns` of its table; none in
    galleries made before they were kept."""
    format: str = FORMAT
    format_version: int = FORMAT_VERSION

    @property
    def measures(self) -> bool:
        """Whether the heads also read what is measured on an ECG."""
        return bool(self.usual_measurements)


def reads_any_leads(gallery: Path) -> bool:
    """Return whether a gallery has heads for fewer than 12 leads, without opening it."""
    return (gallery / LEAD_SETS).is_file()


def cache_folder() -> Path:
    """Return the folder of rebuilt signals: `PTACL_CACHE`, else the user's cache folder."""
    chosen = os.environ.get("PTACL_CACHE")
    if chosen:
        return Path(chosen)
    base = os.environ.get("XDG_CACHE_HOME")
    return (Path(base) if base else Path.home() / ".cache") / "ptacl"


def read_table(gallery: Path) -> pd.DataFrame:
    """Return the table of all subjects of a gallery, including withdrawn ones.

    Read through Arrow's file reader: pandas would first import its reader of data sets.
    """
    return pq.ParquetFile(gallery / TABLE).read().to_pandas()
