"""The isolated reader reads as the readers do, and a file beyond its limits ends no server."""

import numpy as np
import pytest

from ptacl.errors import BadInput
from ptacl.io import read_ecg_files
from ptacl.io.cine.read import read_usable_slices
from ptacl.io.cohort.isolated import IsolatedReader
from ptacl.io.cohort.uploads import separate
from ptacl.io.containers.memory import MemoryFiles
from tests.app.made_cines import nifti_bytes
from tests.io.cohort.test_uploads import header, table, zipped
from tests.made.files import npz_bytes


@pytest.fixture(scope="module")
def reader():
    made = IsolatedReader()
    made.start()
    yield made
    made.close()


def test_an_ecg_is_the_same_as_read_here(reader):
    files = {"a.npz": npz_bytes()}
    there, here = reader.read_ecg(files), read_ecg_files(files)
    assert np.array_equal(there.signal_mv, here.signal_mv)
    assert (there.sample_rate_hz, there.caveats) == (here.sample_rate_hz, here.caveats)


def test_a_refusal_keeps_its_code_and_what_was_found(reader):
    with pytest.raises(BadInput) as refused:
        reader.read_ecg({"leads.csv": b"1,2,3,4,5,6,7,8\\n" * 20})
    assert refused.value.where == "leads.csv" and refused.value.code.startswith("ecg.")


def test_an_upload_is_separated_as_it_is_here(reader):
    files = {
        "r.hea": header("r", "r.dat"),
        "r.dat": b"\0" * 2000,
        "x.zip": zipped({"a.csv": table(500), "b.csv": table(250)}),
        "torn.zip": zipped({"a.csv": table(500)})[:-30],
    }
    there, here = reader.separate(files), separate(files)
    assert {name: dict(part) for name, part in there.items()} == {
        name: dict(part) for name, part in here.items()
    }
    assert set(there) == {"r.hea", "x.zip/a.csv", "x.zip/b.csv", "torn.zip"}


def test_a_cine_is_the_same_as_read_here(reader):
    files = MemoryFiles([("heart.nii.gz", nifti_bytes())])
    there, here = reader.read_cine(files), read_usable_slices(files)
    assert len(there.slices) == len(here.slices)
    assert all(np.array_equal(a.frames, b.frames)
               for a, b in zip(there.slices, here.slices, strict=True))  # fmt: skip
