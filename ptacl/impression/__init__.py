"""A written impression of an ECG: ordered statements with evidence, free of contradiction.

The vocabulary is a table of rules on PTACL's own measurements (`vocabulary`), read from the
AHA/ACCF/HRS recommendations; `solver` orders what holds, and `draft` makes the impression.
"""

from ptacl.impression.draft import draft_impression
from ptacl.impression.solver import contradictions
from ptacl.impression.vocabulary import RULES

__all__ = ["RULES", "contradictions", "draft_impression"]
