"""The door for cines: a NIfTI file, or a DICOM series as a folder or a zip → `Cine`."""

from collections.abc import Mapping
from pathlib import Path

from ptacl.errors import BadInput, PtaclError
from ptacl.io.archive import FolderFiles, ZipFiles, is_zip
from ptacl.io.formats import CINE_FORMATS, CineFormat, cine_format
from ptacl.io.plausible import check_cine
from ptacl.io.recognise import describe
from ptacl.types import Cine

MOST_FILE_BYTES = 1024**3


def read_cine(path: str | Path, *, rr_ms: float | None = None) -> Cine:
    """Read a short-axis cine of any known format; the content decides, not the extension.

    Args:
        path: a 4D NIfTI, or a folder or zip that holds one or a DICOM series. Of a stack the
            mid-ventricular slice is read (`ptacl.io.slices` states the rule).
        rr_ms: the R–R interval of the scan, for files that do not say it or say it wrong.

    Raises:
        BadInput: no known format, damaged, a still image, or not a short-axis cine.
    """
    place = Path(path)
    files = _files(place)
    kinds = {name: row for name in files if (row := cine_format(files[name]))}
    rows = set(kinds.values())
    if not rows:
        raise _unknown(place, files)
    row = rows.pop()
    if rows or (not row.many_files and len(kinds) > 1):
        raise BadInput(place, f"it holds {len(kinds)} cines", "give one at a time")
    name = next(iter(kinds)) if len(kinds) == 1 else place.name
    # A series may come with other files beside it, such as the manifest of an export.
    taken = files if row.many_files else {name: files[name]}
    cine = _read(row, name, taken, rr_ms)
    check_cine(name, cine)
    return cine


def _read(row: CineFormat, name: str, files: Mapping[str, bytes], rr_ms: float | None) -> Cine:
    try:
        return row.read(name, files, rr_ms)
    except PtaclError:
        raise
    except Exception as error:  # a damaged file can make a parser raise anything
        raise BadInput(
            name, f"it looks like {row.title}, but is damaged", "export it again"
        ) from error


def _files(path: Path) -> Mapping[str, bytes]:
    if path.is_dir():
        return FolderFiles(path)
    if not path.is_file():
        raise BadInput(path, "there is no such file", "check the path")
    with path.open("rb") as stream:
        if is_zip(stream.read(4)):
            return ZipFiles(path.name, path)
    if path.stat().st_size > MOST_FILE_BYTES:
        raise BadInput(path, f"it is {path.stat().st_size / 1e9:.1f} GB", "give one cine")
    return {path.name: path.read_bytes()}


def _unknown(path: Path, files: Mapping[str, bytes]) -> BadInput:
    first = next(iter(files), None)
    what = "an empty folder" if first is None else describe(files[first])
    known = "; ".join(row.title for row in CINE_FORMATS)
    return BadInput(path, f"this looks like {what}, not a cine", f"give one of: {known}")
