"""Samples inside a text."""

import base64
import time

import numpy as np
import pytest

from ptacl.errors import BadInput
from ptacl.io.ecg.text.sample_text import bytes_in, integers_in, numbers_in


def test_commas_count_and_white_space_beside_them_does_not() -> None:
    values = numbers_in("a.xml", "\n\t\t1,-2,\r\n\t\t3 ,4,\n", ",")
    assert values.tolist() == [1, -2, 3, 4]
    # Where a line breaks inside a number, the number goes on.
    assert numbers_in("a.xml", "1,2\n\t3,4", ",").tolist() == [1, 23, 4]


def test_white_space_of_any_kind_parts_numbers() -> None:
    assert numbers_in("a.xml", " 1 -2\r\n3\t4.5 ", " ").tolist() == [1, -2, 3, 4.5]
    assert numbers_in("a.xml", "", " ").size == numbers_in("a.xml", "\n", ",").size == 0


@pytest.mark.parametrize("text", ["1,x,3", "1,,3", "1;2", "1,2,three", "1-2,3", ",1"])
def test_text_among_numbers_is_refused(text: str) -> None:
    with pytest.raises(BadInput, match="text among its samples"):
        numbers_in("a.xml", text, ",")
    with pytest.raises(BadInput, match="text among its samples"):
        numbers_in("a.xml", "1 2 x", " ")


def test_the_fast_way_agrees_with_the_obvious_one() -> None:
    random = np.random.default_rng(0)
    for values in (random.integers(-32768, 32768, 3000), random.normal(size=3000).round(4)):
        row = [str(value) for value in values]
        for separator, text in ((",", ",\n\t".join(row)), (" ", "\n".join(row))):
            expected = [float(word) for word in row]
            assert numbers_in("a.xml", text, separator).tolist() == expected


def test_much_text_is_read_quickly() -> None:
    start = time.perf_counter()
    assert len(numbers_in("a.xml", "-123 " * 1_000_000, " ")) == 1_000_000
    assert time.perf_counter() - start < 2


def test_base64_is_whole_or_refused() -> None:
    stored = np.array([1, -2, 32767, -32768], "<i2")
    text = base64.encodebytes(stored.tobytes()).decode()
    np.testing.assert_array_equal(integers_in("a.xml", bytes_in("a.xml", f"\n {text}")), stored)
    for wrong in (text[1:], text.replace("=", "*"), "ä" + text):
        with pytest.raises(BadInput, match="no base64"):
            bytes_in("a.xml", wrong)


@pytest.mark.parametrize("size", [1, 2, 4])
def test_integers_of_each_size(size: int) -> None:
    stored = np.array([1, -2, 100], f"<i{size}")
    assert integers_in("a.xml", stored.tobytes(), size).tolist() == [1, -2, 100]


def test_other_sizes_and_halves_are_refused() -> None:
    with pytest.raises(BadInput, match="3 bytes each"):
        integers_in("a.xml", bytes(6), 3)
    with pytest.raises(BadInput, match="cut in two"):
        integers_in("a.xml", bytes(5), 2)
