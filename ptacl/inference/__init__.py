"""Inference: ECGs to predictions, attributions and tables.

Nothing is imported here: worker processes need no torch, and the app uses some modules only.
"""
