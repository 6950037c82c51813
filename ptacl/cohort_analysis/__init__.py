"""Groups of subjects: rules, differences, averages, and interpolation between them."""
