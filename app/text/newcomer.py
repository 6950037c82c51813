"""What the first page tells somebody who sees it for the first time, in three sentences."""


def introduction(*, trained_on_simulated: bool) -> str:
    """Return what PTACL is, what it learned from, and what to do first.

    Args:
        trained_on_simulated: whether the hearts that the model learned from are simulated.
    """
    pairs = "pairs of an ECG and a cine MRI"
    learned = f"simulated {pairs}" if trained_on_simulated else pairs
    return (
        "**New here?** From an ECG, PTACL predicts what a cardiac MRI would measure: volumes, mass "
        "and ejection fraction of the ventricles, each with an interval that contains nine of ten "
        f"measured values. It learned from {learned}, for research and not for diagnosis. Drop "
        "your own, or start with an example; the hearts in which similar ones are searched "
        "are the *gallery*."
    )
