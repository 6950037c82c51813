"""Panels of the model page: what is known of how good a model is, each from what was recorded."""
