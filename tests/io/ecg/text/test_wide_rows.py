"""Leads in rows are parsed row by row, and a text beyond all recordings is not parsed at all."""

import tracemalloc

import numpy as np
import pytest

from ptacl.errors import BadInput
from ptacl.io import read_ecg_files
from ptacl.io.ecg.text import wide_rows as limits
from ptacl.types import LEADS
from tests.io.ecg.text.test_delimited_text import EIGHT, SAMPLES

TWELVE = np.vstack([
    EIGHT[:2], EIGHT[1] - EIGHT[0], -(EIGHT[0] + EIGHT[1]) / 2, EIGHT[0] - EIGHT[1] / 2,
    EIGHT[1] - EIGHT[0] / 2, EIGHT[2:],
])  # fmt: skip


def read(content: bytes):
    return read_ecg_files({"ecg.csv": content}, sample_rate_hz=500, unit="mV")


def lines_of(separator: str) -> list[str]:
    return [separator.join(f"{value:.4f}" for value in row) for row in TWELVE]


@pytest.mark.parametrize("separator", [",", ";", "\t", " "])
def test_rows_without_names_are_leads(separator):
    ecg = read("\n".join(lines_of(separator)).encode())
    assert ecg.signal_mv.shape == (len(LEADS), SAMPLES)
    assert np.allclose(ecg.signal_mv, TWELVE, atol=1e-4)


def test_missing_samples_quotes_and_open_ends_are_read_cell_by_cell():
    lines = [f"{line}," for line in lines_of(",")]
    plain = read("\n".join(lines).encode()).signal_mv
    cells = lines[3].split(",")
    cells[1:3] = ["", '"-0.1"']
    lines[3] = ",".join(cells)
    assert plain.shape == (len(LEADS), SAMPLES)
    changed = read("\n".join(lines).encode()).signal_mv
    assert changed.shape == plain.shape and np.allclose(changed[4:], plain[4:])


@pytest.mark.parametrize(
    ("change", "code"),
    [
        (lambda line: line.replace(line.split(",")[9], "seven", 1), "ecg.not_numbers"),
        (lambda line: f"{line},1,2", "file.damaged"),
    ],
)
def test_text_among_the_numbers_and_rows_of_other_lengths_are_refused(change, code):
    lines = lines_of(",")
    lines[5] = change(lines[5])
    with pytest.raises(BadInput) as refused:
        read("\n".join(lines).encode())
    assert refused.value.code == code


def test_half_a_megabyte_of_numbers_in_one_line_takes_a_small_multiple_of_it():
    content = ",".join(["1", "2", "-3", "4"] * 55_000).encode()
    tracemalloc.start()
    try:
        with pytest.raises(BadInput) as refused:
            read(content)
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert refused.value.code == "ecg.wrong_shape"
    assert peak < 60 * len(content)  # a data frame took fourteen hundred times as much


@pytest.mark.parametrize(
    ("limit", "content"),
    [("LONGEST_LINE", b"1,2,3,4,5,6,7,8,9,10,11,12"), ("MOST_LINES", b"1,2,3,4,5,6,7,8\n" * 30)],
)
def test_a_line_or_a_number_of_lines_beyond_all_recordings_is_refused(monkeypatch, limit, content):
    monkeypatch.setattr(limits, limit, 20)
    with pytest.raises(BadInput) as refused:
        read(content)
    assert refused.value.code == "file.too_large"
