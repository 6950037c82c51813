"""Where the real recordings lie that some tests read; they are no part of the repository."""

import os
from pathlib import Path

REPOSITORY = Path(__file__).parent.parent
SHARED = Path(os.environ.get("PTACL_SHARED_DATA", REPOSITORY.parent / "shared" / "data"))
