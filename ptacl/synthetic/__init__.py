"""Simulator of subjects with an ECG and a cine that depend on a common heart.

The coupling between the two signals is a parameter of the simulation, so that results on simulated
hearts are no evidence about real patients.
"""

from ptacl.synthetic.cohort import (
    beat_times_s,
    draw_truths,
    simulate_cine,
    simulate_masks,
    simulate_stack,
    simulate_subject,
)
from ptacl.synthetic.mechanics import volume_curve

SIMULATION_VERSION = 5
"""Incremented whenever a seed gives different subjects; a simulation is not continued by another
version."""

__all__ = [
    "SIMULATION_VERSION",
    "beat_times_s",
    "draw_truths",
    "simulate_cine",
    "simulate_masks",
    "simulate_stack",
    "simulate_subject",
    "volume_curve",
]
