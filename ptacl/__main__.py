"""``python -m ptacl`` is the command ``ptacl``."""

import sys

from ptacl.cli import main

sys.exit(main())
