"""The registry of cine formats: a format is a file in this folder and a row here."""

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
    """How a cine format is known and read."""

    name: str
    """Short name, as in `Cine.source_format`."""
    title: str
    recognise: Callable[[bytes], bool]
    """Whether a file is of this format, by its first bytes."""
    open: Callable[[str, StoredFiles, Sequence[str], CineReading], CineStack]
    """Opens the cine that the named files of this format make up, the others being those that
    came with them; what the caller knows of it comes last."""


CINE_FORMATS: tuple[CineFormat, ...] = (
    CineFormat("dicom", "a DICOM series (folder or zip)", is_dicom, open_dicom_stack),
    CineFormat("nifti", "a 4D NIfTI (.nii, .nii.gz)", is_nifti, open_nifti_stack),
)


def cine_format(content: bytes) -> CineFormat | None:
    """The first format that takes the content."""
    return next((row for row in CINE_FORMATS if row.recognise(content)), None)
