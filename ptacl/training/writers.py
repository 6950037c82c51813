"""Writers of training figures for TensorBoard and MLflow."""

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any, Protocol, runtime_checkable

from ptacl.errors import PtaclError

EXPERIMENT = "ptacl"
"""Experiment of MLflow that holds all runs."""
_PARAMETER_LENGTH = 250
"""Characters of a parameter that every tracking server stores."""


@runtime_checkable
class Writer(Protocol):
    """Receives the figures of a run while it trains."""

    def write(self, step: int, figures: Mapping[str, float]) -> None:
        """Write figures, named ``step/loss`` or ``epoch/recall_at_1``, at a step."""

    def close(self) -> None:
        """Write what is left."""


class TensorBoardWriter:
    """Writes event files into `state/tensorboard` of the run; `tensorboard --logdir` shows them.

    Args:
        folder: of the run.
        settings: of the stage; kept as text.
    """

    def __init__(self, folder: Path, settings: Mapping[str, Any]) -> None:
        try:
            from torch.utils.tensorboard import SummaryWriter
        except ImportError as error:
            raise _missing("tensorboard") from error
        self._writer = SummaryWriter(str(folder / "state" / "tensorboard"))
        self._writer.add_text("settings", "\n".join(f"- {k}: {v}" for k, v in settings.items()))

    def write(self, step: int, figures: Mapping[str, float]) -> None:
        """Write figures at a step."""
        for name, value in figures.items():
            self._writer.add_scalar(name, value, step)

    def close(self) -> None:
        """Flush the event file."""
        self._writer.close()


class MlflowWriter:
    """Logs to the tracking server that `MLFLOW_TRACKING_URI` names.

    Args:
        folder: of the run, whose name the MLflow run gets; no path is sent.
        settings: of the stage; logged as parameters.
    """

    def __init__(self, folder: Path, settings: Mapping[str, Any]) -> None:
        try:
            import mlflow
        except ImportError as error:
            raise _missing("mlflow") from error
        self._client = mlflow.MlflowClient()
        try:
            self._run = self._begin(folder.name, settings)
        except mlflow.exceptions.MlflowException as error:
            raise PtaclError(
                f"--log mlflow: {str(error).splitlines()[0]} Set MLFLOW_TRACKING_URI to the "
                "address of a tracking server.",
                code="option.invalid",
            ) from error

    def _begin(self, name: str, settings: Mapping[str, Any]) -> str:
        known = self._client.get_experiment_by_name(EXPERIMENT)
        number = known.experiment_id if known else self._client.create_experiment(EXPERIMENT)
        run = self._client.create_run(number, run_name=name).info.run_id
        for key, value in settings.items():
            self._client.log_param(run, key, str(value)[:_PARAMETER_LENGTH])
        return run

    def write(self, step: int, figures: Mapping[str, float]) -> None:
        """Write figures at a step."""
        for name, value in figures.items():
            self._client.log_metric(self._run, name, value, step=step)

    def close(self) -> None:
        """End the MLflow run."""
        self._client.set_terminated(self._run)


WRITERS: dict[str, Callable[[Path, Mapping[str, Any]], Writer]] = {
    "tensorboard": TensorBoardWriter,
    "mlflow": MlflowWriter,
}
"""Name, as in `ptacl train --log NAME` → writer."""


def open_writers(
    names: Sequence[str], folder: Path, settings: Mapping[str, Any]
) -> tuple[Writer, ...]:
    """Open writers by name.

    Args:
        names: keys of `WRITERS`.
        folder: of the run.
        settings: of the stage.

    Raises:
        PtaclError: a name is not known, or its package is not installed.
    """
    if unknown := [name for name in names if name not in WRITERS]:
        raise PtaclError(
            f"--log {' '.join(unknown)} is not known. Give {' or '.join(WRITERS)}.",
            code="option.invalid",
        )
    return tuple(WRITERS[name](folder, settings) for name in names)


def _missing(package: str) -> PtaclError:
    return PtaclError(
        f"--log {package} needs the package {package}: pip install 'ptacl[log]'.",
        code="option.invalid",
    )
