"""One script run of the app: login, navigation, the current page, and the parts around it."""

import streamlit as st

from .components.keyboard import keyboard
from .layout.navigation import PAGES, page_at
from .layout.page import MARK, begin_page
from .session import galleries, login


def run() -> None:
    """Draw the page of the current address."""
    st.set_page_config(page_title="PTACL", page_icon=MARK, layout="wide")
    if not login.is_open():
        return
    page = st.navigation([page_at(entry.address) for entry in PAGES])
    # The page's own title, to distinguish browser tabs, history entries and printed sheets.
    st.set_page_config(page_title=f"{page.title} · PTACL")
    begin_page(page.url_path)
    with st.sidebar:
        keyboard([entry.title for entry in PAGES], key="keyboard")
    page.run()
    galleries.warm_model()
