"""What the server imports before the first page asks for it."""

import subprocess
import sys

from tests.real_files import REPOSITORY


def test_what_the_first_page_needs_is_imported_ahead_and_nothing_slow_is() -> None:
    program = (
        "import sys; from app.session import startup; startup.import_modules(); "
        "assert set(startup.NEEDED) <= set(sys.modules); "
        "print(*{'torch', 'pydicom', 'scipy'} & set(sys.modules))"
    )
    done = subprocess.run(
        [sys.executable, "-c", program], cwd=REPOSITORY, capture_output=True, text=True, timeout=120
    )
    assert done.stdout.strip() == "", done.stderr
