"""An open store: its table and arrays; verification and withdrawal."""

from collections.abc import Collection, Sequence
from functools import cached_property
from pathlib import Path

import numpy as np
import pandas as pd
from jaxtyping import Float32, Int, UInt8

from ptacl.config.json_record import check_format
from ptacl.config.strict_json import from_dict
from ptacl.display import HasFrame, HasHtml, shortened
from ptacl.errors import PtaclError
from ptacl.signal.recipe import Recipe
from ptacl.store.format import (
    ECG_STEPS_PER_UNIT,
    FORMAT,
    FORMAT_VERSION,
    PROBLEMS,
    Manifest,
    Shard,
    manifest_values,
    quality_from_json,
    read_problems,
    sha256_of,
)
from ptacl.store.plan import planned_subjects
from ptacl.store.purge import purge
from ptacl.store.withdrawals import add_withdrawn, withdrawn_among, withdrawn_in
from ptacl.types import PreparedCine, PreparedEcg


def open_store(path: Path | str) -> "Store":
    """Open a finished store, without the subjects on the withdrawal lists in its folder.

    Args:
        path: folder that `ptacl import` or `ptacl simulate` wrote.

    Returns:
        The store; its arrays stay on disk.

    Raises:
        PtaclError: there is no store, an unfinished one, one of another format version, a damaged
            manifest, or a list of withdrawn participants that cannot be read.
    """
    path = Path(path)
    values = manifest_values(path)
    if not values:
        if (path / "plan.json").is_file():
            state, code = "an unfinished store: run the same import again", "store.unfinished"
        else:
            state = "no store: make one with `ptacl simulate` or `ptacl import`"
            code = "store.not_found"
        raise PtaclError(f"{path} holds {state}.", code=code)
    do = "Import the cohort again."
    check_format(values, (FORMAT, FORMAT_VERSION), path, do, code="store.other_version")
    return Store(path, from_dict(Manifest, values), withdrawn_in(path))


def verify_store(path: Path | str) -> list[str]:
    """Compare all files with their checksums; return a line for each that is damaged."""
    store = open_store(path)
    damage = []
    for shard in store.manifest.shards:
        for file, expected in shard.sha256.items():
            file_path = store.path / "shards" / shard.name / file
            if not file_path.is_file():
                damage.append(f"shard {shard.name}: {file} is missing")
            elif sha256_of(file_path) != expected:
                damage.append(f"shard {shard.name}: {file} differs from its checksum")
    return damage


def withdraw_from_store(path: Path | str, subject_ids: Collection[str]) -> int:
    """Leave subjects out of a store from now on; returns how many of its subjects are left out.

    Those who could not be imported can withdraw too: they leave the table of problems, and a later
    import of the same cohort passes them over.
    """
    store = open_store(path)
    stored = sum(shard.subjects for shard in store.manifest.shards)
    known = planned_subjects(store.path) or store.stored_ids
    known |= {problem.subject_id for problem in read_problems(store.path / PROBLEMS)}
    add_withdrawn(store.path, withdrawn_among(known, frozenset(subject_ids)))
    after = open_store(path)
    purge(after.path, after.manifest, after.withdrawn)
    return stored - len(after)


class Store(HasHtml, HasFrame):
    """An open cohort, from `open_store`. Arrays remain on disk and are read row by row.

    Attributes:
        path: its folder.
        manifest: its description.
        withdrawn: subjects that are excluded, though a shard may contain them.
    """

    def __init__(
        self, path: Path, manifest: Manifest, withdrawn: frozenset[str] = frozenset()
    ) -> None:
        self.path = path
        self.manifest = manifest
        self.withdrawn = withdrawn

    def __len__(self) -> int:
        return len(self._positions) if any(shard.subjects for shard in self.manifest.shards) else 0

    def __repr__(self) -> str:
        origin = ", synthetic" if self.manifest.synthetic else ""
        return shortened(f"Store({self.name}: {len(self)} subjects{origin})")

    @property
    def name(self) -> str:
        """Short name of the cohort."""
        return self.manifest.name

    @property
    def recipe(self) -> Recipe:
        """Preprocessing of every ECG and cine."""
        return self.manifest.recipe

    @cached_property
    def table(self) -> pd.DataFrame:
        """One row for each subject, indexed 0 … n − 1, in the order of the shards."""
        if len(self._shard_table) and not len(self._positions):
            raise PtaclError(
                f"All subjects of {self.path} have withdrawn.", code="store.all_withdrawn"
            )
        return self._shard_table.iloc[self._positions].reset_index(drop=True)

    @property
    def stored_ids(self) -> set[str]:
        """Ids of all subjects in the shards, withdrawn or not."""
        return set(self._shard_table["subject_id"])

    @cached_property
    def _positions(self) -> Int[np.ndarray, " rows"]:
        """Position of each row among all subjects in the shards."""
        ids = self._shard_table["subject_id"]
        return np.flatnonzero(~ids.isin(withdrawn_among(ids, self.withdrawn)).to_numpy())

    @cached_property
    def _shard_table(self) -> pd.DataFrame:
        """One row for each subject in the shards, in the order of the arrays."""
        parts = [
            pd.read_parquet(self.path / "shards" / shard.name / "subjects.parquet")
            for shard in self.manifest.shards
            if shard.subjects
        ]
        if not parts:
            raise PtaclError(f"{self.path} holds no subject.", code="store.empty")
        return pd.concat(parts, ignore_index=True)

    @cached_property
    def _arrays(self) -> list[tuple[np.ndarray, np.ndarray]]:
        return [
            (self._memory_map(shard, "ecg.npy"), self._memory_map(shard, "cine.npy"))
            for shard in self.manifest.shards
            if shard.subjects
        ]

    @cached_property
    def _starts(self) -> np.ndarray:
        counts = [shard.subjects for shard in self.manifest.shards if shard.subjects]
        return np.concatenate([[0], np.cumsum(counts)])

    def _memory_map(self, shard: Shard, file: str) -> np.ndarray:
        try:
            array = np.load(self.path / "shards" / shard.name / file, mmap_mode="r")
        except (OSError, ValueError) as error:
            raise PtaclError(
                f"Shard {shard.name} of {self.path} cannot be read ({file}). Run `ptacl verify "
                f"{self.path}`, delete the shard's folder and import again.",
                code="store.damaged",
            ) from error
        if len(array) != shard.subjects:
            raise PtaclError(
                f"Shard {shard.name} of {self.path} is damaged ({file}). Delete its folder and "
                "import again.",
                code="store.damaged",
            )
        return array

    def _locate(self, row: int) -> tuple[int, int]:
        position = int(self._positions[row])
        shard = int(np.searchsorted(self._starts, position, side="right")) - 1
        return shard, position - int(self._starts[shard])

    def ecg_rows(
        self, rows: Sequence[int | np.integer] | np.ndarray
    ) -> Float32[np.ndarray, "rows leads samples"]:
        """Read the prepared ECGs of rows.

        Args:
            rows: row numbers in `table`, of shape (rows,).

        Returns:
            In the recipe's unit (mV by default); zeros after the end of a recording.
        """
        steps = [self._arrays[s][0][i] for s, i in map(self._locate, map(int, rows))]
        return np.stack(steps).astype(np.float32) / np.float32(ECG_STEPS_PER_UNIT)

    def cine_rows(
        self, rows: Sequence[int | np.integer] | np.ndarray
    ) -> UInt8[np.ndarray, "rows frames y x"]:
        """Read the prepared cines of rows.

        Args:
            rows: row numbers in `table`, of shape (rows,).

        Returns:
            8-bit intensities on the recipe's grid.
        """
        return np.stack([self._arrays[s][1][i] for s, i in map(self._locate, map(int, rows))])

    def prepared_ecg(self, row: int) -> PreparedEcg:
        """Read the ECG of a row with its beats and quality.

        Args:
            row: row number in `table`.

        Returns:
            The ECG as prepared at the import.
        """
        record = self.table.iloc[row]
        return PreparedEcg(
            signal_mv=self.ecg_rows([row])[0],
            valid_samples=int(record["valid_samples"]),
            r_peaks=self.r_peaks(row),
            quality=quality_from_json(record["quality"]),
        )

    def prepared_cine(self, row: int) -> PreparedCine:
        """Read the cine of a row with the phases of its frames.

        Args:
            row: row number in `table`.

        Returns:
            The cine as prepared at the import.
        """
        record = self.table.iloc[row]
        return PreparedCine(
            frames=self.cine_rows([row])[0],
            phases=np.asarray(record["frame_phases"], dtype=np.float32),
            rr_ms=float(record["rr_ms"]),
        )

    def r_peaks(self, row: int) -> Int[np.ndarray, " beats"]:
        """Return the R peaks of a row.

        Args:
            row: row number in `table`.

        Returns:
            Sample numbers at the recipe's rate.
        """
        return np.asarray(self.table["r_peaks"].iloc[row], dtype=np.int64)
