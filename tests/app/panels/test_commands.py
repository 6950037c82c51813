"""Commands to copy: folded for the eye, the same for the shell."""

import shlex

import pytest

from app.panels.commands import folded

LONG = (
    "ptacl compare out/a out/b --methods demographics mean-beat --seeds 0 1 2 --epochs 20 "
    "--record checkpoints/demo"
)


@pytest.mark.parametrize("width", [30, 44, 60, 200])
def test_a_folded_command_is_the_same_command_and_fits(width):
    lines = folded(LONG, width).splitlines()
    joined = " ".join(line.removesuffix("\\") for line in lines)
    assert shlex.split(joined) == LONG.split()
    assert all(line.endswith(" \\") for line in lines[:-1])
    longest_part = len("  --methods demographics mean-beat \\")
    assert max(map(len, lines)) <= max(width, longest_part)
    assert (len(lines) == 1) == (width == 200)
