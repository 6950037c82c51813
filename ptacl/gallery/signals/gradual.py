"""Signals of a gallery that are rebuilt while its pages are used already.

A heart that is needed before its turn is read from the shipped ones, or simulated at once.
"""

import threading
from collections import OrderedDict
from collections.abc import Callable
from pathlib import Path
from typing import TypeVar

import numpy as np
import pandas as pd

from ptacl.gallery import format as layout
from ptacl.gallery.signals.arrays import Heart, Signals, TimeSteps
from ptacl.gallery.signals.rebuild import (
    Progress,
    check_rebuildable,
    rebuild_signals,
    render_subjects,
    subject_numbers,
)
from ptacl.gallery.signals.shipped import read_shipped
from ptacl.gallery.signals.stored import read_signals

T = TypeVar("T")
_MOST = 128
"""Hearts simulated on demand that stay in memory, 400 kB each."""


class GradualSignals:
    """Signals by row, before and while all of them are rebuilt.

    Args:
        gallery: its folder.
        manifest: its description.
        table: its subjects.
        folder: where all signals will be.

    Raises:
        PtaclError: they cannot be rebuilt.
    """

    def __init__(
        self, gallery: Path, manifest: layout.GalleryManifest, table: pd.DataFrame, folder: Path
    ) -> None:
        self._simulation = check_rebuildable(gallery, manifest)
        self._gallery, self._manifest, self._table, self._folder = gallery, manifest, table, folder
        self._hearts: OrderedDict[int, Heart] = OrderedDict()
        self._steps: OrderedDict[int, TimeSteps] = OrderedDict()
        self._shipped = read_shipped(gallery, folder.name, table.index)
        self._one_at_a_time = threading.Lock()
        self._rebuilding = threading.Lock()
        self._all: Signals | None = None

    @property
    def complete(self) -> bool:
        """Whether all subjects are on the disk."""
        return self._all is not None

    def heart(self, row: int) -> Heart:
        """Return ECG and cine of a row; at once where it is shipped or rebuilt."""
        if self._all is not None:
            return self._all.heart(row)
        if row in self._shipped:
            return self._shipped[row].heart
        with self._one_at_a_time:
            return self._cached(self._hearts, row, self._simulated)

    def time_steps(self, row: int) -> TimeSteps:
        """Return the embedded segments and frames of a row (needs torch where not shipped)."""
        if self._all is not None:
            return self._all.time_steps(row)
        if row in self._shipped:
            return self._shipped[row].time_steps
        heart = self.heart(row)
        with self._one_at_a_time:
            return self._cached(self._steps, row, lambda row: self._embedded(row, heart))

    def whole(self) -> Signals:
        """Return the arrays of all subjects; waits until they are rebuilt."""
        self.rebuild(lambda share, what: None)
        assert self._all is not None
        return self._all

    def rebuild(self, progress: Progress, workers: int = 2) -> None:
        """Rebuild what is missing; a second caller waits for the first.

        Args:
            progress: called with (share done, what is being done).
            workers: as in `rebuild_signals`.
        """
        with self._rebuilding:
            if self._all is None:
                if not self._folder.is_dir():
                    parts = self._gallery, self._manifest, self._table, self._folder
                    rebuild_signals(*parts, progress, workers)
                self._all = read_signals(self._folder, self._gallery, len(self._table))
                self._hearts.clear()
                self._steps.clear()

    @staticmethod
    def _cached(cache: OrderedDict[int, T], row: int, make: Callable[[int], T]) -> T:
        """Return what a cache holds of a row, made where it does not."""
        if row not in cache:
            cache[row] = make(row)
            while len(cache) > _MOST:
                cache.popitem(last=False)
        return cache[row]

    def _simulated(self, row: int) -> Heart:
        numbers = subject_numbers(self._table.index[[row]])
        ecg, cine = render_subjects(self._simulation, self._manifest.recipe, numbers)
        return Heart(ecg[0], cine[0])

    def _embedded(self, row: int, heart: Heart) -> TimeSteps:
        from ptacl.gallery.signals.time_steps import embed_time_steps

        checkpoint = (self._gallery / self._manifest.checkpoint_path).resolve()
        pair = heart.ecg[None], heart.cine[None]
        steps = embed_time_steps(checkpoint, self._manifest, *pair, self._table.iloc[[row]])
        return TimeSteps(*(np.asarray(part[0]) for part in steps))
