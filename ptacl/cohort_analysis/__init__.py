"""Groups of subjects: which they are, how they differ, what they look like, the walk between."""
