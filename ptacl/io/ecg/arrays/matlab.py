"""MATLAB arrays: ``.mat`` files up to version 7, with one matrix of leads or one vector per lead.

A ``.mat`` file that a WFDB header refers to is read as WFDB; a file of its own has neither sample
rate nor unit.
"""

from collections.abc import Mapping

from ptacl.io.containers.mat_file import open_mat
from ptacl.io.ecg.arrays.named_arrays import recording_of
from ptacl.io.ecg.recording import Recording


def read_mat(name: str, files: Mapping[str, bytes]) -> Recording:
    """Read ``val``, ``ecg``, ``signal`` …, and ``fs``, ``unit``, ``leads`` if present.

    They may be fields of a structure, as in CPSC 2018.

    Raises:
        BadInput: damaged, of version 7.3, or no array could be the signals.
    """
    return recording_of(name, open_mat(name, files[name]))
