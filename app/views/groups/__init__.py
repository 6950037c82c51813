"""Panels of the page that compares groups of subjects."""
