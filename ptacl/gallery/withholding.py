"""The decision to withhold predictions or to widen their intervals, with its reasons.

Used by `Gallery.read`, and thus by the app, `ptacl inspect`, reports and tables.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace

from ptacl.gallery.format import GalleryManifest
from ptacl.gallery.rhythm_rule import rhythm_caveats, rhythm_factor
from ptacl.phenotypes import PHENOTYPES
from ptacl.regression.heads import FEWEST_CROSS
from ptacl.types import (
    INDEPENDENT_LEADS,
    Caveat,
    EcgQuality,
    Familiarity,
    Prediction,
    Rhythm,
    withholding_reason,
)

Widening = Mapping[str, Mapping[str, float]]
"""Estimated leads, joined by a blank → phenotype key → factor of its interval."""
FAR = 2.2
"""Multiple of the in-distribution limit beyond which predictions are withheld. The page warns from
the limit on; beyond this multiple there is no real ECG, of patients either: the farthest of 213
PTB-XL records is at 2.16 (the demonstration model, trained on simulated hearts alone)."""


@dataclass(frozen=True, slots=True)
class Verdict:
    """Decision about one ECG."""

    shown: bool
    """Whether predictions and nearest neighbours are shown."""
    factors: Mapping[str, float]
    """Factors of the half widths of the intervals, by phenotype; 1 where a key is absent."""
    caveats: tuple[Caveat, ...]
    """Caveats in addition to those of the reader and of the quality."""


def decide(
    quality: EcgQuality,
    familiarity: Familiarity,
    widening: Widening,
    others: tuple[Caveat, ...] = (),
    rhythm: Rhythm | None = None,
) -> Verdict:
    """Decide whether predictions are shown.

    They are withheld (`types.withholding_reason`) where the quality forbids them, where a caveat of
    the reader or of the quality withholds them, where a bad lead would enter them, where leads were
    estimated and the cost of that was not measured, and where the ECG is far out of distribution.

    Args:
        quality: of the ECG.
        familiarity: of its embedding.
        widening: factors of estimated leads (`interval_widening`).
        others: caveats of the reader (`Ecg.caveats`).
        rhythm: widens or withholds by its rule (`rhythm_rule`).
    """
    caveats = [*_used_though_bad(quality), *_far(familiarity)]
    if not any(caveat.severity == "withhold" for caveat in caveats):
        caveats += rhythm_caveats(rhythm, quality.caveats)
    factors: Mapping[str, float] = {}
    # Where nothing is predicted, no interval is wider.
    shown = not withholding_reason(quality, (*others, *quality.caveats, *caveats))
    if quality.estimated and shown:
        measured = widening.get(" ".join(quality.estimated))
        caveats.append(_estimated(quality, measured))
        factors = measured or {}
    if (wider := rhythm_factor(rhythm)) > 1:
        factors = {p.key: wider * factors.get(p.key, 1.0) for p in PHENOTYPES}
    reason = withholding_reason(quality, (*others, *quality.caveats, *caveats))
    return Verdict(not reason, factors, tuple(caveats))


def calibration_caveats(manifest: GalleryManifest) -> tuple[Caveat, ...]:
    """Return the caveats of every prediction of a small cohort; none of other cohorts."""
    count = manifest.calibrated_on
    if manifest.calibration == "none":
        text = (
            f"Only {count} subjects of this gallery have measured volumes, {FEWEST_CROSS} are "
            "needed: no volumes are predicted."
        )
        return (Caveat("too_few_subjects", text, "withhold"),)
    if manifest.calibration == "split":
        return ()
    text = f"The intervals rest on {count} subjects only, calibrated across folds."
    if manifest.trained_on_calibration:
        text += " The encoder was trained on the same subjects: they may be too narrow."
        return (Caveat("small_cohort", text, "check"),)
    return (Caveat("small_cohort", text, "info"),)


def widened(prediction: Prediction, factors: Mapping[str, float]) -> Prediction:
    """Return a prediction with its interval widened about the same value."""
    factor = factors.get(prediction.key, 1.0)
    if factor == 1.0:
        return prediction
    return replace(
        prediction,
        low=prediction.value - factor * (prediction.value - prediction.low),
        high=prediction.value + factor * (prediction.high - prediction.value),
    )


def _used_though_bad(quality: EcgQuality) -> list[Caveat]:
    """Return a caveat for bad leads that were not estimated, as in galleries made before that."""
    used = [
        entry.lead
        for entry in quality.per_lead
        if entry.state == "bad"
        and entry.lead in INDEPENDENT_LEADS
        and entry.lead not in (*quality.estimated, *quality.absent)
    ]
    if not used or not quality.usable:
        return []
    text = f"A bad lead ({', '.join(used)}) would enter the predictions: they are withheld."
    return [Caveat("bad_lead_used", text, "withhold")]


def _far(familiarity: Familiarity) -> list[Caveat]:
    if not familiarity.distance > FAR * familiarity.limit:
        return []
    times = familiarity.distance / familiarity.limit
    text = (
        f"This ECG is far out of distribution: {times:.1f} times the limit for the cohort of the "
        "model. A prediction would mean nothing."
    )
    return [Caveat("unlike_training", text, "withhold")]


def _estimated(quality: EcgQuality, measured: Mapping[str, float] | None) -> Caveat:
    leads = ", ".join(quality.estimated)
    if measured is None:
        text = (
            f"With {leads} estimated, the error of predictions was not measured on "
            "this gallery: they are withheld."
        )
        return Caveat("widening_unknown", text, "withhold")
    widest = max(measured.values(), default=1.0)
    text = (
        f"The intervals are up to {widest:.2f} times as wide, as measured on hearts of the gallery "
        f"with {leads} estimated."
    )
    return Caveat("intervals_widened", text, "check")
