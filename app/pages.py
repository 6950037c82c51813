"""The pages of the app and the order in which they stand; `main.py` serves them."""

import entrance
import frame
import state
import streamlit as st
from components.keyboard import keyboard

PAGES = (
    ("views/inspect_ecg.py", "Inspect an ECG", ":material/ecg:"),
    ("views/cohort.py", "Cohort", ":material/bubble_chart:"),
    ("views/groups.py", "Groups", ":material/compare_arrows:"),
    ("views/alignment.py", "Alignment", ":material/grid_on:"),
    ("views/retrieval.py", "Retrieval", ":material/search:"),
    ("views/volumes.py", "Volumes", ":material/straighten:"),
    ("views/model.py", "Model", ":material/description:"),
)


def main() -> None:
    """One run of the script: configure, choose the page, draw it."""
    st.set_page_config(page_title="PTACL", page_icon=frame.MARK, layout="wide")
    if not entrance.is_open():
        return
    page = st.navigation(
        [
            st.Page(path, title=title, icon=icon, default=place == 0)
            for place, (path, title, icon) in enumerate(PAGES)
        ]
    )
    # Of the page, so that tabs, history and printed sheets tell one from another.
    st.set_page_config(page_title=f"{page.title} · PTACL")
    frame.dress(page.url_path)
    with st.sidebar:
        keyboard([title for _, title, _ in PAGES], key="keyboard")
    page.run()
    state.warm_model()


# Worker processes that rebuild a gallery's signals import the main script: they draw no page.
if __name__ == "__main__":
    main()
