"""Grouping of many files into recordings, by format and companion files."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from functools import partial
from pathlib import Path, PurePosixPath

from ptacl.errors import PtaclError
from ptacl.io.containers.archive import ChosenFiles, ZipFiles, is_zip
from ptacl.io.ecg.formats import EcgFormat, ecg_format
from ptacl.io.ecg.read import MOST_ECG_BYTES

HEAD_BYTES = 65536
"""Number of bytes read to recognise a format; a WFDB header takes about 1,000."""


@dataclass(frozen=True, slots=True)
class RecordingFiles:
    """The files of one recording."""

    name: str
    companions: tuple[str, ...] = ()
    """Further files that it needs, as far as present."""
    known: bool = True
    """Whether its format is supported."""


def gather(names: Iterable[str], head: Callable[[str], bytes]) -> tuple[RecordingFiles, ...]:
    """Group files into recordings, sorted by name; every file belongs to a recording.

    Args:
        names: paths with ``/``; companions of a recording are in the same folder.
        head: function that returns the content of a file, or its first `HEAD_BYTES`.
    """
    present = sorted(names)
    available = set(present)
    formats: dict[str, EcgFormat | None] = {}
    companions_of: dict[str, tuple[str, ...]] = {}
    for name in present:
        formats[name], wanted = _recognise(head(name))
        companions_of[name] = _present_companions(name, wanted, available)
    required = {companion for companions in companions_of.values() for companion in companions}
    recordings = [
        _with_companions(name, companions_of, formats) for name in present if name not in required
    ]
    covered = {name for recording in recordings for name in (recording.name, *recording.companions)}
    # Headers that refer to each other are companions of each other; none of them may be dropped.
    rest = [
        RecordingFiles(name, (), formats[name] is not None)
        for name in present
        if name not in covered
    ]
    return tuple(sorted([*recordings, *rest], key=lambda recording: recording.name))


def gather_zip(entries: ZipFiles) -> tuple[RecordingFiles, ...]:
    """Group the files of a zip into recordings; empty unless it contains several recordings."""
    recordings = gather(entries, partial(_head, entries))
    return recordings if sum(recording.known for recording in recordings) > 1 else ()


def _head(entries: ZipFiles, name: str) -> bytes:
    """Return the first bytes of a zip member; empty if it cannot be unpacked."""
    try:
        return entries.head(name, HEAD_BYTES)
    except PtaclError:
        return b""


@dataclass(frozen=True, slots=True)
class UploadedNames:
    """The files of one recording within an upload, by their names."""

    names: tuple[str, ...]
    zip_name: str | None = None
    """The uploaded zip that holds them, if any."""


def separate(files: Mapping[str, bytes]) -> dict[str, Mapping[str, bytes]]:
    """Split an upload of many files into recordings.

    Args:
        files: name → content; a zip of several recordings is replaced by its members.

    Returns:
        Name of each recording → its files, the input of `read_ecg_files`.
    """
    return chosen_files(files, recordings_in(files))


def recordings_in(files: Mapping[str, bytes]) -> dict[str, UploadedNames]:
    """Return the recordings of an upload as the names of their files.

    Args:
        files: name → content, or its first `HEAD_BYTES` of anything but a zip.
    """
    recordings: dict[str, UploadedNames] = {}
    for recording in gather(files, files.__getitem__):
        members = _recordings_in_zip(recording.name, files[recording.name])
        if not members:
            recordings[recording.name] = UploadedNames((recording.name, *recording.companions))
        recordings |= {f"{recording.name}/{names[0]}": UploadedNames(names, recording.name)
                       for names in members}  # fmt: skip
    return recordings


def chosen_files(
    files: Mapping[str, bytes], recordings: Mapping[str, UploadedNames]
) -> dict[str, Mapping[str, bytes]]:
    """Return the files of each recording, read on demand.

    Args:
        files: name → content of the upload.
        recordings: name of each recording → names of its files (`recordings_in`).
    """
    zips = {name: _opened(name, files[name])
            for name in {chosen.zip_name for chosen in recordings.values()} if name}  # fmt: skip
    return {
        name: ChosenFiles(zips[chosen.zip_name] if chosen.zip_name else files, chosen.names)
        for name, chosen in recordings.items()
    }


def is_zip_of_files(content: bytes) -> bool:
    """Return whether content is a zip archive of files, not a zip-based format such as ``.npz``."""
    return is_zip(content) and ecg_format(content) is None


def _opened(name: str, content: bytes) -> ZipFiles:
    return ZipFiles(Path(name).name, content, MOST_ECG_BYTES)


def _recordings_in_zip(name: str, content: bytes) -> list[tuple[str, ...]]:
    """Return the names of the files of each recording in a zip of several; empty otherwise."""
    if not is_zip_of_files(content):
        return []
    try:
        entries = _opened(name, content)
    except PtaclError:  # reported when the zip is read
        return []
    return [(recording.name, *recording.companions) for recording in gather_zip(entries)]


def _recognise(content: bytes) -> tuple[EcgFormat | None, tuple[str, ...]]:
    """Return format and companions; a file that crashes a recogniser must not stop the others."""
    try:
        row = ecg_format(content)
        return row, row.companions(content) if row else ()
    except Exception:  # reported when the file is read
        return None, ()


def _present_companions(name: str, requested: Iterable[str], present: set[str]) -> tuple[str, ...]:
    valid = [
        companion
        for companion in requested
        if companion not in ("", ".", "..") and "/" not in companion
    ]
    paths = [str(PurePosixPath(name).with_name(companion)) for companion in valid]
    return tuple(dict.fromkeys(path for path in paths if path in present and path != name))


def _with_companions(
    name: str, companions_of: Mapping[str, tuple[str, ...]], formats: Mapping[str, EcgFormat | None]
) -> RecordingFiles:
    """Collect companions recursively: a segmented WFDB record refers to further headers."""
    companions: dict[str, None] = {}
    queue = list(companions_of[name])
    while queue:
        companion = queue.pop(0)
        if companion not in companions and companion != name:
            companions[companion] = None
            queue.extend(companions_of[companion])
    return RecordingFiles(name, tuple(companions), formats[name] is not None)
