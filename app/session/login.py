"""Login: pages are public unless the secrets configure an identity provider."""

import time
from collections.abc import Mapping
from typing import Any

import streamlit as st

from ptacl.errors import PtaclError
from ptacl.wording import DISCLAIMER

from ..server.access import AccessRules, EndedLogins, access_rules

_ended = EndedLogins()
NOT_LISTED = "This account may not see the pages. The administrator of this server can add it."
TOO_OLD = "This login has ended. Log in again."


def is_open() -> bool:
    """Whether this visitor may see the pages; else show the login.

    A provider is an ``[auth]`` section of ``.streamlit/secrets.toml`` (OpenID Connect, see
    ``st.login``), and ``[access]`` lists which of its accounts are accepted. The identity of a
    logged-in user is neither shown nor kept.
    """
    if not (st.secrets.load_if_toml_exists() and "auth" in st.secrets):
        return True
    try:
        rules = access_rules(st.secrets.get("access", {}))
    except PtaclError as error:
        _ask(str(error))
        return False
    claims = dict(st.user)
    if not claims.get("is_logged_in"):
        _ask("Log in to see the pages.")
        return False
    if refusal := _refusal(rules, claims):
        st.session_state.clear()
        _ask(refusal)
        st.button("Log out", key="log_out", on_click=_log_out, args=(claims,))
        return False
    st.sidebar.button("Log out", key="log_out", on_click=_log_out, args=(claims,))
    return True


def _refusal(rules: AccessRules, claims: Mapping[str, Any]) -> str:
    """Return why a login does not open the pages; empty if it does."""
    if not rules.admits(claims):
        return NOT_LISTED
    if _ended.has_ended(claims) or not rules.is_recent(claims, time.time()):
        return TOO_OLD
    return ""


def _log_out(claims: Mapping[str, Any]) -> None:
    """End the login for copies of its cookie too, and drop what the session holds."""
    _ended.end(claims, time.time())
    st.session_state.clear()
    st.logout()


def _ask(text: str) -> None:
    st.title("PTACL", anchor=False)
    st.markdown(text)
    st.button("Log in", key="log_in", type="primary", on_click=st.login)
    st.caption(DISCLAIMER)
