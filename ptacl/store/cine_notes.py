"""Table of the caveats of the cines of a store: ``notes.csv``.

A caveat is no problem: the subject was imported. What the reader assumed, repaired or found
contradictory is stored in the column ``cine_caveats`` of the shards, and listed here for people.
"""

import csv
import io
import json
from collections import Counter
from collections.abc import Collection, Iterator
from pathlib import Path

import pandas as pd

from ptacl.config.atomic_file import write_atomically
from ptacl.store.format import NOTES
from ptacl.types import Caveat

_COLUMNS = ("subject_id", "recording", "code", "severity", "text")


def cine_caveats(table: pd.DataFrame) -> Iterator[tuple[str, Caveat]]:
    """Yield subject id and caveat from the table of a store (none in stores of early versions)."""
    if "cine_caveats" not in table:
        return
    for subject_id, text in zip(table["subject_id"], table["cine_caveats"], strict=True):
        if isinstance(text, str):
            yield from ((subject_id, Caveat(**caveat)) for caveat in json.loads(text))


def write_notes(folder: Path, table: pd.DataFrame) -> str:
    """Write the table of notes of a store.

    Args:
        folder: folder of the store.
        table: table of its subjects.

    Returns:
        a sentence with their number; empty if there are none, and then no table is written.
    """
    notes = list(cine_caveats(table))
    if not notes:
        (folder / NOTES).unlink(missing_ok=True)
        return ""
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(_COLUMNS)
    writer.writerows(
        (subject_id, "cine", caveat.code, caveat.severity, caveat.text)
        for subject_id, caveat in notes
    )
    write_atomically(folder / NOTES, text.getvalue())
    codes = Counter(caveat.code for _, caveat in notes).most_common()
    counts = ", ".join(f"{code} {count}" for code, count in codes)
    subjects = len({subject_id for subject_id, _ in notes})
    return f"{subjects} cines have caveats ({counts}): see {NOTES} of the store."


def purge_notes(folder: Path, withdrawn: Collection[str]) -> None:
    """Remove subjects from the table of notes."""
    path = folder / NOTES
    if not path.is_file():
        return
    table = pd.read_csv(path, dtype=str, keep_default_na=False)
    remaining = table[~table["subject_id"].isin(list(withdrawn))]
    if len(remaining) < len(table):
        write_atomically(path, remaining.to_csv(index=False, lineterminator="\n"))
