"""What the server imports before the first page asks for it."""

import subprocess
import sys
from pathlib import Path

APP = Path(__file__).parents[2] / "app"


def test_what_the_first_page_needs_is_imported_ahead_and_nothing_slow_is() -> None:
    program = (
        f"import sys; sys.path.insert(0, {str(APP)!r}); import warming; warming.warm(); "
        "assert set(warming.NEEDED) <= set(sys.modules); "
        "print(*{'torch', 'pydicom', 'scipy'} & set(sys.modules))"
    )
    done = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, timeout=120
    )
    assert done.stdout.strip() == "", done.stderr
