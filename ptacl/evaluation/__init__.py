"""Evaluation of a model on held-out subjects of a store and on ECGs with diagnoses."""

from ptacl.evaluation.report import evaluate

__all__ = ["evaluate"]
