"""PTACL in the browser: ``streamlit run app/main.py``. Declares the pages, nothing else."""

import frame
import state
import streamlit as st

st.set_page_config(page_title="PTACL", page_icon=frame.MARK, layout="wide")
page = st.navigation(
    [
        st.Page(
            "views/inspect_ecg.py", title="Inspect an ECG", icon=":material/ecg:", default=True
        ),
        st.Page("views/cohort.py", title="Cohort", icon=":material/bubble_chart:"),
        st.Page("views/alignment.py", title="Alignment", icon=":material/grid_on:"),
        st.Page("views/retrieval.py", title="Retrieval", icon=":material/search:"),
        st.Page("views/volumes.py", title="Volumes", icon=":material/straighten:"),
        st.Page("views/model.py", title="Model", icon=":material/description:"),
    ]
)
frame.dress()
state.enter(page.url_path)
page.run()
state.warm_model()
