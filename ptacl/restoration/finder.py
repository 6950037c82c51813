"""What does not fit in a prepared ECG: a trained restorer applied, with the reasons for silence."""

from collections.abc import Iterable
from functools import lru_cache
from pathlib import Path

import numpy as np
from jaxtyping import Bool, Int

from ptacl.checkpoint.side_networks import CONFIG
from ptacl.restoration.calibration import bin_edges, combined, parts, percentile
from ptacl.restoration.config import RestorerConfig
from ptacl.restoration.deviation import Deviation, deviation
from ptacl.restoration.files import RESTORER, load_network
from ptacl.restoration.findings import find_deviating
from ptacl.restoration.grid import STRIP_BINS
from ptacl.restoration.network import Restorer
from ptacl.restoration.views import FEWEST_BEATS, ecg_views
from ptacl.signal.recipe import EcgRecipe
from ptacl.types import (
    LEADS,
    Anomaly,
    Caveat,
    Ecg,
    EcgQuality,
    EcgSignal,
    PreparedEcg,
    withholding_reason,
)

FLAG_PERCENTILE = 95.0
"""Percentile beyond which an ECG is unusual, where no limit was chosen on real records."""
FEW_BEATS = f"Fewer than {FEWEST_BEATS} similar beats were detected: too few to judge what fits."


class AnomalyFinder:
    """A trained restorer.

    Attributes:
        config: its record.
    """

    def __init__(self, network: Restorer, config: RestorerConfig) -> None:
        self._network = network
        self.config = config

    def find(
        self,
        signal_mv: EcgSignal,
        r_peaks: Int[np.ndarray, " peaks"],
        quality: EcgQuality,
        caveats: Iterable[Caveat] = (),
    ) -> Anomaly:
        """Return what does not fit, or only the reason for silence.

        Args:
            signal_mv: (12, samples) prepared by the default recipe, without padding.
            r_peaks: sample numbers.
            quality: of the ECG; estimated and absent leads are not read.
            caveats: of the reader.
        """
        all_caveats = (*caveats, *quality.caveats)
        if reason := withholding_reason(quality, all_caveats):
            return Anomaly(reason, synthetic=self.config.synthetic)
        result = self.deviation(signal_mv, r_peaks, quality)
        if result is None:
            return Anomaly(FEW_BEATS, synthetic=self.config.synthetic)
        return self._judged(result, quality)

    def deviation(
        self, signal_mv: EcgSignal, r_peaks: Int[np.ndarray, " peaks"], quality: EcgQuality
    ) -> Deviation | None:
        """Return the point by point deviation; None with fewer than three similar beats.

        Args:
            signal_mv: see `find`.
            r_peaks: see `find`.
            quality: see `find`.
        """
        views = ecg_views(signal_mv, r_peaks, _read_leads(quality))
        return None if views is None else deviation(self._network, views)

    def score(self, result: Deviation) -> float:
        """Return the score: SDs above the median normal heart, of beat or rhythm."""
        calibration = self.config.calibration
        return combined(parts(result), calibration.beat, calibration.rhythm)

    def find_in(self, prepared: PreparedEcg, ecg: Ecg) -> Anomaly:
        """Return what does not fit in a prepared ECG; see `find`."""
        signal = prepared.signal_mv[:, : prepared.valid_samples]
        return self.find(signal, prepared.r_peaks, prepared.quality, ecg.caveats)

    def _judged(self, result: Deviation, quality: EcgQuality) -> Anomaly:
        config = self.config
        score = self.score(result)
        rank = percentile(score, config.calibration.score)
        limit = config.limit.score if config.limit else None
        good = {entry.lead: entry.state == "good" for entry in quality.per_lead}
        doubtful = np.array([not good.get(lead, True) for lead in LEADS])
        return Anomaly(
            score=score,
            percentile=rank,
            unusual=rank > FLAG_PERCENTILE if limit is None else score > limit,
            z=_binned(result),
            restored_mv=result.restored_mv,
            findings=find_deviating(result, config.calibration, rank, doubtful),
            synthetic=config.synthetic,
        )


@lru_cache(maxsize=2)
def load_finder(folder: Path) -> AnomalyFinder:
    """Load a restorer.

    Raises:
        PtaclError: the folder holds none, or it is damaged.
    """
    config = RESTORER.read_config(folder)
    return AnomalyFinder(load_network(folder, config), config)


def shipped_finder(recipe: EcgRecipe) -> AnomalyFinder | None:
    """Return the shipped restorer; None without it or for another recipe.

    Args:
        recipe: of the prepared ECGs.
    """
    folder = RESTORER.shipped()
    if recipe != EcgRecipe() or not (folder / CONFIG).is_file():
        return None
    return load_finder(folder)


def _read_leads(quality: EcgQuality) -> Bool[np.ndarray, " leads=12"]:
    left_out = {*quality.estimated, *quality.absent}
    left_out |= {entry.lead for entry in quality.per_lead if entry.state == "bad"}
    return np.array([lead not in left_out for lead in LEADS])


def _binned(result: Deviation) -> np.ndarray:
    """Return the mean deviation of each 50 ms in SDs."""
    edges = bin_edges(result.known.shape[1])
    z = result.total_z
    bins = np.full((len(LEADS), STRIP_BINS), np.nan)
    count = np.bincount(edges, minlength=STRIP_BINS)
    for number in np.flatnonzero(result.known.any(axis=1)):
        inside = np.bincount(edges, result.known[number], STRIP_BINS)
        total = np.bincount(edges, z[number], STRIP_BINS)
        bins[number] = np.where(inside > 0.5 * count, total / np.maximum(inside, 1), np.nan)
    return bins.astype(np.float32)
