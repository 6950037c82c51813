"""The statements of an impression as a list; the ECG paper lights the leads of the one pointed at.

Plain HTML: the paper listens for `data-ecg-key` (`browser/ecg_paper/evidence.js`).
"""

from collections.abc import Collection, Sequence

from markupsafe import Markup

from ptacl.types import Statement

from ..text.impression_sentences import SOURCES
from ..text.markup import render


def impression_html(statements: Sequence[Statement], struck: Collection[str] = ()) -> Markup:
    """Return the list; `impression.css` is its style sheet.

    Args:
        statements: in their order.
        struck: codes of those that the reader has struck.
    """
    rows = [(statement, statement.code in struck) for statement in statements]
    return Markup(render("panels/impression.html", rows=rows, sources=SOURCES))
