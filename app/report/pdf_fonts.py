"""Font of the PDF report: DejaVu Sans, which covers most left-to-right scripts.

Its files come with matplotlib, which is not imported. A PDF embeds only the glyphs that it shows;
Chinese, Japanese and Korean appear as empty boxes.
"""

from __future__ import annotations

from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from fpdf import FPDF

FONT = "dejavu"
_FILES = {"": "DejaVuSans.ttf", "B": "DejaVuSans-Bold.ttf"}


def add_fonts(pdf: FPDF) -> None:
    """Add the font, upright and bold, under the name `FONT`."""
    matplotlib = find_spec("matplotlib")
    assert matplotlib is not None and matplotlib.origin is not None
    folder = Path(matplotlib.origin).parent / "mpl-data" / "fonts" / "ttf"
    for style, name in _FILES.items():
        pdf.add_font(FONT, style, folder / name)
