"""One seeded heart → its ECG and its cine, which share it in part.

Synthetic: the coupling between the two signals is set here, so nothing learned from such hearts
is evidence about real patients.
"""

from ptacl.synthetic.cohort import beat_times_s, draw_truths, simulate_stack, simulate_subject
from ptacl.synthetic.mechanics import volume_curve

SIMULATION_VERSION = 4
"""Raised whenever a seed gives other subjects than before: what one version has begun is not
finished by another."""

__all__ = [
    "SIMULATION_VERSION",
    "beat_times_s",
    "draw_truths",
    "simulate_stack",
    "simulate_subject",
    "volume_curve",
]
