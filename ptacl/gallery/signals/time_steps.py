"""Segments and frames of a gallery's subjects, embedded by its checkpoint (needs torch)."""

from pathlib import Path

import numpy as np
import pandas as pd
import torch

from ptacl.checkpoint.files import load_model, weights_fingerprint
from ptacl.data.batches import segment_phase
from ptacl.errors import PtaclError
from ptacl.gallery.format import OTHER_WEIGHTS, GalleryManifest
from ptacl.losses import phase_pool
from ptacl.store.format import ECG_STEPS_PER_UNIT

BATCH = 8
"""Few, so that the images of a batch stay in the cache of a CPU."""


@torch.inference_mode()
def embed_time_steps(
    checkpoint: Path,
    manifest: GalleryManifest,
    ecg: np.ndarray,
    cine: np.ndarray,
    table: pd.DataFrame,
) -> tuple[np.ndarray, np.ndarray]:
    """(segments, frames), float16 (subjects, time, embedding).

    Raises:
        PtaclError: the checkpoint is not the one that the gallery was made with.
    """
    model, _ = load_model(checkpoint)  # which refuses damaged weights
    if weights_fingerprint(checkpoint) != manifest.weights_fingerprint:
        raise PtaclError(
            f"The gallery {manifest.name} was made with other weights than {checkpoint.name} "
            f"holds now. {OTHER_WEIGHTS}",
            code="gallery.other_weights",
        )
    samples = model.ecg_encoder.segment_samples
    count = ecg.shape[-1] // samples
    phases = np.stack([segment_phase(np.asarray(p), count, samples) for p in table["r_peaks"]])
    frame_phases = np.stack(table["frame_phases"].to_list()).astype(np.float32)
    parts = []
    for start in range(0, len(ecg), BATCH):
        chunk = slice(start, start + BATCH)
        signal = torch.from_numpy(ecg[chunk].astype(np.float32) / np.float32(ECG_STEPS_PER_UNIT))
        steps = model.encode_ecg(signal).steps
        segments = phase_pool(
            steps,
            torch.from_numpy(phases[chunk].astype(np.float32)),
            torch.from_numpy(frame_phases[chunk]),
        )
        frames = model.encode_cmr(
            torch.from_numpy(cine[chunk]), torch.from_numpy(frame_phases[chunk])
        ).steps
        parts.append((segments.half().numpy(), frames.half().numpy()))
    segments_all, frames_all = (np.concatenate(column) for column in zip(*parts, strict=True))
    return segments_all, frames_all
