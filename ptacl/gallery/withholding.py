"""Whether the predictions of an ECG may be shown, how wide they must be, and why: one place.

Asked by `Gallery.read`, and so by the app, `ptacl inspect`, reports and tables alike.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace

from ptacl.types import (
    INDEPENDENT_LEADS,
    Caveat,
    EcgQuality,
    Familiarity,
    Prediction,
)

Widening = Mapping[str, Mapping[str, float]]
"""Estimated leads, joined by a blank → phenotype key → factor of its interval."""
FAR = 2.2
"""Times the familiar limit beyond which an ECG is like none that the model knows. The page warns
from the limit on; withheld is only what lies beyond real hearts, sick ones among them: the farthest
of 213 PTB-XL records lies at 2.16 (the demonstration model, trained on simulated hearts alone)."""


@dataclass(frozen=True, slots=True)
class Verdict:
    """What may be said of an ECG."""

    shown: bool
    """Whether predictions and alike hearts are shown."""
    factors: Mapping[str, float]
    """Of the half widths of the intervals, by phenotype; 1 where a key is absent."""
    caveats: tuple[Caveat, ...]
    """What this decision adds to those of the reader and of the quality."""


def decide(
    quality: EcgQuality,
    familiarity: Familiarity,
    widening: Widening,
    others: tuple[Caveat, ...] = (),
) -> Verdict:
    """Whether predictions are shown.

    They are withheld where the quality forbids them, where a caveat of the reader or of the quality
    says so, where a lead that was judged bad would drive them, where leads were estimated and
    nobody measured what that costs, and where the ECG is like none that the model knows.

    Args:
        quality: of the ECG.
        familiarity: of its embedding.
        widening: what estimated leads cost, as measured on the gallery (`gallery.widening`).
        others: caveats of the reader (`Ecg.caveats`).
    """
    caveats = [*_used_though_bad(quality), *_far(familiarity)]
    factors: Mapping[str, float] = {}
    if quality.estimated:
        measured = widening.get(" ".join(quality.estimated))
        caveats.append(_estimated(quality, measured))
        factors = measured or {}
    every = (*others, *quality.caveats, *caveats)
    withheld = not quality.usable or any(caveat.severity == "withhold" for caveat in every)
    return Verdict(not withheld, factors, tuple(caveats))


def widened(prediction: Prediction, factors: Mapping[str, float]) -> Prediction:
    """A prediction with its interval made wider about the same value."""
    factor = factors.get(prediction.key, 1.0)
    if factor == 1.0:
        return prediction
    return replace(
        prediction,
        low=prediction.value - factor * (prediction.value - prediction.low),
        high=prediction.value + factor * (prediction.high - prediction.value),
    )


def _used_though_bad(quality: EcgQuality) -> list[Caveat]:
    """A bad lead that nobody replaced: in stores and galleries made before leads were estimated."""
    used = [
        entry.lead
        for entry in quality.per_lead
        if entry.state == "bad"
        and entry.lead in INDEPENDENT_LEADS
        and entry.lead not in quality.estimated
    ]
    if not used or not quality.usable:
        return []
    text = f"A bad lead ({', '.join(used)}) would drive the predictions: they are withheld."
    return [Caveat("bad_lead_used", text, "withhold")]


def _far(familiarity: Familiarity) -> list[Caveat]:
    if not familiarity.distance > FAR * familiarity.limit:
        return []
    times = familiarity.distance / familiarity.limit
    text = (
        f"This ECG is like none that the model knows: {times:.1f} times as far from them as the "
        "limit for its own cohort. What it would predict means nothing."
    )
    return [Caveat("unlike_training", text, "withhold")]


def _estimated(quality: EcgQuality, measured: Mapping[str, float] | None) -> Caveat:
    leads = ", ".join(quality.estimated)
    if measured is None:
        text = (
            f"With {leads} estimated, nobody measured on this gallery how far predictions go "
            "astray: they are withheld."
        )
        return Caveat("widening_unknown", text, "withhold")
    widest = max(measured.values(), default=1.0)
    text = (
        f"The intervals are up to {widest:.2f} times as wide, as measured on hearts of the gallery "
        f"with {leads} estimated."
    )
    return Caveat("intervals_widened", text, "check")
