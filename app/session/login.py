"""Who may see the pages: everybody, unless the secrets configure an identity provider."""

import streamlit as st

from ptacl.wording import DISCLAIMER


def is_open() -> bool:
    """Whether this visitor may see the pages; else a way to log in stands there.

    A provider is an ``[auth]`` section of ``.streamlit/secrets.toml`` (OpenID Connect, see
    ``st.login``). Without one nothing is asked, and of who has logged in nothing is shown or kept.
    """
    if not (st.secrets.load_if_toml_exists() and "auth" in st.secrets):
        return True
    if st.user.get("is_logged_in"):
        st.sidebar.button("Log out", key="log_out", on_click=st.logout)
        return True
    st.title("PTACL", anchor=False)
    st.markdown("Log in to see the pages.")
    st.button("Log in", key="log_in", type="primary", on_click=st.login)
    st.caption(DISCLAIMER)
    return False
