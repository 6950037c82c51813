"""What one slice gives: volumes, ejection fraction and mass of simulated hearts by area-length.

The middle slice of each subject is all that a cohort like UK Biobank's import has; this table is of
that case, with the share of hearts whose true value lies inside the interval of 90 %.
"""

import numpy as np

from ptacl.phenotypes import PHENOTYPES, Phenotype
from ptacl.segmentation.inspection import inspect_cine
from ptacl.segmentation.segmenter import Segmenter
from ptacl.synthetic import simulate_subject


def one_slice_table(segmenter: Segmenter, seed: int, hearts: int) -> list[dict[str, str]]:
    """Correlation, bias, spread and coverage of each phenotype that one slice gives."""
    found: dict[str, list[tuple[float, float, bool]]] = {}
    for index in range(hearts):
        pair = simulate_subject(seed, index, ages="adults")
        measurement = inspect_cine([pair.cine], segmenter, name="simulated").measurement
        for key, measured in measurement.phenotypes.items():
            truth = pair.subject.phenotypes[key]
            inside = measured.low <= truth <= measured.high
            found.setdefault(key, []).append((measured.value, truth, inside))
    return [
        _row(each, np.array(found[each.key]), hearts) for each in PHENOTYPES if each.key in found
    ]


def _row(phenotype: Phenotype, rows: np.ndarray, hearts: int) -> dict[str, str]:
    value, truth, inside = rows.T
    error = value - truth
    return {
        "phenotype": f"{phenotype.name} ({phenotype.unit})",
        "measured": f"{len(rows)} of {hearts}",
        "r": f"{np.corrcoef(value, truth)[0, 1]:.2f}",
        "bias ± SD": f"{error.mean():+.1f} ± {error.std():.1f}",
        "truth inside the 90 % interval": f"{100 * inside.mean():.0f} %",
    }
