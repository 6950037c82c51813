"""Command line of PTACL: `ptacl --help`.

Results go to standard output (`--json` for machines), progress to standard error. Exit status: 0
done, 2 the input cannot be used (one sentence is the reason; with `--json` also an object with the
error code), 3 an import or a table that left something out, or a repetition that
differs.
Each command imports its modules when it runs, so that `--help` is fast.
"""

import json
import os
import sys
from collections.abc import Callable, Sequence

import tyro
from tyro.conf import FlagCreatePairsOff

import ptacl
from ptacl.cli.anomaly import anomaly
from ptacl.cli.app import app
from ptacl.cli.benchmark import compare
from ptacl.cli.cohorts import import_cohort, verify, withdraw
from ptacl.cli.evaluation import evaluate
from ptacl.cli.inspect import inspect
from ptacl.cli.models import convert, embed
from ptacl.cli.motion import motion
from ptacl.cli.repeat import repeat
from ptacl.cli.segment import segment
from ptacl.cli.simulation import simulate
from ptacl.cli.train import train
from ptacl.config.command_line import running
from ptacl.config.disk_errors import of_disk
from ptacl.errors import PtaclError
from ptacl.wording import DISCLAIMER

DESCRIPTION = (
    "Learns from pairs of a 12-lead ECG and a cardiac cine MRI, then reads the ECG alone. "
    f"{DISCLAIMER}. --version prints the version."
)


COMMANDS: dict[str, Callable[..., int]] = {
    "simulate": simulate,
    "import": import_cohort,
    "verify": verify,
    "withdraw": withdraw,
    "train": train,
    "embed": embed,
    "evaluate": evaluate,
    "compare": compare,
    "inspect": inspect,
    "repeat": repeat,
    "anomaly": anomaly,
    "segment": segment,
    "motion": motion,
    "convert": convert,
    "app": app,
}


def main(arguments: list[str] | None = None) -> int:
    """Run a command and return its exit status.

    Args:
        arguments: of the command line, without the program name; those of the process by default.
    """
    arguments = sys.argv[1:] if arguments is None else arguments
    if arguments == ["--version"]:
        print(f"ptacl {ptacl.__version__}")
        return 0
    try:
        with running(arguments):
            return tyro.extras.subcommand_cli_from_dict(
                COMMANDS,
                prog="ptacl",
                description=DESCRIPTION,
                args=arguments,
                config=(FlagCreatePairsOff,),
            )
    except PtaclError as error:
        return _fail(str(error), error.code, arguments)
    except MemoryError:
        message = (
            "Memory ran out. Close other programs, or set fewer --workers, and run the same "
            "command again."
        )
        return _fail(message, "system.memory", arguments)
    except OSError as error:
        if (failure := of_disk(error)) is not None:
            return _fail(str(failure), failure.code, arguments)
        # Its own message names a file, and a file name may identify a participant.
        reason = os.strerror(error.errno) if error.errno else type(error).__name__
        message = (
            f"A file or folder cannot be read or written ({reason}). Check the disk and the "
            "permissions."
        )
        return _fail(message, "system.file_access", arguments)
    except KeyboardInterrupt:
        return _end(130, _stopped(arguments))


def _fail(message: str, code: str, arguments: Sequence[str]) -> int:
    """Print why a command fails, with --json also as an object; return the exit status 2."""
    if "--json" in arguments:
        print(json.dumps({"status": "failed", "code": code, "reason": message}))
    return _end(2, message)


def _end(status: int, message: str) -> int:
    """Print why a command ends early and return its exit status."""
    print(f"ptacl: {message}", file=sys.stderr)
    return status


def _stopped(arguments: Sequence[str]) -> str:
    """Return the message for a command that was stopped, with how it can be resumed."""
    command = arguments[0] if arguments else ""
    options = {argument.split("=")[0] for argument in arguments}
    resumes = {
        "import": True,
        "simulate": "--raw" not in options,
        "inspect": "--out" in options,
        "compare": True,
        "segment": any(argument.endswith((".csv", ".parquet")) for argument in arguments),
        "motion": any(argument.endswith((".csv", ".parquet")) for argument in arguments),
    }
    if resumes.get(command):
        return "stopped; the same command resumes from here"
    return "stopped; continue with --resume" if command == "train" else "stopped"
