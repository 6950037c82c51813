"""What does not fit: a network restores hidden stretches of an ECG as in a normal heart's.

After multi-scale cross-restoration (Jiang et al., 2023; ECGAD): the whole ECG and one beat, each
with hidden parts, mean and variance out. Differences: millivolts instead of a min–max scale, the
mean beat instead of single ones, and the beat is laid into the hidden stretches of the whole ECG
where their cross-attention would find it (EXPERIMENTS.md).
"""
