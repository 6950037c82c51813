"""Where the checkpoints that come with PTACL are: beside the code, in a checkout or a wheel."""

from pathlib import Path

import ptacl


def shipped_checkpoints() -> Path:
    """Return the folder of the shipped checkpoints; it may not exist."""
    package = Path(ptacl.__file__).resolve().parent
    installed = package / "shipped"  # where the wheel puts `checkpoints`, see pyproject.toml
    return installed if installed.is_dir() else package.parent / "checkpoints"
