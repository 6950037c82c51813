"""Reading and measuring of a cine in the background of its page, one at a time in a session."""

from __future__ import annotations

import functools
import time
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Literal

import streamlit as st

from ..server import reading
from .background import Background, Report

if TYPE_CHECKING:
    from ptacl.io.cine.slice_selection import UnreadableSlice
    from ptacl.io.containers.memory import MemoryFiles
    from ptacl.segmentation.labeller import Labeller
    from ptacl.segmentation.records import CineInspection
    from ptacl.types import Cine

Step = Literal["read", "model", "label"]
_WORK = "_cine_work"
_EXAMPLE_SEED, _EXAMPLE_SIZE = 5, 128


@dataclass(slots=True)
class CineWork:
    """One cine on its way to an inspection."""

    title: str
    background: Background[CineInspection]
    unread: list[MemoryFiles] = field(default_factory=list)
    """The files, until they are read: the R–R interval may have to be given."""
    is_example: bool = False
    began: dict[str, float] = field(default_factory=dict)
    """Step → time at which the page first saw it."""

    def elapsed_s(self) -> float:
        """Return the seconds since the current step was first seen."""
        now = time.monotonic()
        return now - self.began.setdefault(self.background.doing, now)


def begin(files: MemoryFiles, rr_ms: float | None = None) -> None:
    """Start to read uploaded files; a former work that still runs is dropped.

    Args:
        files: of one cine; released when they are read.
        rr_ms: R–R interval that the person stated.
    """
    unread, title = [files], files.title

    def work(report: Report) -> CineInspection:
        report(0.0, "read")
        read = reading.reader().read_cine(unread[0], rr_ms)
        unread.clear()
        return _measured(read.slices, title, report, read.unreadable)

    st.session_state[_WORK] = CineWork(title, Background(work), unread)


def begin_example() -> None:
    """Start to simulate and measure a heart."""

    def work(report: Report) -> CineInspection:
        from ptacl.synthetic import simulate_stack

        report(0.0, "read")
        _, slices = simulate_stack(_EXAMPLE_SEED, 0, slices=9, size=_EXAMPLE_SIZE)
        return _measured(slices, "simulated heart", report)

    st.session_state[_WORK] = CineWork("simulated heart", Background(work), is_example=True)


def current() -> CineWork | None:
    """Return the work of this session, running or done; None without any."""
    return st.session_state.get(_WORK)


def end() -> None:
    """Forget the work: its result was taken, or nobody waits for it."""
    st.session_state.pop(_WORK, None)


def _measured(
    slices: tuple[Cine, ...],
    title: str,
    report: Report,
    unreadable: tuple[UnreadableSlice, ...] = (),
) -> CineInspection:
    from ptacl.segmentation.inspection import inspect_cine

    report(0.0, "model")
    labeller = segmenter()
    report(0.0, "label")
    return inspect_cine(
        slices,
        labeller,
        name=title,
        unreadable=unreadable,
        progress=lambda share: report(share, "label"),
    )


@functools.cache
def segmenter() -> Labeller:
    """Return the shipped segmenter, loaded once for all sessions.

    Raises:
        PtaclError: this installation has none, or it is damaged.
    """
    from ptacl.segmentation.segmenter import load_segmenter  # imports torch

    return load_segmenter()
