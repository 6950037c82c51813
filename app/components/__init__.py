"""Streamlit components of the app: a Python function each, with the browser code it mounts."""
