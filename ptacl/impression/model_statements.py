"""What the model adds to an impression: volumes, and what it does not know."""

from collections.abc import Sequence
from dataclasses import replace

from ptacl.phenotypes import HEADLINE, interval_against_references
from ptacl.types import Certainty, Familiarity, Impression, Prediction, Sex, Statement
from ptacl.wording import SEX_PLURAL, listed, sexes_of

UNKNOWN_ECG = "model_out_of_distribution"
WITHHELD = "model_withheld"


def with_model(
    impression: Impression,
    predictions: Sequence[Prediction],
    familiarity: Familiarity,
    sex: Sex | None,
    reason: str,
) -> Impression:
    """Append the statements of the model; nothing where the impression is withheld.

    Args:
        impression: of the measurements.
        predictions: of the model; empty where they are withheld.
        familiarity: out-of-distribution check of the ECG.
        sex: of the person, which selects the reference interval; both apply if it is unknown.
        reason: why predictions are withheld, as a sentence; empty where they are shown.
    """
    if impression.withheld:
        return impression
    added = [_volume(each, familiarity, sex) for each in predictions if each.key in HEADLINE]
    if not predictions:
        added.append(Statement(WITHHELD, "No volumes are predicted", reason, "model", "definite"))
    if predictions and not familiarity.familiar:
        added.append(_unknown(familiarity))
    return replace(impression, statements=(*impression.statements, *added))


def _volume(prediction: Prediction, familiarity: Familiarity, sex: Sex | None) -> Statement:
    """Return a prediction as a sentence: ``LVEF 48 % (41–56 %), within the reference …``."""
    unit = prediction.unit
    verdict = interval_against_references(
        prediction.low, prediction.high, prediction.reference, sex
    )
    people = " and ".join(SEX_PLURAL[each] for each in sexes_of(sex))
    spans = listed([
        f"{prediction.reference[each][0]:.0f}–{prediction.reference[each][1]:.0f} {unit} "
        f"({SEX_PLURAL[each]})"
        for each in sexes_of(sex)
    ])  # fmt: skip
    certainty: Certainty = "probable" if familiarity.familiar else "possible"
    return Statement(
        code=f"model_{prediction.key}",
        text=f"{prediction.name} {prediction.value:.0f} {unit} "
        f"({prediction.low:.0f}–{prediction.high:.0f} {unit}), {verdict}"
        f"{_of(verdict, people)}",
        evidence=f"predicted from the ECG with its 90 % interval; reference {spans}",
        source="model",
        certainty=certainty,
    )


def _of(verdict: str, people: str) -> str:
    """Complete a verdict: that of one sex names it, that of an unknown sex has named both."""
    if " for " in verdict:
        return " (reference intervals)"
    return f" the reference interval of {people}"


def _unknown(familiarity: Familiarity) -> Statement:
    return Statement(
        code=UNKNOWN_ECG,
        text="The model does not know such ECGs; its volumes are less certain than stated",
        evidence=f"distance to the training ECGs at the {familiarity.percentile:.0f}th percentile "
        "of held-out ECGs",
        source="model",
        certainty="definite",
    )
