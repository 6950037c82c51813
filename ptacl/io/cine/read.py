"""The door for cines: a NIfTI file, or a DICOM series as a folder or a zip → `Cine`."""

import re
from collections.abc import Callable
from pathlib import Path
from typing import TypeVar

from ptacl.errors import BadInput, PtaclError
from ptacl.io.cine.dicom.series_description import other_series
from ptacl.io.cine.formats import CINE_FORMATS, CineFormat, cine_format
from ptacl.io.cine.options import CineReading, FrameOrder
from ptacl.io.cine.slice_selection import CineStack, mid_ventricular
from ptacl.io.cine.ukb_manifest import series_by_file
from ptacl.io.containers.archive import (
    ChosenFiles,
    FolderFiles,
    OneFile,
    StoredFiles,
    ZipFiles,
    is_zip,
)
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
    """Read a short-axis cine of any known format; the content decides, not the extension.

    Args:
        path: a 4D NIfTI, or a folder or zip that holds one or a DICOM series, as UK Biobank's
            field 20209. End-diastole and end-systole alone are read too, and marked so.
        rr_ms: the R–R interval of the scan, for files that do not say it or say it wrong.
        slice_position: of a stack, which slice, counted from 0 at the base; the mid-ventricular
            one where it is not given (`ptacl.io.cine.slice_selection` states the rule). Only its
            pixels are decoded.
        order: what puts DICOM frames in order (``trigger``, ``temporal``, ``acquisition`` or
            ``instance``); by the rules of `ptacl.io.cine.dicom.acquisitions` where it is not given.
        any_series: take a DICOM series whatever its name and its plane seem to say.

    Raises:
        BadInput: no known format, damaged, a still image, no such slice, or not a short-axis cine.
    """
    name, row, stack = _open(Path(path), CineReading(rr_ms, order, any_series))
    position = mid_ventricular(stack.count) if slice_position is None else slice_position
    if not 0 <= position < stack.count:
        found = f"it holds {stack.count} slices, none with the number {position}"
        raise BadInput(
            name, found, f"give a number from 0 to {stack.count - 1}", code="cine.no_such_slice"
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
        path, rr_ms, order, any_series: as in `read_cine`.

    Raises:
        BadInput: as in `read_cine`.
    """
    name, row, stack = _open(Path(path), CineReading(rr_ms, order, any_series))
    return tuple(_slice(name, row, stack, position) for position in range(stack.count))


def _open(place: Path, reading: CineReading) -> tuple[str, CineFormat, CineStack]:
    try:
        files = _files(place)
        if not reading.any_series:
            files = _short_axis_by_manifest(place, files)
        kinds = {n: row for n in files if (row := cine_format(files.head(n, HEAD_BYTES)))}
    except OSError as error:
        raise BadInput(
            place, "it cannot be opened", "check its permissions", code="file.cannot_open"
        ) from error
    rows = set(kinds.values())
    if not rows:
        raise _unknown(place, files)
    row = rows.pop()
    if rows:
        raise BadInput(
            place, f"it holds {len(kinds)} cines", "give one at a time", code="cine.several"
        )
    name = next(iter(kinds)) if len(kinds) == 1 else place.name
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


def _other_half(path: Path) -> list[Path]:
    """The voxels of a NIfTI header, or the header of voxels, in the same folder."""
    found = re.fullmatch(r"(?is)(.*)\.(hdr|img)(?:\.gz)?", path.name)
    if found is None:
        return []
    stem, other = found[1], "img" if found[2].lower() == "hdr" else "hdr"
    names = (f"{stem}.{word}{gz}" for word in (other, other.upper()) for gz in ("", ".gz"))
    return [half for name in names if (half := path.with_name(name)).is_file()][:1]


def _short_axis_by_manifest(place: Path, files: StoredFiles) -> StoredFiles:
    """Without the files that UK Biobank's manifest says are of another series: never opened."""
    others = {n: what for n, name in series_by_file(files).items() if (what := other_series(name))}
    if not others:
        return files
    chosen = ChosenFiles(files, [name for name in files if name not in others])
    if not any(cine_format(chosen.head(name, HEAD_BYTES)) for name in chosen):
        what = " and ".join(sorted(set(others.values())))
        found = f"by its manifest it is {what}, not a short-axis cine"
        raise BadInput(
            place,
            found,
            "give the short-axis cine (UK Biobank field 20209)",
            code="cine.not_short_axis",
        )
    return chosen


def _unknown(path: Path, files: StoredFiles) -> BadInput:
    first = next(iter(files), None)
    what = "an empty folder" if first is None else describe(files.head(first, HEAD_BYTES))
    known = "; ".join(row.title for row in CINE_FORMATS)
    return BadInput(
        path,
        f"this looks like {what}, not a cine",
        f"give one of: {known}",
        code="cine.unknown_format",
    )
