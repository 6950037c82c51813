"""Reading of ECGs: any known file, folder entry or upload as an `Ecg`."""

import glob
from collections.abc import Mapping
from pathlib import Path, PurePosixPath

from ptacl.errors import BadInput, PtaclError
from ptacl.io.containers.archive import ZipFiles, is_zip
from ptacl.io.containers.sniffing import describe, unsupported_format
from ptacl.io.containers.unsupported import RECORDINGS
from ptacl.io.ecg.assemble import to_ecg
from ptacl.io.ecg.formats import ECG_FORMATS, EcgFormat, ecg_format
from ptacl.io.ecg.recording import Recording
from ptacl.types import Ecg

MOST_ECG_BYTES = 64 * 1024**2
"""Largest ECG file: 93 minutes of 12 leads at 500 Hz, 7.8 hours at 100 Hz; the usual 10 s take
about 0.1 MB. Reading takes up to twelve times the file size in memory."""


_HEADED = {"mat"}
"""Formats that are self-contained, unless a header of the same stem refers to the file."""


def read_ecg(
    path: str | Path,
    *,
    sample_rate_hz: float | None = None,
    unit: str | None = None,
    any_leads: bool = False,
) -> Ecg:
    """Read a 12-lead ECG of any known format, detected by content, not by extension.

    Args:
        path: a file, a zip, or a WFDB record with or without an extension. Files that it needs
            are taken from its folder.
        sample_rate_hz: for files without one (CSV, NPY); overrides the file's.
        unit: ``mV``, ``uV`` or ``V``, in the same way.
        any_leads: whether one lead is enough, for models with heads for fewer leads
            (`Gallery.reads_any_leads`); leads that are absent, and do not follow from others by
            Einthoven's law, are NaN then.

    Returns:
        All 12 leads, unfiltered, in mV at the file's own rate.

    Raises:
        BadInput: no known format, damaged, leads missing, or implausible values.

    Example:
        >>> import tempfile, numpy as np
        >>> beat = np.tile(np.r_[np.zeros(480), np.hanning(20)], 10)
        >>> eight = np.outer(np.linspace(0.5, 1.5, 8), beat)  # I, II, V1-V6
        >>> with tempfile.TemporaryDirectory() as folder:
        ...     np.save(f"{folder}/ecg.npy", eight)
        ...     read_ecg(f"{folder}/ecg.npy", sample_rate_hz=500, unit="mV").signal_mv.shape
        (12, 5000)
    """
    existing = _existing(Path(path))
    files = {existing.name: _content(existing)}
    detected = ecg_format(files[existing.name])
    if (detected is None or detected.name in _HEADED) and not is_zip(files[existing.name]):
        header = _header_of(existing)
        files = {header.name: _content(header)} if header else files
        detected = ecg_format(next(iter(files.values())))
    if detected is None:
        return read_ecg_files(files, sample_rate_hz=sample_rate_hz, unit=unit, any_leads=any_leads)
    _add_companions(existing.parent, files, detected)
    recording = _read(next(iter(files)), detected, files)
    return to_ecg(
        recording,
        next(iter(files)),
        detected.name,
        sample_rate_hz=sample_rate_hz,
        unit=unit,
        any_leads=any_leads,
    )


def read_ecg_files(
    files: Mapping[str, bytes],
    *,
    sample_rate_hz: float | None = None,
    unit: str | None = None,
    any_leads: bool = False,
) -> Ecg:
    """Read an upload: one file, one file with its companions, or a zip of them.

    Args:
        files: name → content.
        sample_rate_hz: as for `read_ecg`.
        unit: as for `read_ecg`.
        any_leads: as for `read_ecg`.

    Raises:
        BadInput: as for `read_ecg`; also when there are several ECGs.
    """
    given = _unpacked(files)
    name, row = _the_ecg(given)
    return to_ecg(
        _read(name, row, given),
        name,
        row.name,
        sample_rate_hz=sample_rate_hz,
        unit=unit,
        any_leads=any_leads,
    )


def _read(name: str, row: EcgFormat, files: Mapping[str, bytes]) -> Recording:
    try:
        return row.read(name, files)
    except (PtaclError, MemoryError):
        raise
    except Exception as error:  # a damaged file can make a parser raise anything
        raise BadInput(
            name,
            f"it looks like {row.title}, but is damaged",
            "export it again",
            code="file.damaged",
        ) from error


def _existing(path: Path) -> Path:
    try:
        if path.is_file():
            return path
        if path.is_dir():
            raise BadInput(path, "it is a folder", "give one ECG file", code="file.is_folder")
        header = path.with_name(path.name + ".hea")  # a WFDB record is named without extension
        if header.is_file():
            return header
    except OSError as error:
        raise _unopened(path) from error
    raise BadInput(path, "there is no such file", "check the path", code="file.not_found")


def _content(path: Path) -> bytes:
    try:
        size = path.stat().st_size
        if size > MOST_ECG_BYTES:
            message = f"it is {size / 1e6:,.0f} MB, too large for an ECG"
            raise BadInput(path, message, "give one ECG file", code="file.too_large")
        return path.read_bytes()
    except OSError as error:
        raise _unopened(path) from error


def _unopened(path: Path) -> BadInput:
    return BadInput(path, "it cannot be opened", "check its permissions", code="file.cannot_open")


def _add_companions(folder: Path, files: dict[str, bytes], row: EcgFormat) -> None:
    """Add the files of the folder that the given file needs, recursively."""
    waiting = list(row.companions(next(iter(files.values()))))
    while waiting:
        path = folder / waiting.pop()
        if path.name in files or path.parent != folder or not path.is_file():
            continue
        files[path.name] = content = _content(path)
        if sum(map(len, files.values())) > MOST_ECG_BYTES:
            raise BadInput(
                path,
                "its record is too large for an ECG",
                "give a part of it",
                code="file.too_large",
            )
        if row.recognise(content):
            waiting += row.companions(content)


def _header_of(path: Path) -> Path | None:
    """Return the file of the same stem that names this one as its companion."""
    for sibling in sorted(path.parent.glob(glob.escape(path.stem) + ".*")):
        if sibling != path and sibling.is_file() and sibling.stat().st_size < MOST_ECG_BYTES:
            content = _content(sibling)
            row = ecg_format(content)
            if row and path.name in row.companions(content):
                return sibling
    return None


def _unpacked(files: Mapping[str, bytes]) -> Mapping[str, bytes]:
    if not files:
        raise BadInput("upload", "it holds no file", "choose an ECG file", code="upload.empty")
    if len(files) == 1:
        name, content = next(iter(files.items()))
        if is_zip(content) and ecg_format(content) is None and unsupported_format(content) is None:
            unpacked = ZipFiles(name, content, MOST_ECG_BYTES)
            if not unpacked:
                raise BadInput(name, "the zip is empty", "pack an ECG file", code="file.empty")
            return {inner: unpacked[inner] for inner in unpacked}
    return files


def _the_ecg(files: Mapping[str, bytes]) -> tuple[str, EcgFormat]:
    rows = {name: row for name, content in files.items() if (row := ecg_format(content))}
    needed = {
        str(PurePosixPath(name).with_name(other))
        for name, row in rows.items()
        for other in row.companions(files[name])
        if other not in (".", "..") and "/" not in other
    }
    main_files = [name for name in rows if name not in needed]
    if not main_files:
        raise _unknown(files)
    if len(main_files) > 1:
        first = ", ".join(PurePosixPath(name).name for name in main_files[:3])
        raise BadInput(
            main_files[0],
            f"there are {len(main_files)} ECGs ({first})",
            "give one at a time",
            code="ecg.several",
        )
    return main_files[0], rows[main_files[0]]


def _unknown(files: Mapping[str, bytes]) -> BadInput:
    # Of several files, report the one that is closest to an ECG.
    name = next((name for name in files if unsupported_format(files[name])), next(iter(files)))
    kind = unsupported_format(files[name])
    known = ", ".join(dict.fromkeys(row.title for row in ECG_FORMATS if row.listed))
    remedy = f"{kind.remedy}; or give" if kind else "give"
    message = f"this looks like {describe(files[name])}, not an ECG"
    if kind in RECORDINGS:
        message = f"this looks like {describe(files[name])}, which this version does not read"
    return BadInput(name, message, f"{remedy} one of {known}", code="ecg.unknown_format")
