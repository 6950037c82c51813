"""Augmentation of a batch: parameters are drawn first, then applied.

Drawing takes a generator and returns plain records; applying them is deterministic. Voltages and
areas carry mass and volumes, so the default gains are small and nothing is rescaled strongly. All
subjects of a batch share one noise field, scaled per subject: on a CPU, drawing normal numbers
costs as much as the convolutions that read them. Parameters are drawn for the whole batch and then
sliced (`SubjectRecord.slice`), so a subject gets the same ones however the batch is divided.
"""

from ptacl.data.augment.cine import CineParameters, apply_cine, draw_cine
from ptacl.data.augment.config import MMCL_AUGMENT, AugmentConfig
from ptacl.data.augment.ecg import EcgParameters, apply_ecg, draw_ecg
from ptacl.data.augment.window import Window, cut_ecgs, draw_window, roll_cines, shift_cines

__all__ = [
    "MMCL_AUGMENT",
    "AugmentConfig",
    "CineParameters",
    "EcgParameters",
    "Window",
    "apply_cine",
    "apply_ecg",
    "cut_ecgs",
    "draw_cine",
    "draw_ecg",
    "draw_window",
    "roll_cines",
    "shift_cines",
]
