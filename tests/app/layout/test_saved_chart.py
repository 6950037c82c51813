"""Every chart of every page can be saved."""

import json
from pathlib import Path

from tests.app.driving import shown

APP = Path(__file__).parents[3] / "app"


def test_pages_show_charts_through_the_one_function_that_lets_them_be_saved() -> None:
    uses = [p.name for p in APP.rglob("*.py") if ".plotly_chart(" in p.read_text(encoding="utf-8")]
    assert uses == ["saved_chart.py"]


def test_a_chart_offers_picture_and_values_under_a_name_that_says_synthetic(app) -> None:
    page = shown(app, "volumes")
    (chart, *_) = page.get("plotly_chart")
    options = json.loads(chart.proto.config)["toImageButtonOptions"]
    assert options["format"] == "svg" and options["filename"].endswith("-synthetic")
    assert "synthetic" in json.loads(chart.proto.spec)["layout"]["title"]["text"]
    labels = [button.proto.label for button in page.get("download_button")]
    assert labels.count("Values as CSV") == len(page.get("plotly_chart"))
