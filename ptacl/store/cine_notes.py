"""What must be known of the cines of a store, as a table beside it: ``notes.csv``.

A cine that was read with reserve is no problem: its subject went in. What its reader assumed,
mended or found contradicted lies in the column ``cine_caveats`` of the shards, and here for people.
"""

import csv
import io
import json
from collections import Counter
from collections.abc import Collection, Iterator
from pathlib import Path

import pandas as pd

from ptacl.store.format import write_atomically
from ptacl.types import Caveat

NOTES = "notes.csv"
_COLUMNS = ("subject_id", "recording", "code", "severity", "text")


def cine_caveats(table: pd.DataFrame) -> Iterator[tuple[str, Caveat]]:
    """The caveats of each subject's cine, from the table of a store; none in stores made before
    they were kept.
    """
    if "cine_caveats" not in table:
        return
    for subject_id, text in zip(table["subject_id"], table["cine_caveats"], strict=True):
        if isinstance(text, str):
            yield from ((subject_id, Caveat(**caveat)) for caveat in json.loads(text))


def write_notes(folder: Path, table: pd.DataFrame) -> str:
    """Write the table of notes of a store.

    Args:
        folder: of the store.
        table: of its subjects.

    Returns:
        a sentence that counts them; empty where there are none, and no table then.
    """
    notes = list(cine_caveats(table))
    if not notes:
        (folder / NOTES).unlink(missing_ok=True)
        return ""
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(_COLUMNS)
    writer.writerows((who, "cine", one.code, one.severity, one.text) for who, one in notes)
    write_atomically(folder / NOTES, text.getvalue())
    codes = Counter(one.code for _, one in notes).most_common()
    told = ", ".join(f"{code} {count}" for code, count in codes)
    subjects = len({who for who, _ in notes})
    return f"Of {subjects} cines something must be known ({told}): see {NOTES} of the store."


def forget_notes(folder: Path, withdrawn: Collection[str]) -> None:
    """Take subjects out of the table of notes."""
    place = folder / NOTES
    if not place.is_file():
        return
    table = pd.read_csv(place, dtype=str, keep_default_na=False)
    kept = table[~table["subject_id"].isin(list(withdrawn))]
    if len(kept) < len(table):
        write_atomically(place, kept.to_csv(index=False, lineterminator="\n"))
