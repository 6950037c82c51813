"""Commands to copy, wrapped with line continuations."""

import re
import textwrap
from collections.abc import Iterable

import streamlit as st


def show(commands: Iterable[str], width: int) -> None:
    """Show commands with a button that copies them.

    Args:
        commands: a line each.
        width: characters on a line.
    """
    st.code("\n".join(folded(command, width) for command in commands), language=None)


def folded(command: str, width: int) -> str:
    r"""Wrap one command before options, and long lists between their values.

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
    """Wrap a part that is too long by itself, its values one below the other."""
    return textwrap.wrap(
        part, width, subsequent_indent="    ", break_long_words=False, break_on_hyphens=False
    )  # fmt: skip
