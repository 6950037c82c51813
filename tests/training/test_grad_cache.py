"""Encoding twice in chunks teaches the weights what encoding once teaches them."""

import dataclasses

import pytest

from ptacl.training.distributed import Ranks
from tests.training.one_step import CONFIGS, assert_equal, step


@pytest.mark.parametrize("name", CONFIGS)
def test_gradients_of_chunks_are_those_of_the_whole_batch(name: str) -> None:
    whole = step(CONFIGS[name], Ranks())
    chunked = step(dataclasses.replace(CONFIGS[name], chunk_size=3), Ranks())
    assert_equal(whole, chunked, tolerance=1e-5)
