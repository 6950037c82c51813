"""Registry of cine formats: a format is a package of this folder and a row of `CINE_FORMATS`."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from ptacl.io.cine.dicom.cine import open_dicom_stack
from ptacl.io.cine.nifti.cine import open_nifti_stack
from ptacl.io.cine.nifti.image import is_nifti
from ptacl.io.cine.options import CineReading
from ptacl.io.cine.slice_selection import CineStack
from ptacl.io.containers.archive import StoredFiles
from ptacl.io.containers.dicom_preamble import is_dicom


@dataclass(frozen=True, slots=True)
class CineFormat:
    """A cine format with its recogniser and its reader."""

    name: str
    """Short name, the value of `Cine.source_format`."""
    title: str
    recognise: Callable[[bytes], bool]
    """Function that recognises the format by the first bytes of a file."""
    open: Callable[[str, StoredFiles, Sequence[str], CineReading], CineStack]
    """Function that opens a cine.

    Its arguments are a name for messages, all files, the names of the files of this format, and the
    reading options.
    """


CINE_FORMATS: tuple[CineFormat, ...] = (
    CineFormat("dicom", "a DICOM series (folder or zip)", is_dicom, open_dicom_stack),
    CineFormat("nifti", "a 4D NIfTI (.nii, .nii.gz)", is_nifti, open_nifti_stack),
)


def cine_format(content: bytes) -> CineFormat | None:
    """Return the first format that recognises the content; None if there is none."""
    return next((row for row in CINE_FORMATS if row.recognise(content)), None)
