"""Measured ECG values: records of one ECG and of its leads, and the table that every list reads.

A new measured value is a field of `EcgIntervals` and a row of `MEASUREMENTS` here, and its formula
in `signal/delineation/intervals.py`. Galleries written before keep the columns that they have.
"""

from collections.abc import Collection
from dataclasses import dataclass
from typing import Literal

Section = Literal["inspection", "cohort", "groups"]
"""Where a value is shown: with one ECG (page, trend, terminal), on the cohort page, between groups.
The table of recordings has every value."""

NAN = float("nan")


@dataclass(frozen=True, slots=True)
class EcgIntervals:
    """Values measured on an ECG; NaN where one could not be measured (PR in fibrillation)."""

    heart_rate_bpm: float = NAN
    """Mean ventricular rate. Every page, table and report shows this figure."""
    pr_ms: float = NAN
    qrs_ms: float = NAN
    qt_ms: float = NAN
    qtc_ms: float = NAN
    """QT corrected after Fridericia: QT / (RR / 1 s)^(1/3)."""
    qrs_axis_deg: float = NAN
    rr_sd_ms: float = NAN
    """Standard deviation of the R–R intervals in ms."""


@dataclass(frozen=True, slots=True)
class LeadWaves:
    """Waves of one lead, relative to the level before the QRS; amplitudes signed, in mV."""

    lead: str
    q_mv: float
    """0 without a Q wave, as for the other deflections; a QS complex is a Q wave."""
    q_ms: float
    r_mv: float
    s_mv: float
    s_ms: float
    r2_mv: float
    """R′."""
    r2_ms: float
    r_peak_ms: float
    """Time from the onset of the QRS to the peak of its tallest positive deflection."""
    notches: int
    """Reversals of slope within the QRS beyond those of its peaks."""
    j_mv: float
    st_mv: float
    """60 ms after the end of the QRS."""
    t_high_mv: float
    t_low_mv: float
    """Largest and smallest value of the T wave."""
    p_high_mv: float
    p_low_mv: float
    """Likewise of the P wave; 0 without one."""

    @property
    def deepest_mv(self) -> float:
        """Depth of the deeper of Q and S, at least 0."""
        return -min(self.q_mv, self.s_mv)

    @property
    def tallest_mv(self) -> float:
        """Height of the taller of R and R′."""
        return max(self.r_mv, self.r2_mv)

    @property
    def peak_to_peak_mv(self) -> float:
        """Height of the QRS from its lowest to its highest point."""
        return self.tallest_mv + self.deepest_mv

    @property
    def is_qs(self) -> bool:
        """Whether the QRS has no positive deflection."""
        return self.q_mv < 0 and self.r_mv == 0 and self.r2_mv == 0

    @property
    def t_mv(self) -> float:
        """Amplitude of T: the value furthest from zero."""
        return self.t_high_mv if self.t_high_mv >= -self.t_low_mv else self.t_low_mv


@dataclass(frozen=True, slots=True)
class Measurement:
    """One measured ECG value, as PTACL or an electrocardiograph measures it."""

    key: str
    """Field of `EcgIntervals`, column of tables and key of JSON, unit at the end: ``qrs_ms``."""
    name: str
    """In a sentence: ``QRS duration``."""
    label: str
    """At the head of a column: ``QRS``."""
    short_name: str
    """Beside a number: ``rate 61/min``."""
    unit: str
    device_range: tuple[float, float] | None
    """Smallest and largest value that a device can state; outside lie its codes for "not measured"
    (0, −1, 32767, 29999). None where devices state no such value."""
    sections: frozenset[Section]
    device_tolerance: float | None = None
    """Largest difference from the device's value that is not reported; None: not compared."""
    formula: str = ""
    """Name of the formula that PTACL uses where there are several."""
    decimals: int = 0

    @property
    def own_label(self) -> str:
        """Label of PTACL's value, with its formula: ``QTc, Fridericia``."""
        return f"{self.label}, {self.formula}" if self.formula else self.label

    @property
    def is_angle(self) -> bool:
        """Whether differences are taken the shorter way round the circle."""
        return self.unit == "°"

    @property
    def is_measured(self) -> bool:
        """Whether PTACL measures it; else only devices state it."""
        return self.key in EcgIntervals.__dataclass_fields__


_EVERYWHERE: frozenset[Section] = frozenset({"inspection", "cohort", "groups"})
_NOWHERE: frozenset[Section] = frozenset()
_ANGLE = (-360.0, 360.0)

MEASUREMENTS: tuple[Measurement, ...] = (
    Measurement("heart_rate_bpm", "heart rate", "Heart rate", "rate", "/min", (10.0, 400.0),
                _EVERYWHERE, device_tolerance=3.0),
    Measurement("pr_ms", "PR interval", "PR", "PR", "ms", (20.0, 1000.0),
                _EVERYWHERE, device_tolerance=30.0),
    Measurement("qrs_ms", "QRS duration", "QRS", "QRS", "ms", (20.0, 500.0),
                _EVERYWHERE, device_tolerance=30.0),
    Measurement("qt_ms", "QT interval", "QT", "QT", "ms", (100.0, 1000.0),
                frozenset({"inspection"}), device_tolerance=30.0),
    Measurement("qtc_ms", "QTc interval", "QTc", "QTc", "ms", (100.0, 1000.0),
                _EVERYWHERE, formula="Fridericia"),
    Measurement("p_axis_deg", "P axis", "P axis", "P axis", "°", _ANGLE, _NOWHERE),
    Measurement("qrs_axis_deg", "QRS axis", "QRS axis", "QRS axis", "°", _ANGLE, _EVERYWHERE),
    Measurement("t_axis_deg", "T axis", "T axis", "T axis", "°", _ANGLE, _NOWHERE),
    Measurement("rr_sd_ms", "R–R standard deviation", "R–R standard deviation", "R–R SD", "ms",
                None, frozenset({"cohort"})),
)  # fmt: skip
"""All measured values, in the order in which every table lists them.

Tolerances: 30 ms is three quarters of a small box of ECG paper; 3 beats a minute is what rounding
and one beat more or less at the ends make of the rate."""

DEVICE_RANGES = {m.key: m.device_range for m in MEASUREMENTS if m.device_range is not None}
"""The keys of `Ecg.measurements`, each with its range."""


def measurement(key: str) -> Measurement:
    """Return the row of a key such as ``qrs_ms``.

    Raises:
        KeyError: there is no such measurement.
    """
    for entry in MEASUREMENTS:
        if entry.key == key:
            return entry
    raise KeyError(key)


def measurements_in(
    columns: Collection[str], section: Section | None = None
) -> tuple[Measurement, ...]:
    """Return the measurements that a table or record holds, in the table's order.

    Args:
        columns: its columns or keys.
        section: only those that are shown there; all by default.
    """
    return tuple(
        entry
        for entry in MEASUREMENTS
        if entry.key in columns and (section is None or section in entry.sections)
    )


def shown_in(section: Section) -> tuple[Measurement, ...]:
    """Return the measurements of PTACL that are shown in a section."""
    return measurements_in(EcgIntervals.__dataclass_fields__, section)
