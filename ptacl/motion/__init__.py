"""Motion and strain of the ventricles, from a cine and its labels."""
