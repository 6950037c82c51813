"""Main script, which Streamlit runs for every change of a page; `pages` draws it."""

import sys
from importlib import import_module
from pathlib import Path

FOLDER = Path(__file__).resolve().parent

# Worker processes that rebuild a gallery's signals import the main script: they draw no page.
if __name__ == "__main__":
    # Streamlit puts this folder first on the path, where `login` or `startup` would hide libraries.
    sys.path[:] = [entry for entry in sys.path if entry != str(FOLDER)]
    import_module(f"{FOLDER.parent.name}.pages").run()
