"""Search among the embeddings of a gallery: exact for thousands, approximate for millions."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal, NamedTuple

import faiss
import numpy as np
from jaxtyping import Float, Float32, Int

from ptacl.config.atomic_file import replacing
from ptacl.errors import BadInput, PtaclError

Kind = Literal["auto", "flat", "hnsw"]

FLAT_UP_TO = 200_000
"""Rows up to which ``auto`` compares with every row.

Measured by tests/benchmarks/bench_index.py on clustered vectors of 128 numbers, one thread of a
shared two-core machine: a flat query takes 0.2 / 2.8 / 9.7 ms at 10,000 / 50,000 / 200,000 rows
and is exact; HNSW takes 0.2 / 0.3 / 0.6 ms with recall@10 1.000 / 1.000 / 0.997, but is built in
1 / 10 / 60 s. Up to here a flat query stays below 10 ms, which is not noticeable, and needs no
building.
"""
HNSW_LINKS = 32
HNSW_BUILD_BREADTH = 100
HNSW_SEARCH_BREADTH = 128

# In front of the file, so that a foreign file is refused before FAISS reads it.
MAGIC = b"PTACLIX1"
DIGEST_BYTES = 32


@dataclass(frozen=True, slots=True)
class Index:
    """Unit vectors ready to be searched; row i is the i-th vector given to `build`."""

    kind: Literal["flat", "hnsw"]
    searcher: Any
    """The FAISS index."""

    def __len__(self) -> int:
        return int(self.searcher.ntotal)

    @property
    def width(self) -> int:
        """Numbers in a vector."""
        return int(self.searcher.d)


class SearchResult(NamedTuple):
    """Search results, best first; as many columns as were found."""

    rows: Int[np.ndarray, "queries found"]
    similarity: Float[np.ndarray, "queries found"]
    """Inner product, for unit vectors the cosine."""


def build(vectors: Float32[np.ndarray, "rows embedding"], kind: Kind = "auto") -> Index:
    """Index unit vectors for search by inner product.

    Args:
        vectors: unit vectors.
        kind: ``flat`` compares with every row and is exact; ``hnsw`` walks a graph of neighbours
            (Malkov and Yashunin 2018); ``auto`` is flat up to `FLAT_UP_TO` rows.

    Raises:
        PtaclError: there is no vector to search.

    Example:
        >>> index = build(np.eye(3, dtype=np.float32))
        >>> search(index, np.float32([[0.0, 0.6, 0.8]]), 2).rows
        array([[2, 1]])
    """
    if len(vectors) == 0:
        raise PtaclError(
            "A search index needs at least one vector; none was given.", code="gallery.empty"
        )
    chosen: Literal["flat", "hnsw"] = "flat" if kind == "flat" else "hnsw"
    if kind == "auto":
        chosen = "flat" if len(vectors) <= FLAT_UP_TO else "hnsw"
    width = vectors.shape[1]
    searcher: Any
    if chosen == "flat":
        searcher = faiss.IndexFlatIP(width)
    else:
        searcher = faiss.IndexHNSWFlat(width, HNSW_LINKS, faiss.METRIC_INNER_PRODUCT)
        searcher.hnsw.efConstruction = HNSW_BUILD_BREADTH
        searcher.hnsw.efSearch = HNSW_SEARCH_BREADTH
    searcher.add(np.ascontiguousarray(vectors))
    return Index(chosen, searcher)


def search(
    index: Index,
    queries: Float[np.ndarray, "queries embedding"],
    k: int,
    *,
    allowed: Sequence[int] | Int[np.ndarray, " allowed"] | None = None,
    excluded: Sequence[int] | Int[np.ndarray, " excluded"] = (),
) -> SearchResult:
    """Return the k rows most similar to each query, or as many as there are.

    Args:
        index: from `build`.
        queries: unit vectors.
        k: how many, at least 1.
        allowed: only these rows; None for all.
        excluded: never these rows.

    A search limited to some rows is exact in either kind: the graph search loses recall when most
    rows are excluded, while comparing with every row gets faster.
    """
    queries = np.ascontiguousarray(queries, dtype=np.float32)
    if allowed is None and len(excluded) == 0:
        similarity, rows = index.searcher.search(queries, min(k, len(index)))
        return _without_gaps(rows, similarity)
    # Out-of-range rows of a filter (a set from another gallery) simply match nothing.
    permitted = np.arange(len(index)) if allowed is None else np.unique(np.asarray(allowed, int))
    permitted = permitted[(permitted >= 0) & (permitted < len(index))]
    permitted = np.setdiff1d(permitted, np.asarray(excluded, int))
    if len(permitted) == 0:
        return SearchResult(
            np.empty((len(queries), 0), int), np.empty((len(queries), 0), np.float32)
        )
    exact = index.searcher.storage if index.kind == "hnsw" else index.searcher
    selector = faiss.IDSelectorBatch(permitted)
    only = faiss.SearchParameters()
    only.sel = selector  # FAISS keeps a bare pointer: `selector` must outlive the search
    similarity, rows = exact.search(queries, min(k, len(permitted)), params=only)
    return _without_gaps(rows, similarity)


def save(index: Index, path: Path) -> None:
    """Write an index as one file that `load` can check."""
    content = faiss.serialize_index(index.searcher).tobytes()
    with replacing(path) as temporary:
        temporary.write_bytes(MAGIC + hashlib.sha256(content).digest() + content)


def load(path: Path) -> Index:
    """Read an index that `save` wrote.

    Raises:
        BadInput: the file is missing, is no index of PTACL, or was cut or changed.
    """
    do = "embed the store again to write a new one"
    if not path.is_file():
        raise BadInput(path, "there is no such search index", do, code="gallery.index_missing")
    data = path.read_bytes()
    start = len(MAGIC) + DIGEST_BYTES
    if data[: len(MAGIC)] != MAGIC:
        raise BadInput(
            path,
            "it is not a search index of this version of PTACL",
            do,
            code="gallery.other_version",
        )
    if hashlib.sha256(data[start:]).digest() != data[len(MAGIC) : start]:
        raise BadInput(path, "the search index is damaged or cut short", do, code="gallery.damaged")
    searcher = faiss.deserialize_index(np.frombuffer(data, dtype=np.uint8)[start:])
    return Index("hnsw" if isinstance(searcher, faiss.IndexHNSW) else "flat", searcher)


def _without_gaps(rows: np.ndarray, similarity: np.ndarray) -> SearchResult:
    # A graph search may end before k rows and gives -1 for the rest: keep the common columns.
    count = int((rows >= 0).sum(axis=1).min()) if len(rows) else rows.shape[1]
    return SearchResult(rows[:, :count], similarity[:, :count])
