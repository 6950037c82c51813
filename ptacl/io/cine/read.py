"""Cine reader: a NIfTI file, or a DICOM series as a folder or a zip, as `Cine`."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

from ptacl.errors import BadInput, PtaclError
from ptacl.io.cine.dicom.series_description import other_series
from ptacl.io.cine.formats import CINE_FORMATS, CineFormat, cine_format
from ptacl.io.cine.options import CineReading, FrameOrder
from ptacl.io.cine.slice_selection import CineStack, UnreadableSlice, mid_ventricular
from ptacl.io.cine.ukb_manifest import series_by_file
from ptacl.io.containers.archive import (
    ChosenFiles,
    FolderFiles,
    OneFile,
    StoredFiles,
    ZipFiles,
    is_zip,
)
from ptacl.io.containers.memory import MemoryFiles
from ptacl.io.containers.sniffing import HEAD_BYTES, describe
from ptacl.io.plausibility import check_cine
from ptacl.types import Cine

MOST_FILE_BYTES = 1024**3
_T = TypeVar("_T")


def read_cine(
    path: str | Path,
    *,
    rr_ms: float | None = None,
    slice_position: int | None = None,
    order: FrameOrder | None = None,
    any_series: bool = False,
) -> Cine:
    """Read a short-axis cine of any supported format, recognised by its content.

    Args:
        path: a 4D NIfTI, or a folder or zip that contains one or a DICOM series, such as UK
            Biobank's field 20209. A pair of end-diastole and end-systole is read too and marked as
            such.
        rr_ms: the R–R interval of the scan in ms, for files that do not state it correctly.
        slice_position: index of the slice, counted from 0 at the base; by default the
            mid-ventricular one (see `ptacl.io.cine.slice_selection`). Only its pixels are decoded.
        order: criterion that orders DICOM frames (``trigger``, ``temporal``, ``acquisition`` or
            ``instance``); by default the rules of `ptacl.io.cine.dicom.acquisitions`.
        any_series: whether to accept a DICOM series regardless of its description and plane.

    Returns:
        One slice over the beat, intensities as in the file.

    Raises:
        BadInput: an unknown format, a damaged file, a still image, an invalid slice, or not a
            short-axis cine.
    """
    name, row, stack = _open(Path(path), CineReading(rr_ms, order, any_series))
    position = mid_ventricular(stack.count) if slice_position is None else slice_position
    if not 0 <= position < stack.count:
        message = f"it has {stack.count} slices, none with the index {position}"
        raise BadInput(
            name, message, f"give a number from 0 to {stack.count - 1}", code="cine.no_such_slice"
        )
    return _slice(name, row, stack, position)


def read_cine_slices(
    path: str | Path,
    *,
    rr_ms: float | None = None,
    order: FrameOrder | None = None,
    any_series: bool = False,
) -> tuple[Cine, ...]:
    """Read all slices of a short-axis stack, from base to apex.

    Args:
        path: see `read_cine`.
        rr_ms: see `read_cine`.
        order: see `read_cine`.
        any_series: see `read_cine`.

    Returns:
        The slices, each over the same beat.

    Raises:
        BadInput: see `read_cine`.
    """
    name, row, stack = _open(Path(path), CineReading(rr_ms, order, any_series))
    return tuple(_slice(name, row, stack, position) for position in range(stack.count))


@dataclass(frozen=True, slots=True)
class CineSlices:
    """The usable slices of a short-axis stack, and those that are not."""

    name: str
    """Name of the file or folder, without its path."""
    slices: tuple[Cine, ...]
    """From base to apex."""
    unreadable: tuple[UnreadableSlice, ...] = ()


def read_usable_slices(
    path: str | Path | MemoryFiles,
    *,
    rr_ms: float | None = None,
    order: FrameOrder | None = None,
    any_series: bool = False,
) -> CineSlices:
    """Read all slices of a short-axis stack; a slice that cannot be read is left out and named.

    Args:
        path: see `read_cine`; or files in memory, as uploaded.
        rr_ms: see `read_cine`.
        order: see `read_cine`.
        any_series: see `read_cine`.

    Raises:
        BadInput: it is no short-axis cine (see `read_cine`), or no slice can be read.
    """
    reading = CineReading(rr_ms, order, any_series, skip_damaged=True)
    name, row, stack = _open(path if isinstance(path, MemoryFiles) else Path(path), reading)
    slices: list[Cine] = []
    unreadable = list(stack.excluded)
    errors: list[BadInput] = []
    for position in range(stack.count):
        try:
            slices.append(_slice(name, row, stack, position))
        except BadInput as error:
            errors.append(error)
            unreadable.append(UnreadableSlice(error.found, error.code, position))
    if not slices:
        raise errors[0]
    return CineSlices(name, tuple(slices), tuple(unreadable))


def _open(source: Path | MemoryFiles, reading: CineReading) -> tuple[str, CineFormat, CineStack]:
    path = Path(source.title) if isinstance(source, MemoryFiles) else source
    try:
        files = _unpacked(source) if isinstance(source, MemoryFiles) else _files(source)
        if not reading.any_series:
            files = _short_axis_by_manifest(path, files)
        kinds = {n: row for n in files if (row := cine_format(files.head(n, HEAD_BYTES)))}
    except OSError as error:
        raise BadInput(
            path, "it cannot be opened", "check its permissions", code="file.cannot_open"
        ) from error
    rows = set(kinds.values())
    if not rows:
        raise _unknown(path, files)
    row = rows.pop()
    if rows:
        raise BadInput(
            path, f"it contains {len(kinds)} cines", "give one at a time", code="cine.several"
        )
    name = next(iter(kinds)) if len(kinds) == 1 else path.name
    return name, row, _guarded(name, row, lambda: row.open(name, files, list(kinds), reading))


def _slice(name: str, row: CineFormat, stack: CineStack, position: int) -> Cine:
    cine = _guarded(name, row, lambda: stack.read(position))
    check_cine(name, cine)
    return cine


def _guarded(name: str, row: CineFormat, work: Callable[[], _T]) -> _T:
    try:
        return work()
    except (PtaclError, MemoryError):
        raise
    except Exception as error:  # a damaged file can make a parser raise anything
        raise BadInput(
            name,
            f"it looks like {row.title}, but is damaged",
            "export it again",
            code="file.damaged",
        ) from error


def _files(path: Path) -> StoredFiles:
    if path.is_dir():
        return FolderFiles(path)
    if not path.is_file():
        raise BadInput(path, "there is no such file", "check the path", code="file.not_found")
    with path.open("rb") as stream:
        if is_zip(stream.read(4)):
            return ZipFiles(path.name, path)
    if path.stat().st_size > MOST_FILE_BYTES:
        raise BadInput(
            path,
            f"it is {path.stat().st_size / 1e9:.1f} GB",
            "give one cine",
            code="file.too_large",
        )
    return OneFile(path, *_other_half(path))


def _unpacked(files: MemoryFiles) -> StoredFiles:
    """Return the members of an uploaded zip, else the files themselves."""
    if len(files) == 1:
        (name,) = files
        if is_zip(files.head(name, 4)):
            return ZipFiles(files.title, files[name])
    return files


def _other_half(path: Path) -> list[Path]:
    """Find the .img file of a NIfTI header, or the header of an .img file, in the same folder."""
    match = re.fullmatch(r"(?is)(.*)\.(hdr|img)(?:\.gz)?", path.name)
    if match is None:
        return []
    stem, other = match[1], "img" if match[2].lower() == "hdr" else "hdr"
    names = (f"{stem}.{word}{gz}" for word in (other, other.upper()) for gz in ("", ".gz"))
    return [half for name in names if (half := path.with_name(name)).is_file()][:1]


def _short_axis_by_manifest(path: Path, files: StoredFiles) -> StoredFiles:
    """Exclude files that are of another series according to UK Biobank's manifest."""
    others = {n: kind for n, name in series_by_file(files).items() if (kind := other_series(name))}
    if not others:
        return files
    chosen = ChosenFiles(files, [name for name in files if name not in others])
    if not any(cine_format(chosen.head(name, HEAD_BYTES)) for name in chosen):
        kind = " and ".join(sorted(set(others.values())))
        message = f"by its manifest it is {kind}, not a short-axis cine"
        raise BadInput(
            path,
            message,
            "give the short-axis cine (UK Biobank field 20209)",
            code="cine.not_short_axis",
        )
    return chosen


def _unknown(path: Path, files: StoredFiles) -> BadInput:
    first = next(iter(files), None)
    kind = "an empty folder" if first is None else describe(files.head(first, HEAD_BYTES))
    known = "; ".join(row.title for row in CINE_FORMATS)
    return BadInput(
        path,
        f"this looks like {kind}, not a cine",
        f"give one of: {known}",
        code="cine.unknown_format",
    )
