"""SHA-256 of every file of a folder, in its `checksums.json`.

The writer of a store, checkpoint, gallery, state of a training or cache seals its folder last.
Readers check small files whenever they open them, and large arrays by their size; `ptacl verify`
reads every byte. A folder without the file was made before there were checksums, or its writer
was killed: it opens, and `ptacl verify` lists it.
"""

import hashlib
import json
import time
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from ptacl.config.atomic_file import write_atomically
from ptacl.config.json_record import read_record
from ptacl.config.strict_json import from_dict, to_dict
from ptacl.errors import PtaclError

CHECKSUMS = "checksums.json"
CHEAP_BYTES = 32 * 1024**2
"""Files up to this size are hashed when a folder is opened: a tenth of a second."""
_WRITER_S = 0.2
"""Longer than a writer takes between replacing a file and sealing its folder again."""
_MADE_AGAIN = "Compare the folder with a copy of it, or make it again."


@dataclass(frozen=True)
class FileSum:
    """What is known of a file's content."""

    sha256: str
    size_bytes: int


@dataclass(frozen=True)
class _Sums:
    files: dict[str, FileSum]
    list_sha256: str
    """Of `files` themselves, so that a damaged list does not accuse another file."""


def sha256_of(path: Path) -> str:
    """Return the SHA-256 of a file, in hexadecimal digits."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def seal(folder: Path, names: Iterable[str], kept: Mapping[str, FileSum] | None = None) -> None:
    """Write the checksums of files of a folder; those that do not exist are left out.

    Args:
        folder: of the files.
        names: of the files that are read now.
        kept: checksums of others, which are taken over.
    """
    there = (name for name in sorted(names) if (folder / name).is_file())
    read = {
        name: FileSum(sha256_of(folder / name), (folder / name).stat().st_size) for name in there
    }
    sums = dict(sorted({**(kept or {}), **read}.items()))
    record = to_dict(_Sums(sums, _digest(sums)))
    write_atomically(folder / CHECKSUMS, json.dumps(record, indent=1))


def unseal(folder: Path) -> None:
    """Remove the checksums of a folder, before its files change."""
    (folder / CHECKSUMS).unlink(missing_ok=True)


@contextmanager
def resealing(folder: Path, names: Iterable[str], *, begin: bool = False) -> Iterator[None]:
    """Replace files of a sealed folder, then seal it again; the other checksums stay as they are.

    A kill in between leaves the folder without checksums, never with wrong ones.

    Args:
        folder: of the files.
        names: of the files that may be written, or removed.
        begin: seal these files also in a folder without checksums.
    """
    former, names = _former(folder, begin), tuple(names)
    unseal(folder)
    try:
        yield
    except BaseException:
        changed = {each.split()[0] for each in _differences(folder, former or {}, names)}
        if former is not None:
            seal(folder, (), {n: entry for n, entry in former.items() if n not in changed})
        raise
    if former is not None or begin:
        seal(folder, names, {n: entry for n, entry in (former or {}).items() if n not in names})


def _former(folder: Path, begin: bool) -> dict[str, FileSum] | None:
    """Return the checksums so far; a damaged list is replaced where all files are written again."""
    try:
        return read_sums(folder)
    except PtaclError:
        if not begin:
            raise
        return None


def read_sums(folder: Path) -> dict[str, FileSum] | None:
    """Return the checksums of a folder by file name; None where it carries none.

    Raises:
        PtaclError: the list itself is damaged.
    """
    path = folder / CHECKSUMS
    if not path.is_file():
        return None
    sums = from_dict(_Sums, read_record(path, _MADE_AGAIN), CHECKSUMS)
    if _digest(sums.files) != sums.list_sha256:
        raise PtaclError(
            f"{path} is damaged (it does not match its own SHA-256). {_MADE_AGAIN}",
            code="record.damaged",
        )
    return sums.files


def damage(
    folder: Path, names: Iterable[str] | None = None, *, every_byte: bool = True
) -> list[str]:
    """Compare files with their checksums; return a clause for each that is damaged.

    Args:
        folder: of the files; without checksums, nothing is damaged.
        names: only these; all by default.
        every_byte: False reads no file above `CHEAP_BYTES` and compares its size alone.
    """
    sums = read_sums(folder) or {}
    return _differences(folder, sums, sums if names is None else names, every_byte)


def _differences(
    folder: Path, sums: Mapping[str, FileSum], names: Iterable[str], every_byte: bool = True
) -> list[str]:
    wanted = [name for name in names if name in sums]
    differences = ((name, _difference(folder / name, sums[name], every_byte)) for name in wanted)
    return [f"{name} {difference}" for name, difference in differences if difference]


def check(
    folder: Path,
    names: Iterable[str] | None = None,
    *,
    do: str,
    code: str,
    every_byte: bool = False,
) -> None:
    """Refuse a folder with damaged files.

    Args:
        folder: of the files.
        names: only these; all by default.
        do: what a person can do then, a sentence.
        code: of the error.
        every_byte: as for `damage`.

    Raises:
        PtaclError: a file is missing or differs from its checksum.
    """
    names = None if names is None else tuple(names)
    damaged = damage(folder, names, every_byte=every_byte)
    if damaged:
        time.sleep(_WRITER_S)  # perhaps a writer was between a file and its checksum
        damaged = damage(folder, names, every_byte=every_byte)
    if damaged:
        raise PtaclError(f"{folder} is damaged: {'; '.join(damaged)}. {do}", code=code)


def _difference(path: Path, expected: FileSum, every_byte: bool) -> str:
    """Return how a file differs from its checksum, as a clause without a subject; else nothing."""
    if not path.is_file():
        return "is missing"
    size = path.stat().st_size
    if size != expected.size_bytes:
        return f"has {size:,} bytes instead of {expected.size_bytes:,}"
    if (every_byte or size <= CHEAP_BYTES) and sha256_of(path) != expected.sha256:
        return "does not match its SHA-256"
    return ""


def _digest(sums: Mapping[str, FileSum]) -> str:
    text = json.dumps([[name, each.sha256, each.size_bytes] for name, each in sorted(sums.items())])
    return hashlib.sha256(text.encode()).hexdigest()
