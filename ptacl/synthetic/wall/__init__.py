"""Wall of a simulated slice as moving material: its texture, its motion, its exact strain."""
