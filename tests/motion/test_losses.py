"""Terms of the fit against obvious formulas."""

import numpy as np
import pytest
import torch

from ptacl.motion.losses import (
    area_ratio,
    bending,
    dissimilarity,
    distance_to_borders,
    fields_on_grid,
    local_correlation,
    uneven_area,
)

SPACING = 2.0


def grid(rows: int = 9, columns: int = 11) -> torch.Tensor:
    y, x = torch.meshgrid(
        torch.arange(rows) * SPACING, torch.arange(columns) * SPACING, indexing="ij"
    )
    return torch.stack([x, y], dim=-1)[None]


def test_local_correlation_is_that_of_each_window() -> None:
    generator = torch.Generator().manual_seed(0)
    first = torch.randn(2, 1, 9, 9, generator=generator)
    second = first + 0.5 * torch.randn(2, 1, 9, 9, generator=generator)
    found = local_correlation(first, second, 5)
    for row, column in ((4, 4), (0, 0), (2, 7)):
        rows = slice(max(row - 2, 0), row + 3)
        columns = slice(max(column - 2, 0), column + 3)
        a, b = (own[1, 0, rows, columns].numpy().ravel() for own in (first, second))
        expected = np.corrcoef(a, b)[0, 1]
        assert float(found[1, row, column]) == pytest.approx(expected, abs=0.02)


def test_brightness_and_contrast_do_not_count() -> None:
    image = torch.randn(1, 1, 12, 12, generator=torch.Generator().manual_seed(1))
    region = torch.ones(12, 12, dtype=torch.bool)
    assert float(dissimilarity(image, 3 * image + 7, 5, region)) < 0.02
    assert float(dissimilarity(image, image.flip(-1), 5, region)) > 0.5


def test_affine_fields_do_not_bend_and_curved_ones_do() -> None:
    x, y = grid()[0].unbind(-1)
    affine = torch.stack([0.3 * x - 0.1 * y + 2, 0.2 * y])
    assert float(bending(affine, SPACING)) == pytest.approx(0, abs=1e-6)
    curved = torch.stack([0.05 * x**2])  # second derivative 0.1 per mm, 1 per 10 mm
    assert float(bending(curved, SPACING)) == pytest.approx(1.0, rel=1e-3)


def test_area_ratio_is_the_determinant() -> None:
    matrix = torch.tensor([[0.8, 0.1], [-0.2, 1.3]])
    ratio = area_ratio(grid() @ matrix.T + 3, SPACING)
    torch.testing.assert_close(ratio, torch.full_like(ratio, float(torch.det(matrix))))
    assert (area_ratio(grid() * torch.tensor([-1.0, 1.0]), SPACING) < 0).all()


def test_an_even_change_of_area_is_free_and_an_uneven_one_is_not() -> None:
    wall = torch.ones(9, 11, dtype=torch.bool)
    assert float(uneven_area(1.2 * grid(), SPACING, wall)) == pytest.approx(0, abs=1e-8)
    x, y = grid()[0].unbind(-1)
    uneven = torch.stack([x + 0.02 * x**2, y], dim=-1)[None]
    assert float(uneven_area(uneven, SPACING, wall)) > 0.01
    assert float(uneven_area(grid() * torch.tensor([-1.0, 1.0]), SPACING, wall)) > 0.5


def test_the_distance_to_a_border_leaves_the_rounding_of_pixels_out() -> None:
    at_rest = torch.tensor([0.3, -0.2])
    assert float(distance_to_borders(at_rest.expand(3, 2), at_rest)) == 0
    assert float(distance_to_borders((at_rest + 5.0)[None], at_rest)) == pytest.approx(4.0)


def test_fields_keep_their_place_on_the_grid() -> None:
    coefficients = torch.arange(3 * 4 * 8, dtype=torch.float32).view(12, 2, 2, 2)
    fields = fields_on_grid(coefficients, 3)
    assert fields.shape == (8, 3, 4)
    torch.testing.assert_close(fields[:, 2, 1], coefficients[9].flatten())
