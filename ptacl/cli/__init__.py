"""The commands: `ptacl --help`.

Results go to standard output (`--json` for machines), progress to standard error. Exit status: 0
done, 2 the input cannot be used (one sentence says why), 3 an import or a table that could not take
everything in.
Each command imports what it needs when it runs, so that `--help` answers at once.
"""

import sys
from collections.abc import Callable

import tyro
from tyro.conf import FlagCreatePairsOff

from ptacl.cli.cohorts import import_cohort, simulate, verify, withdraw
from ptacl.cli.models import convert, embed, evaluate, train
from ptacl.cli.reading import inspect
from ptacl.errors import PtaclError

DESCRIPTION = (
    "Learns from pairs of a 12-lead ECG and a cardiac cine MRI, then reads the ECG alone. "
    "Research use only, not a medical device."
)


def main(arguments: list[str] | None = None) -> int:
    """Run a command; returns the exit status."""
    commands: dict[str, Callable[..., int]] = {
        "simulate": simulate,
        "import": import_cohort,
        "verify": verify,
        "withdraw": withdraw,
        "train": train,
        "embed": embed,
        "evaluate": evaluate,
        "inspect": inspect,
        "convert": convert,
    }
    try:
        return tyro.extras.subcommand_cli_from_dict(
            commands,
            prog="ptacl",
            description=DESCRIPTION,
            args=arguments,
            config=(FlagCreatePairsOff,),
        )
    except PtaclError as error:
        print(f"ptacl: {error}", file=sys.stderr)
        return 2
    except KeyboardInterrupt:
        print("ptacl: stopped; the same command goes on from here", file=sys.stderr)
        return 130
