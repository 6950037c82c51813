"""Charts leave the page with caption, badge and values."""

import plotly.graph_objects as go
import pytest

from app.charts.exported import captioned, trace_table


@pytest.fixture
def figure() -> go.Figure:
    bars = {"array": [1.0, 2.0], "arrayminus": [0.5, 1.0]}
    traces = [go.Scatter(x=[1, 2], y=[3.0, 4.0], name="a", error_y=bars), go.Bar(y=[7], name="b")]
    return go.Figure(traces, {"height": 200, "margin": {"b": 40}})


def test_a_saved_picture_keeps_caption_and_badge(figure: go.Figure) -> None:
    shown = captioned(figure, "Error by phase", "synthetic")
    assert shown.layout.title.text == "Error by phase · synthetic"
    assert shown.layout.height > 200 and shown.layout.margin.b > 40
    assert figure.layout.title.text is None  # figures are shared between sessions
    assert captioned(figure, "Error by phase", "").layout.title.text == "Error by phase"


def test_the_table_has_a_row_for_each_point_with_the_ends_of_its_bar(figure: go.Figure) -> None:
    table = trace_table(figure)
    assert table["trace"].tolist() == ["a", "a", "b"]
    assert table["y_low"].tolist()[:2] == [2.5, 3.0] and table["y_high"].tolist()[:2] == [4.0, 6.0]
    assert table["x"].tolist() == [1, 2, 0]


def test_a_chart_without_points_is_an_empty_table() -> None:
    assert trace_table(go.Figure()).empty
