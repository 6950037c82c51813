"""PTACL beside what it is compared with: the same data, budget, heads and held-out subjects."""

from ptacl.rivals.compare import compare
from ptacl.rivals.methods import METHODS, Method

__all__ = ["METHODS", "Method", "compare"]
