"""How far an ECG deviates from what the restorer expects of a normal heart, point by point.

The recording is restored as the heart's own regular beat would be there, and the beat as a normal
heart's. Their sum is the ECG that this recording would be if nothing were unusual, and the
variances of both add up. The passes over the beat count as a mixture: where they disagree, the
variance grows. The noise of the lead is added to the variance: of one beat at a point of the
recording, of the mean of n beats (a share 1/n) in the mean beat.
"""

from dataclasses import dataclass

import numpy as np
import torch
from jaxtyping import Bool, Float32, Float64
from scipy.special import ndtr

from ptacl.restoration.hidden import BEAT_PASSES, PASS_WEIGHTS, STRETCH_PASSES, stretches
from ptacl.restoration.network import Restorer
from ptacl.restoration.views import EcgViews, beat_end, beat_start

CHANGE_MV = 0.05
"""Difference that counts as a change."""

BeatArray = Float32[np.ndarray, "leads=12 beat"]
EcgArray = Float32[np.ndarray, "leads=12 samples=1250"]


@dataclass(frozen=True, slots=True)
class Deviation:
    """Differences to the restored signal; 0 with an infinite SD where nothing is known."""

    beat_mv: BeatArray
    """Mean beat − restored beat."""
    beat_sd_mv: BeatArray
    ecg_mv: EcgArray
    """Recording − own regular beat, restored from its surroundings."""
    ecg_sd_mv: EcgArray
    total_mv: EcgArray
    """Recording − restored recording of a normal heart."""
    total_sd_mv: EcgArray
    restored_mv: EcgArray
    known: Bool[np.ndarray, "leads=12 samples=1250"]
    """Recorded samples of leads that are read, without the ends that are not judged."""

    @property
    def beat_z(self) -> BeatArray:
        """Deviation of the mean beat in predicted SDs."""
        return self.beat_mv / self.beat_sd_mv

    @property
    def ecg_z(self) -> EcgArray:
        """Deviation of the recording from its own regular beats in predicted SDs."""
        return self.ecg_mv / self.ecg_sd_mv

    @property
    def total_z(self) -> EcgArray:
        """Deviation of the recording from a normal heart in predicted SDs."""
        return self.total_mv / self.total_sd_mv

    def change_probability(self) -> EcgArray:
        """Return the probability that the normal heart's signal differs by more than .05 mV."""
        sd = self.total_sd_mv
        inside = ndtr((CHANGE_MV - self.total_mv) / sd) - ndtr((-CHANGE_MV - self.total_mv) / sd)
        return np.where(self.known, 1 - inside, 0).astype(np.float32)


@torch.inference_mode()
def deviation(network: Restorer, views: EcgViews) -> Deviation:
    """Restore an ECG in nine passes and compare.

    Args:
        network: in evaluation mode.
        views: of the ECG.
    """
    present = torch.from_numpy(views.present)
    mean, variance = _restored_beat(network, views, present)
    times = np.arange(mean.shape[1])
    own_time = (times >= beat_start(views.rr_s)) & (times < beat_end(views.rr_s))
    visible = views.present[:, None] & own_time
    noise = views.noise_mv[:, None].astype(np.float64) ** 2
    beat_sd = np.sqrt(variance + noise / views.beats)
    own, own_variance = _restored_ecg(network, views, present)
    at = np.maximum(views.laid_at, 0)
    overlay = (views.laid_at >= 0) & visible[:, at]
    shift = np.where(overlay, (mean - views.beat_mv)[:, at], 0)
    known = np.repeat(views.present[:, None], own.shape[1], axis=1)
    known[:, : views.unsure[0]] = False
    known[:, views.valid - views.unsure[1] :] = False
    added = np.where(overlay, variance[:, at], 0)
    ecg_sd = np.sqrt(own_variance + noise)
    total_sd = np.sqrt(own_variance + noise + added)
    restored = own + shift
    return Deviation(
        beat_mv=np.where(visible, views.beat_mv - mean, 0).astype(np.float32),
        beat_sd_mv=np.where(visible, beat_sd, np.inf).astype(np.float32),
        ecg_mv=np.where(known, views.ecg_mv - own, 0).astype(np.float32),
        ecg_sd_mv=np.where(known, ecg_sd, np.inf).astype(np.float32),
        total_mv=np.where(known, views.ecg_mv - restored, 0).astype(np.float32),
        total_sd_mv=np.where(known, total_sd, np.inf).astype(np.float32),
        restored_mv=np.where(known, restored, np.nan).astype(np.float32),
        known=known,
    )


def _restored_beat(
    network: Restorer, views: EcgViews, present: torch.Tensor
) -> tuple[Float64[np.ndarray, "leads=12 beat"], Float64[np.ndarray, "leads=12 beat"]]:
    """Return mean and variance of the beat over the passes that hide each sample."""
    count = len(BEAT_PASSES)
    hidden = np.stack(BEAT_PASSES)
    beat = torch.from_numpy(views.beat_mv).expand(count, -1, -1)
    rate = torch.full((count,), views.rr_s)
    means, log_variances = network.restore_beats(
        beat, torch.from_numpy(hidden), present.expand(count, -1), rate
    )
    weights = np.array(PASS_WEIGHTS)[:, None, None] * hidden[:, None]
    weights = weights / weights.sum(axis=0)
    each = means.double().numpy()
    mean = (weights * each).sum(axis=0)
    spread = (weights * (each - mean) ** 2).sum(axis=0)
    return mean, (weights * log_variances.double().exp().numpy()).sum(axis=0) + spread


def _restored_ecg(
    network: Restorer, views: EcgViews, present: torch.Tensor
) -> tuple[Float64[np.ndarray, "leads=12 samples"], Float64[np.ndarray, "leads=12 samples"]]:
    """Return mean and variance of each sample, from the pass that hides it."""
    hidden = np.stack([stretches(number) for number in range(STRETCH_PASSES)])
    ecg, overlay = (
        torch.from_numpy(x).expand(len(hidden), -1, -1) for x in (views.ecg_mv, views.laid_mv)
    )
    padded = torch.from_numpy(hidden).clone()
    padded[:, views.valid :] = True
    read = present.expand(len(hidden), -1)
    means, log_variances = network.restore_ecgs(ecg, overlay, padded, read)
    own = hidden[:, None]
    mean = np.where(own, means.double().numpy(), 0).sum(axis=0)
    return mean, np.where(own, log_variances.double().exp().numpy(), 0).sum(axis=0)
