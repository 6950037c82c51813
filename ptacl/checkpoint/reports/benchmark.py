"""The report of `ptacl compare`: methods trained on the same data, with their differences."""

from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True, slots=True)
class MethodFigure:
    """A figure of one method: mean over seeds, 95 % interval over subjects and seeds."""

    title: str
    value: float
    low: float
    high: float
    by_seed: tuple[float, ...] = ()
    n: int = 0
    """Held-out subjects that it rests on."""


@dataclass(frozen=True, slots=True)
class MethodReport:
    """The figures of one method."""

    title: str
    seeds: int = 0
    """Number of its runs."""
    figures: dict[str, MethodFigure] = field(default_factory=dict)
    """By key, such as ``r2_lvef_pct``."""


@dataclass(frozen=True, slots=True)
class MethodDifference:
    """The reference method less another one, in one figure."""

    method: str
    title: str
    """Of the other method."""
    figure: str
    """Key of the figure."""
    figure_title: str
    value: float
    low: float
    high: float
    p: float
    """Two-sided, from the paired bootstrap."""
    p_holm: float
    """``p`` corrected after Holm for all differences of the report."""


@dataclass(frozen=True, slots=True)
class BenchmarkStore:
    """The other cohort that the methods were measured on."""

    name: str
    provenance: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class LateStart:
    """A run with a patient loss no better than chance in half of the epochs or more."""

    title: str
    """Of its method."""
    seed: int
    epochs: int
    """Epochs at the level of chance."""


@dataclass(frozen=True, slots=True)
class DataPoint:
    """The methods trained on fewer subjects, with as many samples processed."""

    subjects: int
    """The first so many of the training split."""
    epochs: int
    """Passes over them."""
    methods: dict[str, MethodReport] = field(default_factory=dict)
    """Those that are trained, by name."""


@dataclass(frozen=True, slots=True)
class BenchmarkReport:
    """Settings of a benchmark, the figures of every method and the differences."""

    store: str = "unknown"
    """Name of the cohort that the methods were trained on."""
    test_store: BenchmarkStore | None = None
    """The cohort that they were measured on, where it is another one."""
    synthetic: bool = False
    simulation_version: int | None = None
    """Version of the simulator that made the training cohort; None for a real cohort, and in
    reports before it was recorded."""
    hearts: int | None = None
    """Simulated hearts that the encoders were trained on, drawn during the training; None where
    they were trained on the training split of the store."""
    passes: int | None = None
    """ECGs of each of these hearts."""
    subjects: int = 0
    """Held-out subjects."""
    preset: str = ""
    epochs: int | None = None
    seeds: tuple[int, ...] = ()
    reference: str = "ptacl"
    """Name of the method that the others are compared with."""
    draws: int = 0
    """Of the bootstrap."""
    late_starts: tuple[LateStart, ...] = ()
    methods: dict[str, MethodReport] = field(default_factory=dict)
    differences: tuple[MethodDifference, ...] = ()
    train_subjects: int | None = None
    """Subjects, or simulated hearts, that the methods were trained on; None in reports before it
    was recorded."""
    fewer: tuple[DataPoint, ...] = ()
    """The same on fewer subjects, ascending."""
