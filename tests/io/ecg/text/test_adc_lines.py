"""What lines beside a table say of the converter."""

import time

import numpy as np
import pytest

from ptacl.io.ecg.text.adc_lines import Converter, calibrated, parse_converter
from ptacl.io.ecg.units import STEPS, millivolts_per


@pytest.mark.parametrize(
    ("line", "millivolts"),
    [
        ("Resolution: 4.88 uV/bit", 0.00488), ("Resolution: 4,88 µV/bit", 0.00488),
        ("# uVperLsb: 5", 0.005), ("LSB = 4.88 uV", 0.00488), ("1 LSB = 2.5 µV", 0.0025),
        ("1 bit = 2.5 uV", 0.0025), ("Resolution (uV/LSB);4.88", 0.00488),
        ("LSB value (uV): 4.88", 0.00488), ("4.88 uV per LSB", 0.00488), ("nV/bit 4880", 0.00488),
        ("Gain = 200 adu/mV", 0.005), ("Gain: 200/mV", 0.005), ("units per mV: 200", 0.005),
        ("ADC units per millivolt = 1000", 0.001), ("Units/mV=1000", 0.001),
        ("Gain;200;adu/mV", 0.005), ("counts per millivolt 819", 1 / 819),
        ("Scale factor: 0.00488 mV", 0.00488), ("amplitude resolution 5 microvolts", 0.005),
        ("AmplitudeUnitsPerBit: 4.88", 0.00488), ("Voltage resolution: 4.88E-3 mV/digit", 0.00488),
        ("ADC resolution of 4.88 uV", 0.00488), ('"Resolution","4.88","uV/bit"', 0.00488),
        ("quantization step: 2.44 uV", 0.00244), ("one count is 5 uV", 0.005),
        ("Data in steps of 4.88 uV", 0.00488), ("Signal unit: 4.88 uV", 0.00488),
        ("Amplitude scale: 1 unit = 4.88 µV", 0.00488), ("increments of 5 uV", 0.005),
        ("µV/unit: 4.88", 0.00488), ("Voltage step=0.0048828125 mV", 0.0048828125),
    ],
)  # fmt: skip
def test_the_size_of_a_step_is_understood(line: str, millivolts: float) -> None:
    told = parse_converter([line], "uV")
    assert told.step is not None
    assert millivolts_per(told.step, "a.csv") == pytest.approx(millivolts)
    assert not told.unclear


@pytest.mark.parametrize(
    "line",
    ["ADC range +-5 mV 12 bit", "Range: ±5 mV", "ADC bits: 12", "12 bit, 10 mV range",
     "scale factor 0.001", "Gain: 1000", "# adc_gain: 1000.0", "Full scale: 10 mV",
     "Resolution: 16 bits", "Amplification 500x", "Digital min: -2048",
     "Multiply by 4.88 to get uV",
     "To convert to mV divide by 200", "Vref: 2.4 V", "Calibration: 4.88 uV = 1 LSB",
     "Sensitivity: 4.88 uV", "Physical maximum 5 mV"],
)  # fmt: skip
def test_what_is_said_in_part_makes_steps_of_no_known_size(line: str) -> None:
    assert parse_converter([line], "uV") == Converter(unclear=True)


@pytest.mark.parametrize(
    "line",
    ["Gain: 10 mm/mV", "25 mm/s 10 mm/mV", "Filter: 0.05-150 Hz", "Time resolution: 2 ms",
     "Heart rate range: 60-100 bpm", "Gain: 1", "Zebedee Quux, 12 leads", "Sample Rate: 500 Hz",
     "Paper speed 25", "Units: uV", "Amplitude unit: mV", "Resolution: 500 Hz"],
)  # fmt: skip
def test_lines_of_paper_time_and_people_say_nothing(line: str) -> None:
    assert parse_converter([line], "uV") == Converter()


def test_two_sizes_are_unclear_and_one_said_twice_is_not() -> None:
    assert parse_converter(["LSB = 5 uV", "Gain: 100 adu/mV"], None).unclear
    assert not parse_converter(["LSB = 5 uV", "Gain: 200 adu/mV"], None).unclear


def test_a_line_made_to_be_slow_is_judged_quickly() -> None:
    start = time.perf_counter()
    for line in ("1 " * 90_000, "uv per " * 9_000, "resolution " * 9_000, "1" * 90_000 + "uV/x"):
        parse_converter([line] * 20, "uV")
    assert time.perf_counter() - start < 2


STORED = np.array([[0.0, -1, 3, 250], [2, 2, -7, 19]])


def test_whole_numbers_are_steps_and_fractions_are_voltages() -> None:
    told = parse_converter(["Resolution: 4.88 uV/bit", "ADC zero: 2"], "uV")
    rows, units, [caveat] = calibrated(STORED, ["uV", "uV"], told)
    np.testing.assert_array_equal(rows, STORED - 2)
    assert units == ["4.88 µV"] * 2
    assert (caveat.code, "4.88 µV" in caveat.text) == ("steps_scaled", True)
    rows, units, caveats = calibrated(STORED + 0.5, ["uV", "uV"], told)
    np.testing.assert_array_equal(rows, STORED + 0.5)
    assert (units, caveats) == (["uV", "uV"], ())


@pytest.mark.parametrize("step", [4.88, 5.0, 2.44])
def test_numbers_on_the_voltages_of_the_steps_are_voltages(step: float) -> None:
    told = parse_converter([f"Resolution: {step} uV"], "uV")
    volts = np.rint(STORED * step)
    rows, units, [caveat] = calibrated(volts, ["uV", "uV"], told)
    np.testing.assert_array_equal(rows, volts)
    assert (units, caveat.code) == (["uV", "uV"], "resolution_stated")


def test_steps_of_unknown_size_have_no_voltage() -> None:
    _, units, _ = calibrated(STORED, ["uV", None], Converter(unclear=True))
    assert units == [STEPS, STEPS]
