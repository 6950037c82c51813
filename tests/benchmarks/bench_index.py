"""HNSW against the flat index: recall@10, time to build and time of one query.

Clustered unit vectors of 128 numbers (a hundred clusters; the cosine between two vectors of a
cluster is about 0.5), queries from the same clusters, one thread. Run it with

    OMP_NUM_THREADS=1 python -m tests.benchmarks.bench_index [ROWS ...]
"""

import sys
import time

import faiss
import numpy as np

from ptacl.gallery.index import build, search

WIDTH, QUERIES, NEIGHBOURS, CLUSTERS = 128, 200, 10, 100


def clustered(rng: np.random.Generator, centres: np.ndarray, count: int) -> np.ndarray:
    vectors = centres[rng.integers(0, len(centres), count)] + rng.normal(
        scale=WIDTH**-0.5, size=(count, WIDTH)
    )
    return (vectors / np.linalg.norm(vectors, axis=1, keepdims=True)).astype(np.float32)


def main() -> None:
    faiss.omp_set_num_threads(1)
    print("     rows  kind  build_s  query_ms  recall@10  flat/this")
    for rows in [int(text) for text in sys.argv[1:]] or [10_000, 50_000, 200_000]:
        rng = np.random.default_rng(0)
        centres = rng.normal(scale=WIDTH**-0.5, size=(CLUSTERS, WIDTH))
        vectors, queries = clustered(rng, centres, rows), clustered(rng, centres, QUERIES)
        for kind in ("flat", "hnsw"):
            began = time.perf_counter()
            index = build(vectors, kind)
            built_s = time.perf_counter() - began
            # One query at a time, as a page asks.
            began = time.perf_counter()
            found = [search(index, query[None], NEIGHBOURS).rows[0] for query in queries]
            query_ms = (time.perf_counter() - began) / QUERIES * 1e3
            if kind == "flat":
                truth, flat_ms = found, query_ms
            shared = [len(np.intersect1d(a, b)) for a, b in zip(truth, found, strict=True)]
            print(
                f"{rows:9,d}  {kind}  {built_s:7.1f}  {query_ms:8.2f}  "
                f"{np.mean(shared) / NEIGHBOURS:9.3f}  {flat_ms / query_ms:9.1f}",
                flush=True,
            )


if __name__ == "__main__":
    main()
