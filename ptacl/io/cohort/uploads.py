"""Many files at once: which of them are one recording, and which are several."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from functools import partial
from pathlib import Path, PurePosixPath

from ptacl.errors import PtaclError
from ptacl.io.containers.archive import ChosenFiles, ZipFiles, is_zip
from ptacl.io.ecg.formats import EcgFormat, ecg_format
from ptacl.io.ecg.read import MOST_ECG_BYTES

HEAD_BYTES = 65536
"""As much of a file as is looked at to tell its format; a WFDB header takes about 1,000."""


@dataclass(frozen=True, slots=True)
class Gathered:
    """One recording among many files."""

    name: str
    companions: tuple[str, ...] = ()
    """Files beside it that it needs, as far as they are here."""
    known: bool = True
    """Whether its format is one of the registry."""


def gather(names: Iterable[str], head: Callable[[str], bytes]) -> tuple[Gathered, ...]:
    """Files → recordings, by name; every file is one, or belongs to one.

    Args:
        names: paths with ``/``; a recording's companions lie beside it.
        head: the content of a file, or its first `HEAD_BYTES`.
    """
    present = sorted(names)
    here = set(present)
    formats: dict[str, EcgFormat | None] = {}
    beside: dict[str, tuple[str, ...]] = {}
    for name in present:
        formats[name], wanted = _look_at(head(name))
        beside[name] = _found(name, wanted, here)
    needed = {other for companions in beside.values() for other in companions}
    found = [_gathered(name, beside, formats) for name in present if name not in needed]
    covered = {name for one in found for name in (one.name, *one.companions)}
    # Headers that name each other: none of them may be lost.
    rest = [
        Gathered(name, (), formats[name] is not None) for name in present if name not in covered
    ]
    return tuple(sorted([*found, *rest], key=lambda one: one.name))


def gather_zip(entries: ZipFiles) -> tuple[Gathered, ...]:
    """The recordings of a zip that holds several; none where it is one recording, or no ECG."""
    found = gather(entries, partial(_head, entries))
    return found if sum(one.known for one in found) > 1 else ()


def _head(entries: ZipFiles, name: str) -> bytes:
    """The first bytes of a file; none of one that cannot be unpacked, which reading it will say."""
    try:
        return entries.head(name, HEAD_BYTES)
    except PtaclError:
        return b""


def separate(files: Mapping[str, bytes]) -> dict[str, Mapping[str, bytes]]:
    """An upload of many files → name of each recording → what `read_ecg_files` needs for it.

    Args:
        files: name → content; a zip of several recordings counts as its files.
    """
    recordings: dict[str, Mapping[str, bytes]] = {}
    for one in gather(files, files.__getitem__):
        inside = _inside(one.name, files[one.name])
        if not inside:
            recordings[one.name] = ChosenFiles(files, (one.name, *one.companions))
        recordings |= {f"{one.name}/{name}": part for name, part in inside.items()}
    return recordings


def is_zip_of_files(content: bytes) -> bool:
    """Whether content is a zip that is no format of its own (an ``.npz`` is one)."""
    return is_zip(content) and ecg_format(content) is None


def _inside(name: str, content: bytes) -> dict[str, Mapping[str, bytes]]:
    if not is_zip_of_files(content):
        return {}
    try:
        entries = ZipFiles(Path(name).name, content, MOST_ECG_BYTES)
    except PtaclError:  # reading it will say so
        return {}
    return {
        one.name: ChosenFiles(entries, (one.name, *one.companions)) for one in gather_zip(entries)
    }


def _look_at(content: bytes) -> tuple[EcgFormat | None, tuple[str, ...]]:
    """Format and companions; a file that confuses a recogniser must not stop the others."""
    try:
        row = ecg_format(content)
        return row, row.companions(content) if row else ()
    except Exception:  # reading it will say what is wrong
        return None, ()


def _found(name: str, wanted: Iterable[str], present: set[str]) -> tuple[str, ...]:
    plain = [other for other in wanted if other not in ("", ".", "..") and "/" not in other]
    paths = [str(PurePosixPath(name).with_name(other)) for other in plain]
    return tuple(dict.fromkeys(path for path in paths if path in present and path != name))


def _gathered(
    name: str, beside: Mapping[str, tuple[str, ...]], formats: Mapping[str, EcgFormat | None]
) -> Gathered:
    """With the companions of its companions: a WFDB record of segments names headers."""
    companions: dict[str, None] = {}
    waiting = list(beside[name])
    while waiting:
        other = waiting.pop(0)
        if other not in companions and other != name:
            companions[other] = None
            waiting.extend(beside[other])
    return Gathered(name, tuple(companions), formats[name] is not None)
