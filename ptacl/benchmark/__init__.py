"""Benchmark of PTACL and baselines: the same data, budget, heads and held-out subjects."""

from ptacl.benchmark.compare import compare
from ptacl.benchmark.methods import METHODS, Method

__all__ = ["METHODS", "Method", "compare"]
