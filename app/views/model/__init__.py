"""Panels of the model page, from the records of training and evaluation."""
