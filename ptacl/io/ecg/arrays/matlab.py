"""MATLAB arrays: ``.mat`` of version 7 and before, one matrix of leads or one vector a lead.

A ``.mat`` that a WFDB header names is WFDB and read there; alone it says neither rate nor unit.
"""

from collections.abc import Mapping

from ptacl.io.containers.mat_file import open_mat
from ptacl.io.ecg.arrays.named_arrays import recording_of
from ptacl.io.ecg.recording import Recording


def read_mat(name: str, files: Mapping[str, bytes]) -> Recording:
    """Read ``val``, ``ecg``, ``signal`` …, and ``fs``, ``unit``, ``leads`` where they are there.

    They may lie in a structure, as in CPSC 2018.
    """
    return recording_of(name, open_mat(name, files[name]))
