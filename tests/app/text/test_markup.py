"""HTML from templates: what is not ours is escaped, wherever it is inserted."""

from pathlib import Path

import pandas as pd
import pytest
from jinja2 import UndefinedError
from markupsafe import Markup

from app.layout.table_html import table_html
from app.text.markup import APP, read_style, render

HOSTILE = "<img src=x onerror='a()'> & \"b\""


def test_a_value_of_a_template_is_escaped_and_markup_is_not():
    term = render("text/term.html", term=HOSTILE, meaning=Markup("<b>bold</b>"))
    assert (
        "<img" not in term and "&lt;img src=x onerror=&#39;a()&#39;&gt; &amp; &#34;b&#34;" in term
    )
    assert "<b>bold</b>" in term


def test_a_name_that_the_template_lacks_is_an_error_rather_than_a_gap():
    with pytest.raises(UndefinedError):
        render("text/term.html", term="a")


def test_every_template_of_the_app_escapes():
    """No template turns escaping off, for one value or for a block."""
    templates = [path for path in Path(APP).rglob("*.html") if "browser" not in path.parts]
    assert len(templates) >= 9
    for path in templates:
        text = path.read_text(encoding="utf-8")
        assert "|safe" not in text.replace(" ", "") and "autoescape" not in text, path


def test_cells_headings_and_corner_of_a_table_are_escaped():
    rows = pd.DataFrame({HOSTILE: [HOSTILE]}, index=[HOSTILE]).rename_axis(HOSTILE)
    html = table_html(rows)
    assert "<img" not in html and html.count("&lt;img") == 4


def test_a_table_shows_fractions_with_one_decimal_and_nothing_where_a_value_is_missing():
    rows = pd.DataFrame({"n": [1.26, float("nan")], "unit": ["mL", None]}, index=["a", "b"])
    html = "".join(table_html(rows).split())
    assert "<th>a</th><td>1.3</td><td>mL</td>" in html
    assert "<th>b</th><td></td><td></td>" in html


def test_a_range_stays_on_one_line_where_it_is_asked_for():
    rows = pd.DataFrame({"x": ["1–2"]})
    assert "1\N{WORD JOINER}–\N{WORD JOINER}2" in table_html(rows, keep_ranges=True)
    assert "1–2" in table_html(rows)


def test_style_sheets_are_inserted_as_they_are():
    css = read_style("panels/answer.css", "panels/trend.css")
    assert ".answer" in css and ".trends" in css
