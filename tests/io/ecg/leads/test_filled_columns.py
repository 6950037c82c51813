"""Columns of a print whose empty time is filled with a number."""

import numpy as np
import pytest

from ptacl.io import read_ecg_files
from ptacl.io.ecg.leads.filled_columns import remove_filling
from ptacl.types import LEADS
from tests.made.files import beating

SIGNAL = beating().astype(np.float64)
SAMPLES = SIGNAL.shape[1]
LAYOUTS = {"3 x 4": 3, "6 x 2": 6}


def filled(in_column: int, strips: tuple[str, ...] = (), held: bool = False) -> np.ndarray:
    """What a print of columns shows, zero elsewhere, or the last value before it again."""
    columns = len(LEADS) // in_column
    part = SAMPLES // columns
    shown = np.zeros_like(SIGNAL)
    for row, lead in enumerate(LEADS):
        first = row // in_column * part
        shown[row, first : first + part] = SIGNAL[row, first : first + part]
        if held:
            shown[row, :first], shown[row, first + part :] = shown[row, [first, first + part - 1]]
        if lead in strips:
            shown[row] = SIGNAL[row]
    return shown


def by_lead(rows: np.ndarray) -> dict[str, np.ndarray]:
    return dict(zip(LEADS, rows, strict=True))


@pytest.mark.parametrize("layout", LAYOUTS)
@pytest.mark.parametrize("strips", [(), ("II",), ("II", "V1", "V5")])
@pytest.mark.parametrize("held", [False, True])
def test_what_fills_the_time_of_other_columns_is_missing(layout, strips, held) -> None:
    in_column = LAYOUTS[layout]
    part = SAMPLES * in_column // len(LEADS)
    leads, [caveat] = remove_filling(by_lead(filled(in_column, strips, held)))
    assert caveat.code == "filled_columns"
    for row, lead in enumerate(LEADS):
        there = np.isfinite(leads[lead])
        if lead in strips:
            assert there.all()
            continue
        first = row // in_column * part
        assert not there[: max(first - 2, 0)].any() and not there[first + part + 1 :].any()
        assert there[first + 5 : first + part - 5].all()
        np.testing.assert_array_equal(leads[lead][there], SIGNAL[row][there])


def test_columns_that_begin_at_the_top_are_cut_where_their_zeros_begin() -> None:
    rows = filled(3)
    top = np.zeros_like(rows)
    top[:, : SAMPLES // 4] = SIGNAL[:, : SAMPLES // 4]
    top[1] = SIGNAL[1]
    leads, caveats = remove_filling(by_lead(top))
    assert len(caveats) == 1
    assert np.isnan(leads["V6"][SAMPLES // 4 + 1 :]).all() and np.isfinite(leads["II"]).all()


@pytest.mark.parametrize("off", [("V1",), ("V4", "V5", "V6"), LEADS[6:]])
def test_leads_that_are_off_are_no_columns(off) -> None:
    rows = SIGNAL.copy()
    for lead in off:
        rows[LEADS.index(lead), SAMPLES // 4 :] = 0
    given = by_lead(rows)
    leads, caveats = remove_filling(given)
    assert caveats == ()
    assert all(leads[lead] is given[lead] for lead in LEADS)


def test_a_recording_that_ends_early_in_all_leads_is_no_print() -> None:
    rows = SIGNAL.copy()
    rows[:, SAMPLES // 4 :] = 0
    assert remove_filling(by_lead(rows))[1] == ()


def test_a_table_with_zeros_is_read_with_its_gaps_and_says_so() -> None:
    lines = [",".join(f"{lead} (mV)" for lead in LEADS)]
    lines += [",".join(f"{value:.4f}" for value in row) for row in filled(3, ("II",)).T]
    content = "\n".join(lines).encode()
    ecg = read_ecg_files({"print.csv": content}, sample_rate_hz=500)
    assert {caveat.code for caveat in ecg.caveats} >= {"filled_columns", "leads_in_turn"}
    assert np.isnan(ecg.signal_mv[0, SAMPLES // 2 :]).all()
