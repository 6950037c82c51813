"""Tables of leads: names, units and rates wherever a table may hold them."""

import numpy as np
import pytest

from ptacl.errors import BadInput
from ptacl.io import read_ecg_files
from ptacl.types import INDEPENDENT_LEADS, LEADS, Ecg

SAMPLES = 3000


def _eight() -> np.ndarray:
    spikes = (np.arange(SAMPLES) % 500 < 20).astype(float)
    noise = np.random.default_rng(1).normal(scale=0.01, size=(8, SAMPLES))
    return (np.outer(np.linspace(0.5, 1.5, 8), spikes) + noise).round(4)


EIGHT = _eight()


def _text(rows: np.ndarray, header: str = "", separator: str = ",", end: str = "\n") -> bytes:
    lines = [separator.join(f"{value:.4f}" for value in row) for row in rows]
    return end.join([header, *lines] if header else lines).encode()


def _read(content: bytes, rate_hz: float | None = None, unit: str | None = None) -> Ecg:
    return read_ecg_files({"ecg.csv": content}, sample_rate_hz=rate_hz, unit=unit)


HEADER = ",".join(INDEPENDENT_LEADS)


@pytest.mark.parametrize("separator", [",", ";", "\t", " "])
@pytest.mark.parametrize("end", ["\n", "\r\n"])
def test_columns_with_a_header_are_read(separator: str, end: str) -> None:
    content = _text(EIGHT.T, HEADER.replace(",", separator), separator, end)
    ecg = _read(content, 500.0, "mV")
    np.testing.assert_allclose(ecg.signal_mv[[0, 1, *range(6, 12)]], EIGHT, atol=1e-6)
    assert ecg.source_format == "csv"


def test_columns_in_another_order_are_put_in_order() -> None:
    order = [7, 3, 1, 0, 5, 2, 4, 6]
    header = ",".join(INDEPENDENT_LEADS[i].lower() for i in order)
    ecg = _read(_text(EIGHT[order].T, header), 500.0, "mV")
    np.testing.assert_allclose(ecg.signal_mv[[0, 1, *range(6, 12)]], EIGHT, atol=1e-6)


def test_rows_without_names_are_read_by_their_number() -> None:
    for grid in (EIGHT, EIGHT.T):
        ecg = _read(_text(grid), 500.0, "mV")
        np.testing.assert_allclose(ecg.signal_mv[[0, 1, *range(6, 12)]], EIGHT, atol=1e-6)


def test_rows_with_names_are_read() -> None:
    lines = [
        f"{lead}," + _text(row[None]).decode()
        for lead, row in zip(LEADS[:2], EIGHT[:2], strict=True)
    ]
    lines += [f"V{i + 1}," + _text(EIGHT[i + 2][None]).decode() for i in range(6)]
    ecg = _read("\n".join(lines).encode(), 500.0, "mV")
    np.testing.assert_allclose(ecg.signal_mv[[0, 1, *range(6, 12)]], EIGHT, atol=1e-6)


@pytest.mark.parametrize(
    ("name", "factor"),
    [("time", 1), ("time_s", 1), ("t (ms)", 1000), ("Time [ms]", 1000), ("time", 1000)],
)
def test_a_time_column_tells_the_rate(name: str, factor: float) -> None:
    times = np.arange(SAMPLES) / 250 * factor
    ecg = _read(_text(np.vstack([times, EIGHT]).T, f"{name},{HEADER}"), unit="mV")
    assert ecg.sample_rate_hz == pytest.approx(250)


def test_an_uneven_time_column_is_refused() -> None:
    times = np.cumsum(np.random.default_rng(0).exponential(size=SAMPLES)) / 250
    with pytest.raises(BadInput, match="not evenly spaced"):
        _read(_text(np.vstack([times, EIGHT]).T, f"time_s,{HEADER}"), unit="mV")


@pytest.mark.parametrize("style", ["{} (uV)", "{}_uV", "{} [µV]"])
def test_header_cells_tell_the_unit(style: str) -> None:
    header = ",".join(style.format(lead) for lead in INDEPENDENT_LEADS)
    ecg = _read(_text(EIGHT.T * 1000, header), 500.0)
    np.testing.assert_allclose(ecg.signal_mv[0], EIGHT[0], atol=1e-6)


def test_comments_tell_rate_and_unit() -> None:
    told = b"# sample_rate_hz: 500\n# unit: uV\n" + _text(EIGHT.T * 1000, HEADER)
    ecg = _read(told)
    assert ecg.sample_rate_hz == 500
    np.testing.assert_allclose(ecg.signal_mv[0], EIGHT[0], atol=1e-6)


def test_what_is_said_nowhere_is_asked_for_and_never_guessed() -> None:
    content = _text(EIGHT.T, HEADER)
    with pytest.raises(BadInput, match=r"sample rate nor its unit. Give --rate-hz .* and --unit"):
        _read(content)
    with pytest.raises(BadInput, match=r"does not say its unit. Give --unit"):
        _read(content, 500.0)
    with pytest.raises(BadInput, match=r"does not say its sample rate. Give --rate-hz"):
        _read(content, unit="mV")


def test_empty_cells_are_gaps_and_text_is_refused() -> None:
    lines = _text(EIGHT.T, HEADER).decode().splitlines()
    lines[7] = lines[7].replace(lines[7].split(",")[3], "", 1)
    ecg = _read("\n".join(lines).encode(), 500.0, "mV")
    assert ecg.missing["V2"] == "gaps"
    assert np.isnan(ecg.signal_mv[7]).sum() == 1
    lines[9] = lines[9].replace(lines[9].split(",")[3], "Smith", 1)
    with pytest.raises(BadInput, match="column 4 holds text") as caught:
        _read("\n".join(lines).encode(), 500.0, "mV")
    assert "Smith" not in str(caught.value)


def test_decimal_commas_are_understood() -> None:
    content = _text(EIGHT.T, HEADER.replace(",", ";"), ";").replace(b".", b",")
    np.testing.assert_allclose(_read(content, 500.0, "mV").signal_mv[0], EIGHT[0], atol=1e-6)


def test_a_trailing_separator_makes_no_lead() -> None:
    content = _text(EIGHT.T, HEADER).replace(b"\n", b",\n") + b","
    np.testing.assert_allclose(_read(content, 500.0, "mV").signal_mv[0], EIGHT[0], atol=1e-6)


def test_twelve_unnamed_leads_in_another_order_are_refused(shared_data) -> None:
    content = (shared_data / "ecg/scp/Example.expected.csv").read_bytes()  # I, II, V1–V6, III …
    with pytest.raises(BadInput, match="no names and are not in the order"):
        _read(content, 500.0, "uV")


def test_a_table_of_something_else_is_refused(shared_data) -> None:
    with pytest.raises(BadInput, match="names no lead"):
        _read((shared_data / "ecg/wfdb_ptbxl/records.csv").read_bytes())
