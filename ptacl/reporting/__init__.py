"""Results as text tables, for a terminal and for a card."""
