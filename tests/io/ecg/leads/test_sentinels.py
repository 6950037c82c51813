"""Stored numbers that stand for no signal."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from ptacl.io.ecg.integer_wrap import wrapped_to_16_bits
from ptacl.io.ecg.leads.sentinels import sentinels_beyond_a_body, without_sentinels


@given(st.lists(st.integers(-32768, 32767), min_size=1))
def test_the_ends_of_16_bits_alone_are_no_signal(values: list[int]) -> None:
    samples = without_sentinels(np.array(values, np.int16))
    for value, sample in zip(values, samples, strict=True):
        assert np.isnan(sample) if value in (-32768, 32767) else sample == value


def test_at_a_fine_step_an_end_of_16_bits_is_a_heartbeat() -> None:
    assert -32768 in sentinels_beyond_a_body(2.5e-3)
    assert -32768 not in sentinels_beyond_a_body(1e-4)
    assert -(2**31) in sentinels_beyond_a_body(1e-4)


@given(st.lists(st.integers(-(2**40), 2**40), min_size=1))
def test_wrapping_is_what_a_word_of_16_bits_keeps(values: list[int]) -> None:
    found = wrapped_to_16_bits(np.array(values, np.int64))
    expected = [
        int.from_bytes((value & 0xFFFF).to_bytes(2, "little"), "little", signed=True)
        for value in values
    ]
    assert found.tolist() == expected
