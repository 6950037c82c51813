"""Reports as text tables, for terminals and model cards."""
