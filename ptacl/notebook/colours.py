"""Colours of the two modalities, the same in notebooks, reports and the app."""

ECG = "#C8403A"
CMR = "#2B6CB0"
ECG_ON_DARK = "#E98A83"
CMR_ON_DARK = "#7FB2E5"
"""The two colours for thin marks and text on a dark background."""
