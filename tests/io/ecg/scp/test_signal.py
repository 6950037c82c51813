"""Reconstruction of SCP-ECG signals against the standard's words, sample by sample."""

from collections.abc import Callable

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from ptacl.io.ecg.scp.huffman import huffman_tables
from ptacl.io.ecg.scp.layout import Beat, Beats, Zone
from ptacl.io.ecg.scp.signal import (
    add_reference_beat,
    decode_lead,
    smooth,
    stored_count,
    undo_decimation,
    undo_differences,
)
from tests.io.scp_writer import (
    DEFAULT_TABLE,
    default_huffman,
    differences,
    packed,
    plain,
    table_section,
    twos_complement,
)

ZONES = (Zone(1, 6), Zone(30, 44), Zone(45, 50), Zone(71, 90), Zone(118, 140))


def zones_of(lead: Zone) -> list[bool]:
    """Whether each sample of a lead is protected."""
    samples = range(lead.first, lead.last + 1)
    return [any(zone.first <= n <= zone.last for zone in ZONES) for n in samples]


@pytest.mark.parametrize("order", [0, 1, 2])
@pytest.mark.parametrize("samples", [0, 1, 2, 3, 500])
def test_differences_are_undone(order: int, samples: int) -> None:
    signal = np.random.default_rng(samples).integers(-3000, 3000, samples)
    stored = np.array(differences(signal, order), np.int64)
    np.testing.assert_array_equal(undo_differences(stored, order), signal)


@pytest.mark.parametrize("order", [0, 1, 2])
@pytest.mark.parametrize(("coder", "table"), [(plain, b""), (default_huffman, DEFAULT_TABLE)])
@given(samples=arrays(np.int16, st.integers(1, 60)))
@settings(max_examples=40, deadline=None)
def test_differences_that_wrap_at_16_bits_come_back(
    order: int, coder: Callable[..., bytes], table: bytes, samples: np.ndarray
) -> None:
    tables = huffman_tables("a.scp", table)
    found = decode_lead("a.scp", coder(samples, order), tables, order, len(samples))
    np.testing.assert_array_equal(found, samples)


def test_tables_that_carry_more_than_16_bits_do_not_wrap() -> None:
    tables = huffman_tables("a.scp", table_section([[("0", 24, 1, 0)]]))
    samples = np.array([100_000, -100_000, 7])
    bits = "".join("0" + twos_complement(int(value), 24) for value in samples)
    np.testing.assert_array_equal(decode_lead("a.scp", packed(bits), tables, 0, 3), samples)


def slow_expansion(stored: list[float], lead: Zone, factor: int) -> list[float]:
    """One stretch after the other: copied where protected, else drawn between the middles."""
    protected, out = zones_of(lead), []
    stored = list(stored)
    while len(out) < len(protected):
        state = protected[len(out)]
        size = 0
        while len(out) + size < len(protected) and protected[len(out) + size] == state:
            size += 1
        runs = 0 if state else size // factor
        means = [stored.pop(0) for _ in range(runs)]
        for n in range(runs * factor):
            before = (n - factor // 2) // factor
            if before < 0 or before >= runs - 1:
                out.append(means[0] if before < 0 else means[-1])
            else:
                part = (n - factor // 2 - before * factor) / factor
                out.append(means[before] + part * (means[before + 1] - means[before]))
        out += [stored.pop(0) for _ in range(size - runs * factor)]
    assert not stored
    return out


@pytest.mark.parametrize("factor", [2, 3, 4])
@pytest.mark.parametrize("lead", [Zone(1, 160), Zone(1, 130), Zone(35, 117), Zone(51, 70)])
def test_decimation_is_undone_as_the_standard_words_it(lead: Zone, factor: int) -> None:
    count = stored_count(lead, ZONES, factor)
    stored = np.random.default_rng(factor).integers(-500, 500, count).astype(float)
    restored = undo_decimation(stored, lead, ZONES, factor)
    np.testing.assert_allclose(restored, slow_expansion(stored.tolist(), lead, factor), atol=1e-9)


def test_a_record_without_protected_zones_is_decimated_throughout() -> None:
    lead = Zone(1, 10)
    assert stored_count(lead, (), 4) == 2 + 2
    restored = undo_decimation(np.array([0.0, 4.0, 9.0, 8.0]), lead, (), 4)
    assert restored.tolist() == [0, 0, 0, 1, 2, 3, 4, 4, 9, 8]


@pytest.mark.parametrize("subtracted", [False, True])
@pytest.mark.parametrize("lead", [Zone(1, 160), Zone(20, 131)])
def test_the_low_pass_is_the_mean_of_three_outside_the_zones(lead: Zone, subtracted: bool) -> None:
    signal = np.random.default_rng(2).integers(-900, 900, lead.size).astype(float)
    beats = Beats(200, 30, (Beat(Zone(25, 62), 40), Beat(Zone(100, 170), 120)), ZONES)
    expected = signal.tolist()
    for place in range(1, lead.size - 1):
        number = place + lead.first
        beside_a_jump = subtracted and number in (24, 25, 62, 63, 99, 100, 170, 171)
        if not zones_of(lead)[place] and not beside_a_jump:
            total = int(sum(signal[place - 1 : place + 2]))
            expected[place] = (abs(total) + 1) // 3 * (1 if total >= 0 else -1)
    got = smooth(signal, lead, beats, subtracted=subtracted)
    np.testing.assert_array_equal(got, expected)


def test_the_reference_beat_lies_fiducial_on_fiducial() -> None:
    reference = np.arange(1.0, 11.0)  # sample n of it is n
    beats = Beats(20, 4, (Beat(Zone(8, 12), 10), Beat(Zone(1, 90), 20)), ())
    got = add_reference_beat(np.zeros(30), Zone(1, 30), beats, reference)
    expected = np.zeros(30)
    expected[7:12] += [2, 3, 4, 5, 6]  # sample 10 meets fiducial 4
    expected[16:26] += reference  # sample 20 meets 4: all of it, from 17 on
    np.testing.assert_array_equal(got, expected)


def test_a_lead_that_begins_later_gets_its_own_part() -> None:
    reference = np.arange(1.0, 11.0)
    beats = Beats(20, 4, (Beat(Zone(8, 12), 10),), ())
    got = add_reference_beat(np.zeros(3), Zone(11, 13), beats, reference)
    assert got.tolist() == [5, 6, 0]
