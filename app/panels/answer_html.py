"""The answer in one strip: ejection fraction, volume and mass, and what each interval leaves open.

`answer.html` is the template, `answer.css` the style sheet.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from markupsafe import Markup

from ptacl.phenotypes import HEADLINE, interval_against_references
from ptacl.types import Prediction, Sex
from ptacl.wording import number

from ..text.labels import SEX_WORDS
from ..text.markup import render

_SIGNS = {"within": "✓", "below": "▼", "above": "▲"}
"""Before the words; anything else is open and gets a question mark."""


@dataclass(frozen=True, slots=True)
class _Part:
    """One phenotype of the strip, as text."""

    name: str
    value: str
    interval: str
    sign: str
    words: str
    reference: str


def answer_html(predictions: Sequence[Prediction], sex: Sex | None) -> Markup:
    """Return the strip; empty where none of the headline phenotypes is predicted.

    Args:
        predictions: of one ECG, with 90 % intervals.
        sex: of the person, which chooses the reference interval; None shows both.
    """
    by_key = {prediction.key: prediction for prediction in predictions}
    parts = [_part(by_key[key], sex) for key in HEADLINE if key in by_key]
    if not parts:
        return Markup("")
    return render("panels/answer.html", parts=parts, sex=SEX_WORDS[sex])


def _part(prediction: Prediction, sex: Sex | None) -> _Part:
    low, high = prediction.low, prediction.high
    words = interval_against_references(low, high, prediction.reference, sex)
    sexes = [sex] if sex else list(prediction.reference)
    spans = [prediction.reference[each] for each in sexes]
    return _Part(
        name=prediction.name,
        value=f"{number(prediction.value)} {prediction.unit}",
        interval=f"{number(low)}–{number(high)}",
        sign=_SIGNS.get(words, "?"),
        words=words,
        reference=", ".join(f"{number(lowest)}–{number(highest)}" for lowest, highest in spans),
    )
