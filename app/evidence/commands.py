"""Commands to copy, folded as a shell reads them, so that none is cut or broken inside a word."""

import re
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
    r"""One command over several lines, broken before options only.

    >>> print(folded("ptacl embed cohort --checkpoint mine --out gallery", 36))
    ptacl embed cohort \
      --checkpoint mine --out gallery
    """
    lines: list[str] = []
    for part in re.split(r" (?=--)", command):
        if lines and len(lines[-1]) + 1 + len(part) + len(" \\") <= width:
            lines[-1] += f" {part}"
        else:
            lines.append(f"  {part}" if lines else part)
    return " \\\n".join(lines)
