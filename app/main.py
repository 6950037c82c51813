"""PTACL in the browser: ``streamlit run app/main.py``. The server; `pages.py` is what it shows."""

import streamlit as st
from warming import warmed

app = st.App("pages.py", lifespan=warmed)
