"""Training of the networks of a segmenter side by side, one process and thread each."""

import multiprocessing
import os
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from multiprocessing.connection import Connection, wait
from pathlib import Path
from typing import Any

import torch

from ptacl.errors import PtaclError
from ptacl.segmentation.network.config import SegmenterConfig, SegmenterTraining
from ptacl.segmentation.network.training import train_network
from ptacl.segmentation.network.weights import SEGMENTER, load_networks, save_segmenter
from ptacl.tensors.malloc import keep_freed_memory

STATE_FOLDER = "state"
_PARENT_POLL_S = 2.0
Progress = Callable[[int, int, dict[str, float]], None]
"""Receives steps done, steps in all, and the mean loss, over all networks."""


@dataclass(frozen=True)
class _Task:
    config: SegmenterTraining
    index: int
    state: Path
    resume: bool
    initial: Path | None
    parent: int


def train_segmenter(
    out: Path,
    config: SegmenterTraining,
    *,
    resume: bool = False,
    initial: Path | None = None,
    progress: Progress | None = None,
) -> SegmenterConfig:
    """Train a segmenter and write its weights and config.

    Each network is trained in a process of its own on one thread, so that two cores train two at
    the full speed of both. An interrupted training is resumed from its last saved states.

    Args:
        out: folder of the segmenter.
        config: of the training.
        resume: start from the saved states.
        initial: segmenter whose networks the training starts from, one for each.
        progress: called after every step of any network.

    Raises:
        PtaclError: a process ended before its network was trained, or the initial segmenter does
            not fit the config.
    """
    started_from = _check_initial(initial, config) if initial else ""
    states = out / STATE_FOLDER
    states.mkdir(parents=True, exist_ok=True)
    started = time.monotonic()
    tasks = [
        _Task(config, index, states / f"network{index}.safetensors", resume, initial, os.getpid())
        for index in range(config.networks)
    ]
    losses = _run(tasks, config, progress)
    record = SegmenterConfig(
        name="short-axis segmenter", training=config, minutes=(time.monotonic() - started) / 60,
        threads=config.networks, losses=tuple(losses), initial=started_from,
        commands=SEGMENTER.read_config(initial).commands if initial else (),
    )  # fmt: skip
    save_segmenter(out, [task.state for task in tasks], record)
    return record


def _check_initial(initial: Path, config: SegmenterTraining) -> str:
    """Return the name and version of the initial segmenter.

    Raises:
        PtaclError: it has other networks.
    """
    former = SEGMENTER.read_config(initial)
    if (former.training.network, former.training.networks) != (config.network, config.networks):
        raise PtaclError(
            f"{initial} has {former.training.networks} networks of {former.training.network}, the "
            f"training asks for {config.networks} of {config.network}. Give another --init.",
            code="weights.other_architecture",
        )
    return f"{former.name} {SEGMENTER.version(initial)}, {former.training.steps} steps"


def _run(tasks: list[_Task], config: SegmenterTraining, progress: Progress | None) -> list[float]:
    """Run the tasks, each in a process, and return the last loss of each."""
    context = multiprocessing.get_context("spawn")
    pipes: dict[Connection, int] = {}
    processes = []
    for task in tasks:
        ours, theirs = context.Pipe(duplex=False)
        process = context.Process(target=_train_one, args=(task, theirs), daemon=True)
        process.start()
        theirs.close()
        pipes[ours] = task.index
        processes.append(process)
    steps, losses = [0] * len(tasks), [float("nan")] * len(tasks)
    finished: set[int] = set()
    try:
        while pipes:
            for pipe in wait(list(pipes)):
                assert isinstance(pipe, Connection)
                index = pipes[pipe]
                try:
                    kind, step, loss = pipe.recv()
                except EOFError:
                    del pipes[pipe]
                    continue
                if kind == "done":
                    finished.add(index)
                steps[index], losses[index] = step, loss
                if progress:
                    mean = sum(losses) / len(losses)
                    progress(sum(steps), config.steps * len(tasks), {"loss": mean})
    finally:
        for process in processes:
            process.terminate() if pipes else process.join()
    if len(finished) < len(tasks):
        raise PtaclError(
            "A process of the training ended early (its message stands above). Run the command "
            "again with --resume.",
            code="worker.ended",
        )
    return losses


def _train_one(task: _Task, pipe: Any) -> None:
    """Train one network in this process, reporting its steps."""
    torch.set_num_threads(1)
    keep_freed_memory()
    threading.Thread(target=_end_with, args=(task.parent,), daemon=True).start()

    def report(step: int, loss: float) -> None:
        pipe.send(("step", step, loss))

    initial = load_networks(task.initial)[task.index] if task.initial else None
    _, loss = train_network(
        task.config, task.index, task.state, report, resume=task.resume, initial=initial
    )
    pipe.send(("done", task.config.steps, loss))
    pipe.close()


def _end_with(parent: int) -> None:
    """End this process when its parent has ended, however that happened."""
    while os.getppid() == parent:
        time.sleep(_PARENT_POLL_S)
    os._exit(1)
