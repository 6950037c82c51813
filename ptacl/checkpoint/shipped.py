"""Where the checkpoints that come with PTACL are: beside the code, in a checkout or a wheel."""

from pathlib import Path

import ptacl

DEMO = "demo"
"""Name of the model that comes with PTACL; it was trained on simulated hearts."""


def shipped_checkpoints() -> Path:
    """Return the folder of the shipped checkpoints; it may not exist."""
    package = Path(ptacl.__file__).resolve().parent
    installed = package / "shipped"  # where the wheel puts `checkpoints`, see pyproject.toml
    return installed if installed.is_dir() else package.parent / "checkpoints"


def shipped_or_folder(checkpoint: Path | str) -> Path:
    """Return the folder of a checkpoint.

    Args:
        checkpoint: its folder, or the name of a shipped one, which a folder of that name hides.

    Returns:
        The folder; it may not exist.
    """
    path = Path(checkpoint)
    shipped = shipped_checkpoints() / path
    alone = len(path.parts) == 1
    return shipped if alone and not path.exists() and shipped.is_dir() else path
