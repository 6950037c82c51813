"""Augmentation of a batch: draw parameters, then apply them.

The draw takes a generator and gives plain records; the application is deterministic. Voltages and
areas carry mass and volumes, so by default gains stay small and nothing is ever rescaled at large.
All subjects of a batch share one field of noise at levels of their own: on a CPU normal numbers
cost as much as the convolutions that read them. Parameters are drawn for the whole batch and then
cut (`BySubject.part`), so that a subject meets the same ones however the batch is divided.
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
