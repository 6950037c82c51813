"""Fitting of a gallery's heads: for 12 leads, and for each smaller lead set (needs torch).

The heads of a lead set are fitted on the same subjects as those of 12 leads, with the other leads
removed, and calibrated on the same validation subjects, likewise: their intervals are as wide as
these leads require. Beats are those of all 12 leads.
"""

from dataclasses import replace

import numpy as np
from jaxtyping import Float, Float32, Int

from ptacl.encoders.light import LightEcgEncoder
from ptacl.encoders.two_tower import TwoTower
from ptacl.gallery.conditional_heads import HeadsByKnown
from ptacl.gallery.fit_probabilities import fit_probabilities
from ptacl.gallery.lead_set_heads import LeadSetHeads, in_16_bits
from ptacl.gallery.predict import DistributionLimit, familiarity_distances, left_out_distances
from ptacl.gallery.probabilities import ProbabilitiesByKnown
from ptacl.regression import ALPHAS, Heads, strong_alphas
from ptacl.regression.calibration_plan import CalibrationPlan
from ptacl.regression.features import (
    Features,
    RowFeatures,
    Rows,
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
    plan: CalibrationPlan,
) -> HeadsByKnown:
    """Fit the heads, with strong shrinkage for simulated cohorts: uploads are of other origin.

    Args:
        store: the cohort.
        features: of subjects.
        parts: widths of features with separate ridges.
        plan: subjects to fit and to calibrate on; too few of them give heads of no phenotype.
    """
    if plan.kind == "none":
        return {"ecg": Heads.none(features(plan.fit).shape[1])}
    alphas = strong_alphas(len(plan.fit)) if store.manifest.synthetic else ALPHAS
    rows = plan.fit, plan.calibrate
    return {
        known: fit_store_heads(
            store, features, alphas=alphas, parts=parts, known=known, rows=rows, cross=plan.cross
        )
        for known in ("ecg", *available_covariates(store))
    }


def familiar_distances(
    familiar: Float32[np.ndarray, "known embedding"],
    held_out: Float32[np.ndarray, "subjects embedding"],
    plan: CalibrationPlan,
) -> Float32[np.ndarray, " subjects"]:
    """Return distances of ECGs of the cohort to its training ECGs, for the distribution limit.

    Args:
        familiar: embeddings of training ECGs.
        held_out: of the subjects of ``plan.calibrate``; not used where these are the training's.
        plan: of the cohort.
    """
    if plan.kind == "split":
        return familiarity_distances(held_out, familiar)
    return left_out_distances(familiar)


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
    plan: CalibrationPlan,
) -> dict[str, LeadSetHeads]:
    """Fit and calibrate the heads of every reduced set of `signal.lead_sets`.

    Args:
        model: knows absent leads.
        store: the cohort, as for the heads of 12 leads.
        whole: the heads of 12 leads.
        features: their input.
        medians: of the measurements; empty if the heads do not read them.
        plan: of the cohort; with heads.
    """
    chosen = _some(np.arange(len(plan.calibrate)), MOST_VAL)
    widths = _widths(whole["ecg"], features(plan.calibrate)[chosen])
    fewer = replace(plan, fit=_some(plan.fit, MOST_TRAIN), calibrate=plan.calibrate[chosen])
    return {
        entry.name: _fit_lead_set(model, store, entry, fewer, medians, widths)
        for entry in REDUCED_SETS
    }


def _some(rows: Rows, most: int) -> Int[np.ndarray, " chosen"]:
    """Draw a number of rows, always the same, in ascending order; all if there are no more."""
    return np.sort(np.random.default_rng(0).permutation(rows)[:most])


def _fit_lead_set(
    model: TwoTower,
    store: Store,
    leads: LeadSet,
    plan: CalibrationPlan,
    medians: tuple[float, ...],
    widths_of_12: Widths,
) -> LeadSetHeads:
    train, val = plan.fit, plan.calibrate
    embedded, features = ecg_features(model, store, train, None, leads)
    embedded_val, features_val = ecg_features(model, store, val, None, leads)
    parts = (features.shape[1], len(medians)) if medians else ()
    read = {
        part.tobytes(): _with_measurements(store, part, leads, medians, encoded)
        for part, encoded in ((train, features), (val, features_val))
    }

    def by_rows(part: Rows) -> Features:
        return read[part.tobytes()]

    heads = fit_gallery_heads(store, by_rows, parts, plan)
    ratio = np.median(_widths(heads["ecg"], by_rows(val)) / widths_of_12, axis=0)
    chosen = _some(np.arange(len(train)), FAMILIAR_SUBJECTS_OF_SET)
    familiar = in_16_bits(embedded[chosen])
    distances = familiar_distances(familiar, embedded_val, plan)
    return LeadSetHeads(
        heads,
        DistributionLimit(
            float(np.quantile(distances, FAMILIAR_SHARE)),
            tuple(map(float, np.quantile(distances, np.linspace(0, 1, 101)))),
            familiar,
        ),
        dict(zip(heads["ecg"].keys, map(float, ratio), strict=True)),
        {}
        if plan.cross
        else fit_probabilities(store, by_rows, parts, (train, val), distribution=False),
    )


def _probabilities(
    store: Store, features: RowFeatures, parts: tuple[int, ...], plan: CalibrationPlan
) -> ProbabilitiesByKnown:
    """Fit the findings of a lead set; none in a small cohort, with too few hearts of each."""
    if plan.kind != "split":
        return {}
    rows = plan.fit, plan.calibrate
    return fit_probabilities(store, features, parts, rows, distribution=False)


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
