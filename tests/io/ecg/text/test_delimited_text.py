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
    with pytest.raises(
        BadInput, match=r"sample rate and unit are missing. Give --rate-hz .* and --unit"
    ):
        _read(content)
    with pytest.raises(BadInput, match=r"its unit is missing. Give --unit"):
        _read(content, 500.0)
    with pytest.raises(BadInput, match=r"its sample rate is missing. Give --rate-hz"):
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
        with pytest.raises(BadInput, match="its sample rate is missing"):
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
    with pytest.raises(BadInput, match="its sample rate is missing"):
        _read(content, unit="mV")
    _holds_eight(content, 500.0, "mV")


def test_a_time_column_without_a_name_tells_the_rate() -> None:
    rows = np.vstack([np.arange(SAMPLES) / 500, EIGHT]).T
    for header in (f",{HEADER}", HEADER, ""):  # an empty name, one name too few, no names
        content = _text(rows, header)
        assert _holds_eight(content, unit="mV").sample_rate_hz == 500
    uneven = rows.copy()
    uneven[:, 0] = np.random.default_rng(0).normal(size=SAMPLES)
    with pytest.raises(BadInput, match="its sample rate is missing"):
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
    with pytest.raises(BadInput, match="0 Hz is outside"):
        _read(b"Sample rate: 0 Hz\n" + _text(EIGHT.T, HEADER), unit="mV")


def _twelve() -> np.ndarray:
    one, two, *chest = EIGHT
    return np.stack([one, two, two - one, -(one + two) / 2, one - two / 2, two - one / 2, *chest])


TWELVE = _twelve()
HEADER_12 = ",".join(LEADS)
STEPS = np.rint(TWELVE * 1000 / 4.88)


def _codes(ecg: Ecg) -> set[str]:
    return {caveat.code for caveat in ecg.caveats}


def _whole(rows: np.ndarray, header: str) -> bytes:
    lines = [",".join(f"{value:.0f}" if np.isfinite(value) else "" for value in row)
             for row in rows.T]  # fmt: skip
    return "\n".join([header, *lines]).encode()


@pytest.mark.parametrize(
    "line",
    ["Resolution: 4.88 uV/bit", "# LSB = 4.88 µV", "Gain: 204.918 adu/mV", "uV per LSB;4.88",
     "1 bit = 0.00488 mV"],
)  # fmt: skip
@pytest.mark.parametrize("unit", ["Units: uV\n", "Units: mV\n", ""])
def test_steps_are_scaled_by_what_a_line_says_and_never_taken_as_microvolts(
    line: str, unit: str
) -> None:
    ecg = _read(f"{unit}{line}\n".encode() + _whole(STEPS, HEADER_12), 500.0)
    np.testing.assert_allclose(ecg.signal_mv, STEPS * 0.00488, atol=1e-5)
    assert "steps_scaled" in _codes(ecg)
    with pytest.raises(BadInput, match=r"count steps of .*V\. Leave out --unit"):
        _read(f"{unit}{line}\n".encode() + _whole(STEPS, HEADER_12), 500.0, "uV")


def test_a_line_after_the_table_counts_as_well() -> None:
    ecg = _read(_whole(STEPS, HEADER_12) + b"\nResolution: 4.88 uV/bit\n", 500.0)
    np.testing.assert_allclose(ecg.signal_mv, STEPS * 0.00488, atol=1e-5)


@pytest.mark.parametrize(
    "line", ["ADC range: +-5 mV, 12 bit", "Gain: 1000", "Resolution: 16 bits", "Scale factor: 2.44"]
)
def test_steps_of_unknown_size_are_refused_unless_the_unit_is_given(line: str) -> None:
    content = f"Units: uV\n{line}\n".encode() + _whole(STEPS, HEADER_12)
    with pytest.raises(BadInput, match="converter counts, and the size of one step"):
        _read(content, 500.0)
    np.testing.assert_allclose(_read(content, 500.0, "uV").signal_mv, STEPS / 1000, atol=1e-6)
    volts = f"Units: mV\n{line}\n".encode() + _text(TWELVE.T, HEADER_12)
    np.testing.assert_allclose(_read(volts, 500.0).signal_mv, TWELVE, atol=1e-3)


@pytest.mark.parametrize("unit", ["adu", "LSB", "counts", "raw", "ADC units"])
def test_columns_of_steps_are_refused_or_scaled(unit: str) -> None:
    header = ",".join(f"{lead} ({unit})" for lead in LEADS)
    for content in (
        _whole(STEPS, header),
        _whole(STEPS, HEADER_12 + "\n" + ",".join([unit] * 12)),
    ):
        with pytest.raises(BadInput, match="converter counts"):
            _read(content, 500.0)
        ecg = _read(b"Gain: 200 adu/mV\n" + content, 500.0)
        np.testing.assert_allclose(ecg.signal_mv, STEPS / 200, atol=1e-6)


def test_a_header_may_hold_the_size_of_a_step() -> None:
    cells = ",".join(f"{lead} (4.88 uV/LSB)" for lead in LEADS)
    for header in (cells, HEADER_12 + "\n" + ",".join(["4.88 uV/LSB"] * 12)):
        ecg = _read(_whole(STEPS, header), 500.0)
        np.testing.assert_allclose(ecg.signal_mv, STEPS * 0.00488, atol=1e-5)


@pytest.mark.parametrize("rate_hz", [125, 128, 360, 500])
@pytest.mark.parametrize("quote", ["'", ""])
def test_physionets_export_is_read_with_its_elapsed_times(rate_hz: int, quote: str) -> None:
    first = f"{quote}Elapsed time{quote}," + ",".join(f"{quote}{n.lower()}{quote}" for n in LEADS)
    units = f"{quote}hh:mm:ss.mmm{quote}" + f",{quote}mV{quote}" * 12
    lines = [first, units]
    for number, row in enumerate(TWELVE.T):
        ms = 1000 * number // rate_hz
        time_s = f"{quote}{ms // 60_000}:{ms % 60_000 / 1000:06.3f}{quote}"
        cells = ["-" if number == 77 and at == 9 else f"{v:.3f}" for at, v in enumerate(row)]
        lines.append(",".join([time_s, *cells]))
    ecg = _read("\n".join(lines).encode())
    assert ecg.sample_rate_hz == rate_hz
    np.testing.assert_allclose(ecg.signal_mv, np.where(
        (np.arange(SAMPLES) == 77) & (np.arange(12) == 9)[:, None], np.nan, TWELVE
    ), atol=6e-4)  # fmt: skip


@pytest.mark.parametrize(
    ("column", "unit", "style"),
    [
        ("'Time and date'", "'hh:mm:ss.mmm dd/mm/yyyy'", "'[12:00:{:06.3f} 01/01/2000]'"),
        ("Date and time", "dd/mm/yyyy hh:mm:ss.mmm", "01/01/2000 12:00:{:06.3f}"),
        ("timestamp", "", "2000-01-01T12:00:{:06.3f}Z"),
    ],
)
def test_times_of_day_with_their_date_tell_the_rate(column: str, unit: str, style: str) -> None:
    lines = [",".join([column, *LEADS]), ",".join([unit, *["mV"] * 12])]
    for number, row in enumerate(TWELVE.T):
        lines.append(",".join([style.format(number / 250), *(f"{value:.3f}" for value in row)]))
    ecg = _read("\n".join(lines).encode())
    assert ecg.sample_rate_hz == 250
    np.testing.assert_allclose(ecg.signal_mv, TWELVE, atol=6e-4)


def test_a_table_of_rdsamp_with_sample_numbers_is_read() -> None:
    lines = ["   sample #  " + "  ".join(f"{lead:>8}" for lead in LEADS)]
    lines += [
        f"{number:10d}  " + "  ".join(f"{value:8.0f}" for value in row)
        for number, row in enumerate(STEPS.T)
    ]
    content = "\n".join(lines).encode()
    ecg = _read(content, 500.0, "uV")
    np.testing.assert_allclose(ecg.signal_mv, STEPS / 1000, atol=1e-6)
    with pytest.raises(BadInput, match="its sample rate and unit are missing"):
        _read(content)


@pytest.mark.parametrize("mark", [-32768, 32767, -2147483648, -8388608, -99999])
@pytest.mark.parametrize("rows", [True, False])
def test_numbers_for_no_signal_are_missing_and_said(mark: int, rows: bool) -> None:
    microvolts = np.rint(TWELVE * 1000)
    microvolts[9, 100:400] = mark
    if rows:
        lines = [f"{lead}," + ",".join(f"{v:.0f}" for v in row)
                 for lead, row in zip(LEADS, microvolts, strict=True)]  # fmt: skip
        content = "\n".join(lines).encode()
    else:
        content = _whole(microvolts, HEADER_12)
    ecg = _read(b"# unit: uV\n" + content, 500.0)
    microvolts[9, 100:400] = np.nan
    np.testing.assert_allclose(ecg.signal_mv, microvolts / 1000, atol=1e-6)
    assert _codes(ecg) == {"no_signal_values", "gaps"}
    assert all("V4" in caveat.text for caveat in ecg.caveats)


@pytest.mark.parametrize("word", ["NaN", "NULL", "Missing", "#N/A", "--", "?", "1e30", "-inf", ""])
def test_words_for_missing_are_gaps(word: str) -> None:
    lines = _text(TWELVE.T, HEADER_12).decode().splitlines()
    for number in range(50, 60):
        cells = lines[number].split(",")
        lines[number] = ",".join([*cells[:9], word, *cells[10:]])
    ecg = _read("\n".join(lines).encode(), 500.0, "mV")
    assert np.isnan(ecg.signal_mv[9, 49:59]).all()
    assert np.isnan(ecg.signal_mv).sum() == 10


def test_leads_without_names_are_read_in_an_order_that_is_said() -> None:
    for rows, said in (
        (EIGHT, "I, II, V1 to V6; were they II, III"),
        (TWELVE, "order of the chest"),
    ):
        for grid in (rows, rows.T):
            [caveat] = _read(_text(grid), 500.0, "mV").caveats
            assert (caveat.code, caveat.severity) == ("lead_order_assumed", "check")
            assert said in caveat.text
    assert _read(_text(EIGHT.T, HEADER), 500.0, "mV").caveats == ()


@pytest.mark.parametrize("name", ["aVR (inverted)", "-aVR", "aVR inverted", "aVR (inverted) (mV)"])
def test_an_inverted_avr_is_turned_back(name: str) -> None:
    turned = TWELVE.copy()
    turned[3] *= -1
    ecg = _read(_text(turned.T, HEADER_12.replace("aVR", name)), 500.0, "mV")
    np.testing.assert_allclose(ecg.signal_mv, TWELVE, atol=1e-3)
    assert _codes(ecg) == {"lead_turned_back"}


def test_a_remark_that_makes_it_another_lead_is_not_dropped() -> None:
    for name in ("V4 (right)", "V4R", "V4 (posterior)"):
        with pytest.raises(BadInput, match="missing: V4"):
            _read(_text(TWELVE.T, HEADER_12.replace("V4", name)), 500.0, "mV")


def _print_like(top: bool) -> np.ndarray:
    """What a table of a digitised print holds of 10 s: a quarter of each lead, and all of II."""
    long = np.tile(TWELVE, (1, 2))[:, :5000] + np.sin(np.arange(5000) / 900) * TWELVE[:, 3:4] * 9
    shown = np.full((12, 5000), np.nan)
    for row in range(12):
        start = row // 3 * 1250
        place = 0 if top else start
        shown[row, place : place + 1250] = long[row, start : start + 1250]
    shown[1] = long[1]
    return shown


@pytest.mark.parametrize("top", [True, False])
def test_tables_of_digitised_prints_are_read_with_their_gaps(top: bool) -> None:
    content = _text(_print_like(top).T, HEADER_12).replace(b"nan", b"")
    ecg = _read(content, 500.0, "mV")
    np.testing.assert_allclose(ecg.signal_mv, _print_like(top=False), atol=1e-3)
    assert "leads_in_turn" in _codes(ecg)
    assert ("columns_of_a_print" in _codes(ecg)) == top


@pytest.mark.parametrize("clock", [True, False])
def test_times_that_jump_are_refused_though_the_rate_is_told(clock: bool) -> None:
    times = np.arange(SAMPLES) / 500
    times[1500:] += 2
    cells = [f"0:{time:06.3f}" if clock else f"{time:.3f}" for time in times]
    lines = [
        f"{cell},{line}" for cell, line in zip(cells, _text(EIGHT.T).decode().split(), strict=True)
    ]
    content = "\n".join(["# fs: 500", f"time,{HEADER}", *lines]).encode()
    with pytest.raises(BadInput, match="samples are missing: its times jump"):
        _read(content, unit="mV")


def test_times_in_whole_seconds_say_nothing() -> None:
    lines = [f"12:00:{number // 500:02},{line}"
             for number, line in enumerate(_text(EIGHT.T).decode().split())]  # fmt: skip
    content = "\n".join(["# fs: 500", f"time,{HEADER}", *lines]).encode()
    assert _holds_eight(content, unit="mV").sample_rate_hz == 500


def test_lines_that_contradict_each_other_say_nothing() -> None:
    table = _text(EIGHT.T, HEADER)
    with pytest.raises(BadInput, match="its sample rate is missing"):
        _read(b"Sample rate: 500 Hz\nFs: 250\n" + table, unit="mV")
    with pytest.raises(BadInput, match="its unit is missing"):
        _read(b"Units: uV\nSignal unit: mV\n" + table, 500.0)
    assert _read(b"Sample rate: 500 Hz\nSample interval: 2 ms\n" + table, unit="mV").duration_s == 6


def test_a_unit_of_steps_is_no_voltage() -> None:
    for unit in ("adu", "ADC counts", "LSB", "raw"):
        with pytest.raises(BadInput, match="converter counts"):
            _read(f"Units: {unit}\n".encode() + _whole(STEPS, HEADER_12), 500.0)


def _few(content: bytes, rate_hz: float | None = None, unit: str | None = None) -> Ecg:
    return read_ecg_files({"one.csv": content}, sample_rate_hz=rate_hz, unit=unit, any_leads=True)


@pytest.mark.parametrize(
    ("header", "columns"),
    [
        ("II", [1]),
        ("II (mV)", [1]),
        ("I,II", [0, 1]),
        ("II;V1;V5", [1, 2, 6]),
        ("# a watch\n# Sample rate: 500 Hz\nLead II", [1]),
    ],
)
def test_a_table_of_few_named_leads_is_read_on_request(header: str, columns: list[int]) -> None:
    separator = ";" if ";" in header else ","
    ecg = _few(_text(EIGHT[columns].T, header, separator), 500.0, "mV")
    rows = [LEADS.index(INDEPENDENT_LEADS[column]) for column in columns]
    np.testing.assert_allclose(ecg.signal_mv[rows], EIGHT[columns], atol=1e-4)
    assert ecg.duration_s == pytest.approx(SAMPLES / 500.0)


def test_few_leads_keep_their_times_their_units_and_their_decimal_comma() -> None:
    times = np.arange(SAMPLES) / 250.0
    timed = _few(_text(np.column_stack([times, EIGHT[1]]), "time (s),II (mV)"))
    assert timed.sample_rate_hz == 250.0
    np.testing.assert_allclose(timed.signal_mv[1], EIGHT[1], atol=1e-4)
    comma = _few(_text(EIGHT[[1]].T, "II\nmV").replace(b".", b","), 500.0)
    np.testing.assert_allclose(comma.signal_mv[1], EIGHT[1], atol=1e-4)


def test_few_leads_without_the_request_are_refused_by_name() -> None:
    with pytest.raises(BadInput, match=r"holds 1 of the 12 standard leads \(II\)") as refused:
        _read(_text(EIGHT[[1]].T, "II"), 500.0, "mV")
    assert refused.value.code == "ecg.missing_leads"


@pytest.mark.parametrize("header", ["weight", "time,weight", "II,weight", ""])
def test_few_columns_that_are_no_leads_are_no_ecg(header: str) -> None:
    with pytest.raises(BadInput) as refused:
        _few(_text(EIGHT[: max(header.count(",") + 1, 1)].T, header), 500.0, "mV")
    assert refused.value.code == "ecg.unknown_format"
