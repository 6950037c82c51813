import math

import pytest
import torch

from ptacl.encoders.positions import sine_cosine_positions
from ptacl.encoders.transformer import Transformer, TransformerConfig
from ptacl.errors import PtaclError


@pytest.mark.parametrize(
    ("grid", "width"), [((7,), 8), ((3, 5), 16), ((4, 2, 3), 24), ((2, 2, 2, 3), 16)]
)
def test_positions_are_their_slow_formula(grid: tuple[int, ...], width: int) -> None:
    table = sine_cosine_positions(grid, width)
    assert table.shape == (math.prod(grid), width)
    share = width // len(grid)
    for place in range(math.prod(grid)):
        rest, steps = place, []
        for size in reversed(grid):
            steps.insert(0, rest % size)
            rest //= size
        row = []
        for step in steps:
            angles = [step / 10_000 ** (i / (share / 2)) for i in range(share // 2)]
            row += [math.sin(a) for a in angles] + [math.cos(a) for a in angles]
        torch.testing.assert_close(table[place], torch.tensor(row), rtol=0.0, atol=1e-6)


def test_no_two_places_are_alike() -> None:
    table = sine_cosine_positions((12, 50), 48)
    distance = torch.cdist(table, table) + torch.eye(600) * 9
    assert distance.min() > 0.1


def test_a_width_that_the_axes_cannot_share_is_refused() -> None:
    with pytest.raises(PtaclError, match="multiple of 6"):
        sine_cosine_positions((2, 2, 2), 16)


def test_fixed_positions_are_no_parameter_and_leave_cls_where_it_is() -> None:
    config = TransformerConfig(width=24, depth=1, heads=3, learnable_positions=False)
    trunk = Transformer((3, 4), config)
    assert "positions" not in dict(trunk.named_parameters())
    assert not trunk.positions[0, 0].any()
    torch.testing.assert_close(trunk.positions[0, 1:], sine_cosine_positions((3, 4), 24))
