"""Commands to copy, folded as a shell reads them, so that none is cut or broken inside a word."""

import re
import textwrap
from collections.abc import Iterable

import streamlit as st


def show(commands: Iterable[str], width: int) -> None:
    """Commands under each other with a button that copies them.

    Args:
        commands: a line each.
        width: characters that fit beside each other.
    """
    st.code("\n".join(folded(command, width) for command in commands), language=None)


def folded(command: str, width: int) -> str:
    r"""One command over several lines, broken before options; long lists between their values.

    >>> print(folded("ptacl embed cohort --checkpoint mine --out gallery", 36))
    ptacl embed cohort \
      --checkpoint mine --out gallery
    """
    lines: list[str] = []
    for part in re.split(r" (?=--)", command):
        if lines and len(lines[-1]) + 1 + len(part) + len(" \\") <= width:
            lines[-1] += f" {part}"
        else:
            lines += _lines(f"  {part}" if lines else part, width - len(" \\"))
    return " \\\n".join(lines)


def _lines(part: str, width: int) -> list[str]:
    """A part that is too long by itself, its values under each other."""
    return textwrap.wrap(
        part, width, subsequent_indent="    ", break_long_words=False, break_on_hyphens=False
    )  # fmt: skip
