"""Server of the app, for ``streamlit run app/main.py``; `session/script.py` is one script run.

The package has the name of its folder, so that the same files work in a checkout (`app`) and in an
installed wheel (`ptacl_app`).
"""

import sys
from importlib import import_module
from pathlib import Path

import streamlit as st
from starlette.middleware import Middleware

FOLDER = Path(__file__).resolve().parent

# Streamlit puts this folder first on the path, where its `text` or `report` would hide libraries.
sys.path[:] = [entry for entry in sys.path if Path(entry or ".").resolve() != FOLDER]
if str(FOLDER.parent) not in sys.path:
    sys.path.insert(0, str(FOLDER.parent))

_host_names = import_module(f"{FOLDER.name}.server.host_names")
_policy = import_module(f"{FOLDER.name}.server.policy")

app = st.App(
    str(FOLDER / "session" / "script.py"),
    lifespan=import_module(f"{FOLDER.name}.session.startup").preloading,
    middleware=[Middleware(_policy.SecurityHeaders), Middleware(_host_names.HostNames)],
)
