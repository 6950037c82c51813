"""Login: pages are public unless the secrets configure an identity provider."""

import streamlit as st

from ptacl.wording import DISCLAIMER


def is_open() -> bool:
    """Whether this visitor may see the pages; else show the login.

    A provider is an ``[auth]`` section of ``.streamlit/secrets.toml`` (OpenID Connect, see
    ``st.login``). The identity of a logged-in user is neither shown nor kept.
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
