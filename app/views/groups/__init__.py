"""The panels of the page that sets groups of hearts side by side."""
