"""The commands: `ptacl --help`.

Results go to standard output (`--json` for machines), progress to standard error. Exit status: 0
done, 2 the input cannot be used (one sentence says why), 3 an import or a table that could not take
everything in.
Each command imports what it needs when it runs, so that `--help` answers at once.
"""

import os
import sys
from collections.abc import Callable, Sequence

import tyro
from tyro.conf import FlagCreatePairsOff

import ptacl
from ptacl.cli.benchmark import compare
from ptacl.cli.cohorts import import_cohort, simulate, verify, withdraw
from ptacl.cli.evaluation import evaluate
from ptacl.cli.inspect import inspect
from ptacl.cli.models import convert, embed, train
from ptacl.config.command_line import running
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
    "convert": convert,
}


def main(arguments: list[str] | None = None) -> int:
    """Run a command; returns the exit status."""
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
        return _end(2, str(error))
    except MemoryError:
        return _end(
            2,
            "Memory ran out. Close other programs, or ask for fewer --workers, and run the same "
            "command again.",
        )
    except OSError as error:
        # Its own words name a file, and a file's name may be a participant's.
        what = os.strerror(error.errno) if error.errno else type(error).__name__
        return _end(
            2,
            f"A file or folder cannot be read or written ({what}). Check the disk and the "
            "permissions.",
        )
    except KeyboardInterrupt:
        return _end(130, _stopped(arguments))


def _end(status: int, why: str) -> int:
    """Tell why a command ends early; its exit status."""
    print(f"ptacl: {why}", file=sys.stderr)
    return status


def _stopped(arguments: Sequence[str]) -> str:
    """What a person reads who has stopped a command: whether, and how, it can go on."""
    command = arguments[0] if arguments else ""
    options = {argument.split("=")[0] for argument in arguments}
    goes_on = {
        "import": True,
        "simulate": "--raw" not in options,
        "inspect": "--out" in options,
        "compare": True,
    }
    if goes_on.get(command):
        return "stopped; the same command goes on from here"
    return "stopped; go on with --resume" if command == "train" else "stopped"
