"""A subject's dropout follows from its seed, whoever else is in the batch."""

import pytest
import torch
from torch import nn

from ptacl.encoders.dropout import SubjectDropout, seeded_dropout

ROWS = torch.ones(4, 50, 8)
SEEDS = (11, 7, 5, 2)


def dropped(x: torch.Tensor, seeds: tuple[int, ...], layer: nn.Module | None = None):
    layer = layer or SubjectDropout(0.25)
    with seeded_dropout(layer, seeds):
        return layer(x)


def test_a_share_is_zero_and_the_rest_keeps_the_mean() -> None:
    result = dropped(ROWS, SEEDS)
    assert result.unique().tolist() == pytest.approx([0.0, 1 / 0.75])
    assert float((result == 0).float().mean()) == pytest.approx(0.25, abs=0.04)


def test_a_subject_meets_the_same_masks_alone() -> None:
    whole = dropped(ROWS, SEEDS)
    assert torch.equal(dropped(ROWS[1:3], SEEDS[1:3]), whole[1:3])
    assert not torch.equal(whole[0], whole[1])


def test_a_subject_may_have_several_rows() -> None:
    rows = ROWS.flatten(0, 1)
    whole = dropped(rows, SEEDS)
    assert torch.equal(dropped(rows[50:100], SEEDS[1:2]), whole[50:100])


def test_layers_draw_for_themselves() -> None:
    first, second = SubjectDropout(0.5), SubjectDropout(0.5)
    with seeded_dropout(nn.Sequential(first, second), SEEDS):
        assert not torch.equal(first(ROWS), second(ROWS))


def test_without_seeds_it_is_plain_dropout_and_in_evaluation_nothing() -> None:
    layer = SubjectDropout(0.25)
    dropped(ROWS, SEEDS, layer)
    torch.manual_seed(0)
    plain = layer(ROWS[:3])  # the seeds of a former batch are gone
    torch.manual_seed(0)
    assert torch.equal(plain, nn.Dropout(0.25)(ROWS[:3]))
    assert torch.equal(dropped(ROWS, SEEDS, layer.eval()), ROWS)
