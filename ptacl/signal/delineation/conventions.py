"""Conventions of interval measurement, as text and for JSON."""

T_END = "slope"
"""See `t_end`; the other convention is ``tangent``."""
T_END_IN_WORDS = "where the slope of T has died away, as devices measure it; a tangent ends sooner"
