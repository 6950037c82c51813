"""PTACL in the browser: ``streamlit run app/main.py``. The server; `pages.py` is what it shows."""

import os
import sys

import streamlit as st
from scripts_ahead import ScriptsAhead
from starlette.middleware import Middleware
from warming import warmed

if os.environ.get("T_SWITCH"):
    sys.setswitchinterval(float(os.environ["T_SWITCH"]))
mw = [Middleware(ScriptsAhead)] if os.environ.get("T_LINK") else []
app = st.App("pages.py", lifespan=warmed, middleware=mw)
