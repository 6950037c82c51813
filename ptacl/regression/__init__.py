"""Cardiac phenotypes from an embedding, each with an interval that holds the truth in 90 %.

A ridge regression reads the value, a second one reads how uncertain the value is, and held-out
subjects scale that uncertainty until the intervals keep their promise (normalised split-conformal
prediction: Papadopoulos et al. 2002; by crepes). Predicting needs NumPy alone.
"""

from ptacl.regression.conformal import SMALLEST_GROUP
from ptacl.regression.fitting import fit_heads
from ptacl.regression.heads import FEWEST_SUBJECTS, Heads, Predicted
from ptacl.regression.ridges import ALPHAS, strong_alphas

__all__ = [
    "ALPHAS",
    "FEWEST_SUBJECTS",
    "SMALLEST_GROUP",
    "Heads",
    "Predicted",
    "fit_heads",
    "strong_alphas",
]
