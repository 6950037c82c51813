"""Search: both kinds against a sorted list, filters, and files that must be refused."""

import numpy as np
import pytest

from ptacl.errors import BadInput, PtaclError
from ptacl.gallery import index as index_module
from ptacl.gallery.index import build, load, save, search

KINDS = ("flat", "hnsw")


@pytest.fixture(scope="module")
def vectors() -> np.ndarray:
    rng = np.random.default_rng(5)
    raw = rng.normal(size=(300, 16))
    return (raw / np.linalg.norm(raw, axis=1, keepdims=True)).astype(np.float32)


def by_sorting(vectors: np.ndarray, query: np.ndarray, k: int, permitted: set[int]) -> list[int]:
    return [row for row in np.argsort(-(vectors @ query)).tolist() if row in permitted][:k]


@pytest.mark.parametrize("kind", KINDS)
def test_search_is_the_sorted_list(vectors, kind):
    queries = -vectors[:20]
    found = search(build(vectors, kind), queries, 7)
    everybody = set(range(300))
    assert found.rows.tolist() == [by_sorting(vectors, q, 7, everybody) for q in queries]
    expected = np.take_along_axis(queries @ vectors.T, found.rows, axis=1)
    np.testing.assert_allclose(found.similarity, expected, atol=1e-6)


@pytest.mark.parametrize("kind", KINDS)
def test_filters_are_kept_exactly(vectors, kind):
    index = build(vectors, kind)
    queries = vectors[:10]
    allowed, excluded = list(range(0, 300, 30)), [0, 60]
    few = search(index, queries, 4, allowed=allowed, excluded=excluded)
    kept = set(allowed) - set(excluded)
    assert few.rows.tolist() == [by_sorting(vectors, q, 4, kept) for q in queries]
    others = search(index, queries, 4, excluded=[3])
    assert others.rows.tolist() == [
        by_sorting(vectors, q, 4, set(range(300)) - {3}) for q in queries
    ]


@pytest.mark.parametrize("kind", KINDS)
def test_asking_for_more_than_there_are_gives_all_there_are(vectors, kind):
    index = build(vectors[:5], kind)
    assert sorted(search(index, vectors[:1], 99).rows[0]) == [0, 1, 2, 3, 4]
    allowed = search(index, vectors[:1], 99, allowed=[1, 3, 77, -1], excluded=[3])
    assert allowed.rows.tolist() == [[1]]
    assert search(index, vectors[:2], 3, allowed=[]).rows.shape == (2, 0)


def test_auto_is_exact_for_few_and_approximate_for_many(vectors, monkeypatch):
    monkeypatch.setattr(index_module, "FLAT_UP_TO", 100)
    assert build(vectors[:100]).kind == "flat"
    assert build(vectors[:101]).kind == "hnsw"


def test_an_empty_gallery_cannot_be_indexed():
    with pytest.raises(PtaclError, match="at least one vector"):
        build(np.empty((0, 4), dtype=np.float32))


@pytest.mark.parametrize("kind", KINDS)
def test_a_saved_index_finds_the_same(vectors, kind, tmp_path):
    index = build(vectors, kind)
    save(index, tmp_path / "cmr.index")
    again = load(tmp_path / "cmr.index")
    assert (again.kind, len(again), again.width) == (kind, 300, 16)
    for filters in ({}, {"excluded": [2]}):
        before, after = (search(i, vectors[:9], 5, **filters) for i in (index, again))
        assert (before.rows == after.rows).all()
        assert (before.similarity == after.similarity).all()
    assert [path.name for path in tmp_path.iterdir()] == ["cmr.index"]


@pytest.mark.parametrize("cut", [0, 4, 8, 30, 41, 1000, -1])
def test_a_cut_file_is_refused(vectors, tmp_path, cut):
    save(build(vectors), tmp_path / "whole")
    (tmp_path / "cut").write_bytes((tmp_path / "whole").read_bytes()[:cut])
    with pytest.raises(BadInput, match=r"^cut: .*embed the store again|Embed the store again"):
        load(tmp_path / "cut")


def test_a_changed_or_foreign_or_missing_file_is_refused(vectors, tmp_path):
    save(build(vectors), tmp_path / "whole")
    data = bytearray((tmp_path / "whole").read_bytes())
    data[len(data) // 2] ^= 1
    (tmp_path / "changed").write_bytes(data)
    (tmp_path / "foreign").write_bytes(b"PK\x03\x04" + bytes(2000))
    for name, found in (("changed", "damaged"), ("foreign", "not a search"), ("gone", "no such")):
        with pytest.raises(BadInput, match=found):
            load(tmp_path / name)
