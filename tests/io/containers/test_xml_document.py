"""XML opened with care."""

import time
import tracemalloc

import pytest

from ptacl.errors import BadInput
from ptacl.io.containers.xml_document import (
    MOST_BYTES,
    MOST_TAGS,
    as_number,
    number_at,
    open_xml,
    root_name,
    text_at,
)

BOMB = b"""<?xml version="1.0"?>
<!DOCTYPE RestingECG [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;&a;&a;">
<!ENTITY c "&b;&b;&b;&b;&b;&b;&b;&b;&b;&b;">]><RestingECG>&c;</RestingECG>"""


@pytest.mark.parametrize(
    "content",
    [
        b"<RestingECG/>",
        b"\xef\xbb\xbf<?xml version='1.0'?>\r\n<RestingECG a='1'>",
        b"<?xml version='1.0'?><!-- <html> --> <!-- -->\n<RestingECG>",
        b"<!DOCTYPE RestingECG SYSTEM 'restecg.dtd'><RestingECG>",
        b"<!DOCTYPE RestingECG [<!ELEMENT RestingECG ANY> <!ATTLIST a b CDATA '>'>]>\n<RestingECG>",
        b"  <g:RestingECG xmlns:g='urn:x'>",
        "<?xml version='1.0' encoding='utf-16'?><RestingECG>".encode("utf-16"),
        "<?xml version='1.0'?><RestingECG>".encode("utf-16-be"),
        "<?xml version='1.0'?><RestingECG>".encode("utf-16-le"),
    ],
)
def test_the_root_is_known_whatever_stands_before_it(content: bytes) -> None:
    assert root_name(content) == "RestingECG"


@pytest.mark.parametrize(
    "content", [b"", b"<", b"<?xml", b"<!-- ", b"I,II,V1\n1,2,3", b"\x89PNG<a>", bytes(999)]
)
def test_what_is_no_xml_has_no_root(content: bytes) -> None:
    assert root_name(content) is None


def test_a_prolog_without_end_is_given_up_quickly() -> None:
    start = time.perf_counter()
    for piece in (b"<!-- -->", b"<?a?>", b"<!DOCTYPE a []]]] >", b"<!DOCTYPE a [ ] ] ", b"\n"):
        assert root_name(piece * 20_000 + b"<") is None
    assert time.perf_counter() - start < 1


@pytest.mark.parametrize("encoding", ["iso-8859-1", "windows-1252", "utf-8", "utf-8-sig", "utf-16"])
def test_encodings_are_read_as_declared(encoding: str) -> None:
    declared = encoding.removesuffix("-sig")
    text = f"<?xml version='1.0' encoding='{declared}'?><a><b>Zoë 5 µV</b></a>"
    assert text_at(open_xml("a.xml", text.encode(encoding)), "b") == "Zoë 5 µV"


def test_the_bytes_are_believed_where_they_contradict_the_declaration() -> None:
    latin = "<?xml version='1.0' encoding='UTF-8'?><a><b>Zoë</b></a>".encode("latin-1")
    assert text_at(open_xml("a.xml", latin), "b") == "Zoë"
    plain = b"<?xml version='1.0' encoding='utf-16'?><a><b>5</b></a>"
    assert number_at(open_xml("a.xml", plain), "b") == 5
    unknown = b"<?xml version='1.0' encoding='gb2312'?><a><b>5</b><c>\xd0\xc4</c></a>"
    assert number_at(open_xml("a.xml", unknown), "b") == 5


def test_namespaces_do_not_hinder() -> None:
    content = b"<x:a xmlns:x='urn:x' xmlns:s='urn:s'><x:b s:type='PQ' unit='mV'>1</x:b></x:a>"
    root = open_xml("a.xml", content)
    assert root.tag == "a"
    assert root.find("b").attrib == {"type": "PQ", "unit": "mV"}


def test_a_document_type_is_allowed_and_not_fetched(tmp_path) -> None:
    dtd = tmp_path / "restecg.dtd"
    dtd.write_text("<!ELEMENT RestingECG EMPTY><!ENTITY x 'seen'>")
    content = f"<!DOCTYPE RestingECG SYSTEM '{dtd.as_uri()}'><RestingECG>ok</RestingECG>".encode()
    assert open_xml("a.xml", content).text == "ok"
    with pytest.raises(BadInput):
        open_xml("a.xml", content.replace(b"ok", b"&x;"))


@pytest.mark.parametrize(
    "content",
    [
        BOMB,
        b"<!DOCTYPE a [<!ENTITY x SYSTEM 'file:///etc/passwd'>]><a>&x;</a>",
        b"<!DOCTYPE a [<!ENTITY % x SYSTEM 'http://localhost/x.dtd'> %x;]><a/>",
        b"<!DOCTYPE a [<!NOTATION n SYSTEM 'n'><!ENTITY x SYSTEM 'y' NDATA n>]><a/>",
    ],
)
def test_entities_are_refused_by_name(content: bytes) -> None:
    with pytest.raises(BadInput, match="declares XML entities"):
        open_xml("a.xml", content)


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"<a><b>1</b>", "cut short"),
        (b"<a><b>1</b", "cut short"),
        (b"", "cut short"),
        ("<a><b>1</b>".encode("utf-16"), "cut short"),
        (b"<a>\n<b></c></a>", "damaged in line 2"),
        (b"<a>\x00</a>", "damaged"),
        (b"<a>&nothing;</a>", "damaged"),
        (b"<a/><b/>", "damaged"),
    ],
)
def test_damage_is_named(content: bytes, words: str) -> None:
    with pytest.raises(BadInput, match=words):
        open_xml("a.xml", content)


def test_no_text_of_the_file_enters_a_message() -> None:
    with pytest.raises(BadInput) as caught:
        open_xml("a.xml", b"<a><Name>Zebedee Quux</Nam></a>")
    assert "zebedee" not in str(caught.value).lower()


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"<a>" + b" " * MOST_BYTES, "more than"),
        (b"<a>" + b"<b/>" * MOST_TAGS, "XML tags"),
        (b"<a " + b" ".join(b"a%d=''" % number for number in range(20_000)) + b"/>", "no end"),
    ],
    ids=["size", "tags", "attributes"],
)
def test_too_much_is_refused_quickly(content: bytes, words: str) -> None:
    start = time.perf_counter()
    tracemalloc.start()
    with pytest.raises(BadInput, match=words):
        open_xml("a.xml", content)
    _, most = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert time.perf_counter() - start < 2
    assert most < 200e6


def test_a_deep_document_does_no_harm() -> None:
    depth = MOST_TAGS // 2 - 10
    root = open_xml("a.xml", b"<a>" * depth + b"</a>" * depth)
    assert sum(1 for _ in root.iter()) == depth


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("5", 5.0),
        (" -4,88 ", -4.88),
        ("1e-3", 0.001),
        (".5", 0.5),
        ("", None),
        (None, None),
        ("Failed", None),
        ("nan", None),
        ("1e999", None),
        ("1" * 500, None),
        ("1.2.3", None),
    ],
)
def test_numbers_are_read_or_are_none(text: str | None, number: float | None) -> None:
    assert as_number(text) == number


def test_a_number_made_to_be_slow_is_judged_quickly() -> None:
    start = time.perf_counter()
    assert as_number("1" * 100_000 + "x") is None
    assert time.perf_counter() - start < 0.5
