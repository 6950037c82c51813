"""The segmentation network: its layers, training, ensemble and files."""
