"""Ridge regression of cardiac phenotypes from an embedding, with 90 % prediction intervals.

One ridge regression predicts the value, a second one its expected error, and held-out subjects
scale that error until the intervals have the nominal coverage (normalised split-conformal
prediction: Papadopoulos et al. 2002; by crepes). Prediction needs NumPy alone.
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
