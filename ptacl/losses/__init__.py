"""Contrastive losses of PTACL and their variants: pure functions on tensors without weights.

Selivanov, Müller, Turgut, Stolt-Ansó, Rueckert: "Global and Local Contrastive Learning for Joint
Representations from Cardiac MRI and ECG", MICCAI 2025, arXiv 2506.20683. The paper does not specify
how ECG segments are matched to frames; here they are matched by cardiac phase, over all beats.

All losses are computed in float32: a cosine divided by a temperature can exceed 10, where the
resolution of bfloat16 is 1/16.
"""

from ptacl.losses.info_nce import patient_contrastive
from ptacl.losses.patient import PATIENT_LOSSES, PatientLoss
from ptacl.losses.phase import PHASE_WIDTH, cyclic_targets, phase_pool
from ptacl.losses.sigmoid import patient_sigmoid
from ptacl.losses.targets import nearest_neighbour_pairs, phenotype_similarity
from ptacl.losses.temporal import temporal_contrastive, time_similarity

__all__ = [
    "PATIENT_LOSSES",
    "PHASE_WIDTH",
    "PatientLoss",
    "cyclic_targets",
    "nearest_neighbour_pairs",
    "patient_contrastive",
    "patient_sigmoid",
    "phase_pool",
    "phenotype_similarity",
    "temporal_contrastive",
    "time_similarity",
]
