import io
import zipfile

from ptacl.io import read_ecg_files
from ptacl.io.cohort.uploads import RecordingFiles, gather, separate


def header(name: str, *files: str) -> bytes:
    lines = [f"{name} {len(files)} 500 5000"]
    return "\n".join([*lines, *(f"{file} 16 1000/mV 16 0 0 0 0 I" for file in files)]).encode()


def gathered(files: dict[str, bytes]) -> tuple[RecordingFiles, ...]:
    return gather(files, files.__getitem__)


def zipped(files: dict[str, bytes]) -> bytes:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as archive:
        for name, content in files.items():
            archive.writestr(name, content)
    return stream.getvalue()


def table(rate: int) -> bytes:
    row = ",".join(["0.1"] * 12)
    return f"# sample_rate_hz: {rate}\n{row}\n{row}\n{row}\n".encode()


def test_a_header_and_its_signal_file_are_one_recording_and_the_rest_stand_alone():
    pair = {"b/x.hea": header("x", "x.dat"), "b/x.dat": b"\0" * 9}
    found = gathered({**pair, "x.dat": b"\1", "a.jpg": b"\xff\xd8\xff"})
    assert found == (
        RecordingFiles("a.jpg", (), False),
        RecordingFiles("b/x.hea", ("b/x.dat",), True),
        RecordingFiles("x.dat", (), False),
    )


def test_companions_of_companions_come_along():
    segment = {"part.hea": header("part", "part.dat"), "part.dat": b"\0"}
    found = gathered({"all.hea": header("all", "part.hea"), **segment})
    assert found == (RecordingFiles("all.hea", ("part.hea", "part.dat"), True),)


def test_headers_that_name_each_other_are_both_kept():
    found = gathered({"a.hea": header("a", "b.hea"), "b.hea": header("b", "a.hea")})
    assert [one.name for one in found] == ["a.hea", "b.hea"]


def test_a_header_reaches_no_other_folder():
    found = gathered({"a/x.hea": header("x", "../y.dat", "/y.dat", ".."), "y.dat": b"\0"})
    assert found[0] == RecordingFiles("a/x.hea", (), True)


def test_every_file_is_a_recording_or_belongs_to_one():
    files = {f"{i}.hea": header(str(i), f"{i}.dat", f"{(i + 1) % 9}.hea") for i in range(9)}
    files |= {f"{i}.dat": b"\0" for i in range(12)}
    covered = [name for one in gathered(files) for name in (one.name, *one.companions)]
    assert set(covered) == set(files)


def test_an_upload_is_taken_apart_and_each_part_can_be_read_alone():
    parts = separate({
        "x.hea": header("x", "x.dat"), "x.dat": b"\0" * 9, "many.zip": zipped({
            "u/1.csv": table(500), "u/2.csv": table(250), "u/words.txt": b"hello"})
    })  # fmt: skip
    assert list(parts) == ["many.zip/u/1.csv", "many.zip/u/2.csv", "many.zip/u/words.txt", "x.hea"]
    assert dict(parts["x.hea"]).keys() == {"x.hea", "x.dat"}
    assert dict(parts["many.zip/u/2.csv"]) == {"u/2.csv": table(250)}


def test_a_zip_of_one_recording_stays_one_and_is_read_as_before(tmp_path):
    from tests.made.files import wfdb_files

    content = zipped({**wfdb_files(tmp_path, "x"), "LICENSE": b"free"})
    parts = separate({"x.zip": content})
    assert list(parts) == ["x.zip"]
    assert read_ecg_files(parts["x.zip"]).signal_mv.shape == (12, 5000)


def test_a_document_that_is_a_zip_is_one_file():
    files = {
        "word/document.xml": b"<w/>",
        "word/styles.xml": b"<w/>",
        "[Content_Types].xml": b"<t/>",
    }
    assert list(separate({"letter.docx": zipped(files)})) == ["letter.docx"]


def test_a_zip_that_cannot_be_opened_is_one_file():
    whole = zipped({"1.csv": table(500), "2.csv": table(250)})
    climbing = zipped({"../1.csv": table(500), "2.csv": table(250)})
    parts = separate({"torn.zip": whole[:-30], "up.zip": climbing})
    assert list(parts) == ["torn.zip", "up.zip"]


def test_a_recogniser_that_fails_costs_its_file_only(monkeypatch):
    def fail(content):
        raise IndexError if content == b"odd" else AssertionError

    monkeypatch.setattr("ptacl.io.cohort.uploads.ecg_format", fail)
    assert gathered({"a": b"odd", "b": b""}) == (
        RecordingFiles("a", (), False),
        RecordingFiles("b", (), False),
    )
