"""Table files: decompression, decoding, and recognition of unsupported formats by extension."""

import bz2
import gzip
import io
import lzma
import zipfile
import zlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO, Any, Literal, cast

from ptacl.errors import BadInput
from ptacl.io.containers.folders import is_hidden

Kind = Literal["text", "parquet", "stata"]
EXTENSIONS = (".csv", ".tsv", ".tab", ".txt", ".psv", ".parquet", ".dta")
COMPRESSIONS = (".gz", ".bz2", ".xz", ".zip")
FOREIGN = {
    ".xlsx": "an Excel workbook", ".xls": "an Excel workbook", ".xlsm": "an Excel workbook",
    ".ods": "a spreadsheet", ".rds": "a file of R", ".rda": "a file of R",
    ".rdata": "a file of R", ".sav": "a file of SPSS", ".sas7bdat": "a file of SAS",
    ".feather": "a feather file", ".pkl": "a pickle", ".enc": "UK Biobank's encrypted file",
    ".enc_ukb": "UK Biobank's unpacked file before its conversion",
}  # fmt: skip
"""Extensions of unsupported table formats, and their names."""

_PACKERS: dict[bytes, Callable[[Path], Any]] = {
    b"\x1f\x8b": gzip.open, b"BZ": bz2.open, b"\xfd7": lzma.open,
}  # fmt: skip


def may_be_table(name: str) -> bool:
    """Return whether a file has the extension of a supported table format.

    Example:
        >>> [may_be_table(name) for name in ("ukb1.TAB", "a.csv.gz", "b.zip", "c.xml", "d.txt")]
        [True, True, False, False, True]
    """
    lowered = name.lower()
    compression = next((extension for extension in COMPRESSIONS if lowered.endswith(extension)), "")
    return lowered.removesuffix(compression).endswith(EXTENSIONS)


def is_table(name: str) -> bool:
    """Return whether a file is a table by its extension, of a supported or unsupported format."""
    return not is_hidden(name) and (may_be_table(name) or bool(foreign_kind(name)))


def foreign_kind(name: str) -> str:
    """Return the name of the unsupported table format of a file; empty if it has none."""
    return FOREIGN.get(Path(name.lower()).suffix, "")


def kind_of(table: Path) -> Kind:
    """Return the format of a table by its first bytes."""
    with table.open("rb") as stream:
        head = stream.read(11)
    if head.startswith(b"PAR1"):
        return "parquet"
    old_stata = table.suffix.lower() == ".dta" and head[:1] in (b"\x71", b"\x72", b"\x73")
    return "stata" if head.startswith(b"<stata_dta>") or old_stata else "text"


def unpacked_bytes(table: Path, most: int) -> bytes | None:
    """Return the decompressed content of a file; None if too large, damaged or several files."""
    try:
        with _unpacked(table) as stream:
            content = stream.read(most + 1)
    except (OSError, EOFError, zipfile.BadZipFile, lzma.LZMAError, zlib.error, BadInput):
        return None
    return content if len(content) <= most else None


@contextmanager
def open_text(table: Path) -> Iterator[IO[str]]:
    """Open a text table, decompressed and decoded by its byte order mark.

    Args:
        table: the file.

    Raises:
        BadInput: the file is not text, or an archive of several files.
    """
    with _unpacked(table) as stream:
        head = stream.peek(4096)[:4096]
        is_utf16 = head.startswith((b"\xff\xfe", b"\xfe\xff"))
        if b"\0" in head and not is_utf16:
            raise BadInput(
                table,
                "it is not a text file",
                "save it as CSV, TSV or parquet",
                code="cohort.unreadable_table",
            )
        encoding = "utf-16" if is_utf16 else "utf-8-sig"
        with io.TextIOWrapper(stream, encoding, "replace", newline="") as text:
            yield text


@contextmanager
def _unpacked(table: Path) -> Iterator[Any]:
    """Open a file as a decompressed stream with ``peek``."""
    with table.open("rb") as stream:
        head = stream.read(4)
    if head.startswith(b"PK\x03\x04"):
        with zipfile.ZipFile(table) as archive:
            names = [info for info in archive.infolist() if not info.is_dir()]
            if len(names) != 1:
                raise BadInput(
                    table, f"it holds {len(names)} files", "unpack it", code="zip.several_files"
                )
            with archive.open(names[0]) as inner:
                yield io.BufferedReader(cast(io.RawIOBase, inner))
        return
    opened = _PACKERS[head[:2]](table) if head[:2] in _PACKERS else table.open("rb")
    with io.BufferedReader(cast(io.RawIOBase, opened)) as reader:
        yield reader
