"""The strip says the three numbers first, and what their intervals leave open."""

import re

import pytest

from app.panels.answer_html import answer_html
from ptacl.types import SEXES, Prediction

REFERENCE = {"female": (51.0, 70.0), "male": (48.0, 68.0)}


def lvef(value: float, low: float, high: float) -> Prediction:
    return Prediction("lvef_pct", "LVEF", "%", value, low, high, REFERENCE)


def text(html: str) -> str:
    return " ".join(re.sub("<[^>]+>", " ", html).split())


@pytest.mark.parametrize(
    ("prediction", "verdict"),
    [
        (lvef(53, 45, 61), "? may be below"),
        (lvef(58, 50, 66), "✓ within"),
        (lvef(35, 25, 44), "▼ below"),
        (lvef(58, 40, 75), "? may be below or above"),
    ],
)
def test_an_interval_that_crosses_a_limit_is_not_called_within(
    prediction: Prediction, verdict: str
) -> None:
    said = text(answer_html([prediction], "male"))
    low, high = prediction.low, prediction.high
    assert said == (
        f"LVEF {prediction.value:.0f} % 90 %: {low:.0f}–{high:.0f} {verdict} "
        "reference for men: 48–68"
    )


def test_both_references_stand_there_where_the_sex_is_unknown() -> None:
    said = text(answer_html([lvef(58, 50, 66)], None))
    assert "may be below for women, within for men" in said
    assert said.endswith("51–70, 48–68") and len(SEXES) == 2


def test_without_predictions_there_is_no_strip() -> None:
    assert answer_html([], "male") == ""
