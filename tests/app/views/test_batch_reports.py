"""Reports of a batch as a zip."""

import io
import zipfile

from app.views.inspect.batch_reports import zipped
from ptacl.errors import PtaclError


def test_a_recording_that_fails_is_named_and_costs_no_other_its_report():
    def files(name, read):
        if name == "torn.dcm":
            raise PtaclError("It is cut short.", code="file.damaged")
        return {"pdf": b"%PDF", "json": read()}

    done = []
    recordings = {"a/one.hea": lambda: "{}", "torn.dcm": str, "../../up.hea": lambda: "{}"}
    archive = zipfile.ZipFile(io.BytesIO(zipped(recordings, files, done.append)))
    assert archive.namelist() == [
        "a_one.hea.pdf", "a_one.hea.json", "up.hea.pdf", "up.hea.json", "failed.txt",
    ]  # fmt: skip
    assert archive.read("failed.txt") == b"torn.dcm: It is cut short."
    assert done == [1, 2, 3]
