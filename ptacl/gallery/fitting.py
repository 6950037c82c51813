"""Fitting of a gallery's heads: for 12 leads, and for each smaller lead set (needs torch).

The heads of a lead set are fitted on the same subjects as those of 12 leads, with the other leads
removed, and calibrated on the same validation subjects, likewise: their intervals are as wide as
these leads require. Beats are those of all 12 leads.
"""

import numpy as np
from jaxtyping import Float, Int

from ptacl.data.splits import split_rows
from ptacl.encoders.light import LightEcgEncoder
from ptacl.encoders.two_tower import TwoTower
from ptacl.gallery.conditional_heads import HeadsByKnown
from ptacl.gallery.fit_probabilities import fit_probabilities
from ptacl.gallery.lead_set_heads import LeadSetHeads, in_16_bits
from ptacl.gallery.predict import DistributionLimit, familiarity_distances
from ptacl.regression import ALPHAS, Heads, strong_alphas
from ptacl.regression.features import (
    Features,
    RowFeatures,
    Rows,
    SplitRows,
    available_covariates,
    ecg_features,
    fit_store_heads,
    measurements,
)
from ptacl.signal.delineation.measurements import impute
from ptacl.signal.lead_sets import REDUCED_SETS, LeadSet
from ptacl.store import Store

Widths = Float[np.ndarray, "subjects phenotypes"]
FAMILIAR_SHARE = 0.95
MOST_TRAIN, MOST_VAL = 2500, 2000
"""Subjects that the heads of a lead set are fitted and calibrated on at most. Measuring the waves
of a subject in 21 sets takes a tenth of a second; the coverage of 2,000 is exact to 0.013."""
FAMILIAR_SUBJECTS_OF_SET = 256
"""Training ECGs that are stored for each lead set; of all 12 leads there are 2,000."""


def fit_gallery_heads(
    store: Store,
    features: RowFeatures,
    parts: tuple[int, ...],
    rows: SplitRows | None = None,
) -> HeadsByKnown:
    """Fit the heads, with strong shrinkage for simulated cohorts: uploads are of other origin.

    Args:
        store: the cohort.
        features: of subjects.
        parts: widths of features with separate ridges.
        rows: subjects to fit and to calibrate on; the whole splits by default.
    """
    subjects = len(rows[0] if rows else split_rows(store, "train"))
    alphas = strong_alphas(subjects) if store.manifest.synthetic else ALPHAS
    return {
        known: fit_store_heads(store, features, alphas=alphas, parts=parts, known=known, rows=rows)
        for known in ("ecg", *available_covariates(store))
    }


def knows_absent_leads(model: TwoTower) -> bool:
    """Return whether the ECG encoder of a model was made for any lead set."""
    encoder = model.ecg_encoder
    return isinstance(encoder, LightEcgEncoder) and encoder.absence is not None


def fit_lead_sets(
    model: TwoTower,
    store: Store,
    whole: HeadsByKnown,
    features: RowFeatures,
    medians: tuple[float, ...],
) -> dict[str, LeadSetHeads]:
    """Fit and calibrate the heads of every reduced set of `signal.lead_sets`.

    Args:
        model: knows absent leads.
        store: the cohort, as for the heads of 12 leads.
        whole: the heads of 12 leads.
        features: their input.
        medians: of the measurements; empty if the heads do not read them.
    """
    train = _some(split_rows(store, "train"), MOST_TRAIN)
    val = split_rows(store, "val")
    chosen = _some(np.arange(len(val)), MOST_VAL)
    widths = _widths(whole["ecg"], features(val)[chosen])
    rows = train, val[chosen]
    return {
        entry.name: _fit_lead_set(model, store, entry, rows, medians, widths)
        for entry in REDUCED_SETS
    }


def _some(rows: Rows, most: int) -> Int[np.ndarray, " chosen"]:
    """Draw a number of rows, always the same, in ascending order; all if there are no more."""
    return np.sort(np.random.default_rng(0).permutation(rows)[:most])


def _fit_lead_set(
    model: TwoTower,
    store: Store,
    leads: LeadSet,
    rows: SplitRows,
    medians: tuple[float, ...],
    widths_of_12: Widths,
) -> LeadSetHeads:
    train, val = rows
    embedded, features = ecg_features(model, store, train, None, leads)
    embedded_val, features_val = ecg_features(model, store, val, None, leads)
    parts = (features.shape[1], len(medians)) if medians else ()
    read = {
        part.tobytes(): _with_measurements(store, part, leads, medians, encoded)
        for part, encoded in ((train, features), (val, features_val))
    }

    def by_rows(part: Rows) -> Features:
        return read[part.tobytes()]

    heads = fit_gallery_heads(store, by_rows, parts, rows)
    ratio = np.median(_widths(heads["ecg"], by_rows(val)) / widths_of_12, axis=0)
    chosen = _some(np.arange(len(train)), FAMILIAR_SUBJECTS_OF_SET)
    familiar = in_16_bits(embedded[chosen])
    distances = familiarity_distances(embedded_val, familiar)
    return LeadSetHeads(
        heads,
        DistributionLimit(
            float(np.quantile(distances, FAMILIAR_SHARE)),
            tuple(map(float, np.quantile(distances, np.linspace(0, 1, 101)))),
            familiar,
        ),
        dict(zip(heads["ecg"].keys, map(float, ratio), strict=True)),
        fit_probabilities(store, by_rows, parts, rows, distribution=False),
    )


def _with_measurements(
    store: Store,
    rows: Rows,
    leads: LeadSet,
    medians: tuple[float, ...],
    encoded: Float[np.ndarray, "rows width"],
) -> Features:
    if not medians:
        return encoded
    measured = measurements(store, rows, leads)
    return np.hstack([encoded, impute(measured, np.array(medians))])


def _widths(heads: Heads, features: Features) -> Widths:
    """Return the half width of each subject's interval, by phenotype."""
    predicted = heads.predict(features)
    return predicted.high - predicted.value
