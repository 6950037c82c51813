"""One run of the app: who may see it, which page is shown, and what no page owns around it."""

import streamlit as st

from .components.keyboard import keyboard
from .layout import page as frame
from .layout.navigation import PAGES, page_at
from .session import galleries, login


def run() -> None:
    """Draw the page that the address asks for."""
    st.set_page_config(page_title="PTACL", page_icon=frame.MARK, layout="wide")
    if not login.is_open():
        return
    page = st.navigation([page_at(entry.address) for entry in PAGES])
    # Of the page, so that tabs, history and printed sheets tell one from another.
    st.set_page_config(page_title=f"{page.title} · PTACL")
    frame.dress(page.url_path)
    with st.sidebar:
        keyboard([entry.title for entry in PAGES], key="keyboard")
    page.run()
    galleries.warm_model()
