"""Tables of leads: names, units and rates wherever a table may hold them."""

import time
from pathlib import Path

import numpy as np
import pytest

from ptacl.errors import BadInput, PtaclError
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


def _holds_eight(content: bytes, rate_hz: float | None = None, unit: str | None = None) -> Ecg:
    ecg = _read(content, rate_hz, unit)
    np.testing.assert_allclose(ecg.signal_mv[[0, 1, *range(6, 12)]], EIGHT, atol=1e-6)
    return ecg


PREAMBLE = """Patient,Zebedee Quux,1903-04-05
Device;Cart 9000
Comment: feels fine, 12 of 13 leads, I II III
Sample Rate: 500 Hz
Units: mV

"""


def test_lines_before_and_after_the_table_are_skipped_and_never_quoted() -> None:
    content = PREAMBLE.encode() + _text(EIGHT.T, HEADER) + b"\nEnd of Zebedee\n"
    assert _holds_eight(content).sample_rate_hz == 500
    broken = content.replace(b"V6", b"V7").replace(b"End of", b"End, of")
    with pytest.raises(BadInput) as caught:
        _read(broken)
    assert "Zebedee" not in str(caught.value)
    with pytest.raises(BadInput, match="names no lead") as caught:
        _read(content.replace(HEADER.encode(), b"Quux,b,c,d,e,f,g,h"))
    assert "Quux" not in str(caught.value)


@pytest.mark.parametrize(
    ("line", "rate_hz"),
    [
        ("Sample Rate: 500 Hz", 500), ("# fs = 500", 500), ("% sampling frequency: 0.5 kHz", 500),
        ("Sampling Frequency (Hz);500", 500), ("samplerate=500", 500), ("SampleRate,500", 500),
        ("Sample interval: 2 ms", 500), ("sampling period: 0,002 s", 500),
        ("# sample_rate_hz: 250.5", 250.5), ('"Sample Rate","500"', 500), ("Abc\tde", None),
        ("Heart rate: 500", None), ("Rate: 500", None), ("Sample interval: 2", None),
    ],
)  # fmt: skip
def test_lines_before_the_table_tell_the_rate(line: str, rate_hz: float | None) -> None:
    content = f"{line}\n".encode() + _text(EIGHT.T, HEADER)
    if rate_hz is None:
        with pytest.raises(BadInput, match="does not say its sample rate"):
            _read(content, unit="mV")
    else:
        assert _read(content, unit="mV").sample_rate_hz == pytest.approx(rate_hz)


@pytest.mark.parametrize("line", ["Unit: uV", "# units = µV", "Data unit;uV", "amplitude unit: uV"])
def test_lines_before_the_table_tell_the_unit(line: str) -> None:
    for encoding in ("utf-8", "latin-1", "utf-8-sig", "utf-16"):
        text = f"{line}\n" + _text(EIGHT.T * 1000, HEADER).decode()
        _holds_eight(text.encode(encoding), 500.0)


def test_a_row_of_units_may_follow_the_header() -> None:
    times = np.arange(SAMPLES) * 2.0
    header = f"Time,{HEADER}\nms" + ",uV" * 8
    content = _text(np.vstack([times, EIGHT * 1000]).T, header)
    assert _holds_eight(content).sample_rate_hz == 500
    _holds_eight(_text(EIGHT.T * 1000, HEADER + "\n" + ",".join(["[µV]"] * 8)), 500.0)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-16-le", "utf-16-be"])
def test_byte_order_marks_and_windows_line_ends_do_no_harm(encoding: str) -> None:
    text = _text(EIGHT.T, HEADER, "\t", "\r\n").decode().replace(",", "\t")
    _holds_eight(f"\ufeff{text}".encode(encoding), 500.0, "mV")


@pytest.mark.parametrize("style", ['"{}"', "Lead {}", '"Lead {}"', "ECG {}", "{}/uV", "{}, uV"])
def test_headers_are_spelt_in_many_ways(style: str) -> None:
    header = ";".join(style.format(lead) for lead in INDEPENDENT_LEADS)
    factor = 1000 if "uV" in style else 1
    content = _text(EIGHT.T * factor, header, ";")
    _holds_eight(content, 500.0, None if factor == 1000 else "mV")


@pytest.mark.parametrize("first", ["", "sample", "index", '"#"', "n"])
@pytest.mark.parametrize("start", [0, 1])
def test_a_column_of_sample_numbers_is_no_lead_and_no_time(first: str, start: int) -> None:
    numbers = np.arange(SAMPLES) + start
    content = _text(np.vstack([numbers, EIGHT]).T, f"{first},{HEADER}")
    with pytest.raises(BadInput, match="does not say its sample rate"):
        _read(content, unit="mV")
    _holds_eight(content, 500.0, "mV")


def test_a_time_column_without_a_name_tells_the_rate() -> None:
    rows = np.vstack([np.arange(SAMPLES) / 500, EIGHT]).T
    for header in (f",{HEADER}", HEADER, ""):  # an empty name, one name too few, no names
        content = _text(rows, header)
        assert _holds_eight(content, unit="mV").sample_rate_hz == 500
    uneven = rows.copy()
    uneven[:, 0] = np.random.default_rng(0).normal(size=SAMPLES)
    with pytest.raises(BadInput, match="does not say its sample rate"):
        _read(_text(uneven, f",{HEADER}"), unit="mV")


def test_times_of_day_and_other_columns_are_not_read() -> None:
    lines = _text(EIGHT.T, f"time,{HEADER},annotation").decode().splitlines()
    rows = [f"12:00:00.{number:04},{line},N" for number, line in enumerate(lines[1:])]
    _holds_eight("\n".join([lines[0], *rows]).encode(), 500.0, "mV")


def test_numbered_columns_are_a_header_and_no_sample() -> None:
    for first in ("0,1,2,3,4,5,6,7", "1,2,3,4,5,6,7,8"):
        assert _holds_eight(_text(EIGHT.T, first), 500.0, "mV").duration_s == SAMPLES / 500


def test_decimal_commas_between_quotes_and_in_few_lines() -> None:
    quoted = "\n".join(
        ",".join(f'"{value:.4f}"'.replace(".", ",") for value in row) for row in EIGHT.T
    )
    _holds_eight(f"{HEADER}\n{quoted}".encode(), 500.0, "mV")
    _holds_eight(f"{HEADER}\n{quoted}".replace('"0,', '"0.').replace('"1,', '"1.')
                 .replace('"-0,', '"-0.').encode(), 500.0, "mV")  # fmt: skip
    whole = _text(EIGHT.T, HEADER.replace(",", ";"), ";").replace(b".", b",").splitlines()
    last = b";".join([b"0"] * 8)
    assert _read(b"\n".join([*whole, last]), 500.0, "mV").duration_s == (SAMPLES + 1) / 500


def test_separators_at_the_end_of_lines_cost_no_lead() -> None:
    body = _text(EIGHT.T).replace(b"\n", b",\n") + b","
    for header in (HEADER, HEADER + ","):
        _holds_eight(header.encode() + b"\n" + body, 500.0, "mV")
    _holds_eight(body, 500.0, "mV")
    empty = EIGHT.copy()
    empty[7] = np.nan
    ecg = _read(_text(empty.T, HEADER).replace(b"nan", b""), 500.0, "mV")
    np.testing.assert_allclose(ecg.signal_mv[[0, 1, *range(6, 11)]], EIGHT[:7], atol=1e-6)
    assert ecg.missing["V6"] == "gaps"
    assert [caveat.code for caveat in ecg.caveats if "V6" in caveat.text] == [
        "lead_without_samples"
    ]


def test_rows_may_carry_a_unit_and_a_header_of_their_own() -> None:
    rows = [f"Lead {lead};uV;" + _text(row[None] * 1000, separator=";").decode() + ";"
            for lead, row in zip(INDEPENDENT_LEADS, EIGHT, strict=True)]  # fmt: skip
    header = "lead;unit;" + ";".join(map(str, range(SAMPLES))) + ";"
    text = "\n".join([header, *rows])
    for content in (text, text.replace(".", ",")):
        _holds_eight(content.encode(), 500.0)


def test_a_minute_in_rows_is_still_known_as_a_table() -> None:
    long = np.tile(EIGHT, (1, 10))
    rows = [f"{lead}," + _text(row[None]).decode()
            for lead, row in zip(INDEPENDENT_LEADS, long, strict=True)]  # fmt: skip
    assert _read("\n".join(rows).encode(), 500.0, "mV").duration_s == 60


def test_damaged_tables_give_an_ecg_or_an_error() -> None:
    random = np.random.default_rng(6)
    content = PREAMBLE.encode() + _text(EIGHT.T, HEADER)
    for turn in range(150):
        damaged = bytearray(content)
        if turn % 5 == 0:
            damaged = damaged[: int(random.integers(len(damaged)))]
        for _ in range(turn % 5):
            damaged[int(random.integers(300 if turn % 2 else len(damaged)))] = int(
                random.integers(256)
            )
        try:
            assert _read(bytes(damaged)).duration_s >= 5
        except PtaclError as error:
            assert "Zebedee" not in str(error)


def test_a_real_table_with_a_header_is_read(shared_data: Path) -> None:
    lines = (shared_data / "ecg/scp/demo.expected.csv").read_text().splitlines()
    width = len(lines[0].split(","))
    assert width in (8, 12)
    order = LEADS[:2] + LEADS[6:] + (LEADS[2:6] if width == 12 else ())
    named = "\n".join([",".join(order), *lines])
    ecg = _read(named.encode(), 500.0, "uV")
    first = [float(cell) / 1000 for cell in lines[0].split(",")]
    held = [ecg.signal_mv[LEADS.index(lead), 0] for lead in order]
    np.testing.assert_allclose(held, first, atol=1e-5)


@pytest.mark.parametrize("first", ["<?xml version='1.0'?>", "  <digits>", '{"signal": ['])
def test_lines_of_numbers_inside_other_texts_are_no_table(first: str) -> None:
    with pytest.raises(BadInput, match=r"XML|JSON that is cut short"):
        _read(f"{first}\n".encode() + _text(EIGHT.T), 500.0, "mV")


def test_a_table_of_something_else_is_refused(shared_data) -> None:
    with pytest.raises(BadInput, match="names no lead"):
        _read((shared_data / "ecg/wfdb_ptbxl/records.csv").read_bytes())


@pytest.mark.parametrize("separator", ["\t", " "])
def test_whole_numbers_without_names_are_no_header_of_wfdb(separator: str) -> None:
    microvolts = (EIGHT * 1000).round().astype(int) % 900
    lines = [separator.join(map(str, row)) for row in microvolts.T]
    ecg = _read("\n".join(lines).encode(), 500.0, "uV")
    np.testing.assert_allclose(ecg.signal_mv[0], microvolts[0] / 1000, atol=1e-6)


@pytest.mark.parametrize(
    "line", ["a" + " " * 16_000 + "!", "(" * 32_000, "1" * 60_000 + "x," * 9, "a " * 8_000 + "(mV!"]
)
def test_a_line_made_to_be_slow_is_judged_quickly(line: str) -> None:
    start = time.perf_counter()
    for content in (f"{line}\n" * 4, f"#{line}\n", f"{line},{HEADER}\n", f"a 8\na 16 {line}\n"):
        with pytest.raises(PtaclError):
            _read(content.encode() + _text(EIGHT.T[:9]))
    assert time.perf_counter() - start < 2


@pytest.mark.parametrize("header", [f"time_ms,{HEADER}", ""])
def test_a_rate_that_contradicts_the_time_column_is_refused(header: str) -> None:
    table = _text(np.vstack([2 * np.arange(SAMPLES), EIGHT]).T, header)
    content = b"Sample rate: 1000 Hz\n" + table
    with pytest.raises(BadInput, match=r"contradict each other. Correct one, or give --rate-hz"):
        _read(content, unit="mV")
    assert _read(content, 250.0, "mV").sample_rate_hz == 250
    assert _read(content.replace(b"1000 Hz", b"499 Hz"), unit="mV").sample_rate_hz == 499


def test_a_rate_of_zero_is_refused() -> None:
    with pytest.raises(BadInput, match="0 Hz lies outside"):
        _read(b"Sample rate: 0 Hz\n" + _text(EIGHT.T, HEADER), unit="mV")
