"""The contrastive losses of PTACL and their variants: pure functions on tensors, nothing learned.

Selivanov, Müller, Turgut, Stolt-Ansó, Rueckert: "Global and Local Contrastive Learning for Joint
Representations from Cardiac MRI and ECG", MICCAI 2025, arXiv 2506.20683. What the paper leaves
open (how time is matched) is chosen here: cardiac phase, pooled over all beats.

All are computed in float32: a cosine divided by a temperature reaches ten and more, where bfloat16
counts in sixteenths.
"""

from ptacl.losses.patient import patient_contrastive, patient_sigmoid
from ptacl.losses.phase import PHASE_WIDTH, cyclic_targets, phase_pool
from ptacl.losses.targets import nearest_hearts, phenotype_alikeness
from ptacl.losses.temporal import temporal_contrastive, time_similarity

__all__ = [
    "PHASE_WIDTH",
    "cyclic_targets",
    "nearest_hearts",
    "patient_contrastive",
    "patient_sigmoid",
    "phase_pool",
    "phenotype_alikeness",
    "temporal_contrastive",
    "time_similarity",
]
