"""Who may see the pages, of all that an identity provider knows, and until when.

A provider often knows far more people than the app is meant for. The section ``[access]`` of
``.streamlit/secrets.toml`` lists people, domains of e-mail addresses, or groups.
"""

import hashlib
import threading
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from ptacl.errors import PtaclError

LISTS = ("people", "domains", "groups")
HOURS = 12.0
"""Default time after which a person has to log in again."""
_COOKIE_S = 30 * 24 * 3600.0
"""How long Streamlit's cookie of a login is valid."""


@dataclass(frozen=True, slots=True)
class AccessRules:
    """The section ``[access]``."""

    people: frozenset[str] = frozenset()
    """E-mail addresses, in lower case."""
    domains: frozenset[str] = frozenset()
    """Domains of e-mail addresses, in lower case."""
    groups: frozenset[str] = frozenset()
    """Groups or roles, exactly as in the claim."""
    groups_claim: str = "groups"
    """Claim of the identity that lists them."""
    hours: float = HOURS

    @property
    def restricts(self) -> bool:
        """Whether there is a list; otherwise every login is accepted."""
        return bool(self.people or self.domains or self.groups)

    def admits(self, claims: Mapping[str, Any]) -> bool:
        """Return whether an identity is listed.

        Args:
            claims: what the provider states. An address that it calls unverified is not compared.

        Example:
            >>> rules = access_rules({"domains": ["clinic.org"]})
            >>> rules.admits({"email": "A@Clinic.org"}), rules.admits({"email": "a@other.org"})
            (True, False)
        """
        if not self.restricts:
            return True
        email = str(claims.get("email") or "").lower()
        if claims.get("email_verified", True) not in (True, "true"):
            email = ""
        domain = email.rpartition("@")[2]
        groups = claims.get(self.groups_claim) or ()
        listed = {groups} if isinstance(groups, str) else set(map(str, groups))
        by_email = "@" in email and (email in self.people or domain in self.domains)
        return by_email or bool(listed & self.groups)

    def is_recent(self, claims: Mapping[str, Any], now_s: float) -> bool:
        """Return whether a login is not too old; one without a time of issue is never.

        Args:
            claims: with ``iat``, the time of issue in seconds.
            now_s: current time in seconds.
        """
        try:
            return 0 <= now_s - float(claims.get("iat", "")) + 300 <= self.hours * 3600 + 300
        except (TypeError, ValueError):
            return False


def access_rules(section: Mapping[str, Any]) -> AccessRules:
    """Read the section ``[access]``.

    Args:
        section: its keys; empty if there is none.

    Raises:
        PtaclError: an unknown key, or a list that is none: a spelling mistake must not let
            all people in.
    """
    unknown = set(section) - {*LISTS, "groups_claim", "hours"}
    wrong = [name for name in LISTS if not _is_list_of_texts(section.get(name, []))]
    if unknown or wrong:
        raise PtaclError(
            f"The section [access] of secrets.toml has wrong keys: "
            f"{', '.join([*unknown, *wrong])}. "
            f"It takes the lists {', '.join(LISTS)}, and groups_claim and hours.",
            code="app.wrong_access",
        )
    lower = {
        name: frozenset(text.lower().lstrip("@") for text in section.get(name, []))
        for name in LISTS
    }
    return AccessRules(
        lower["people"],
        lower["domains"],
        frozenset(section.get("groups", [])),
        str(section.get("groups_claim", "groups")),
        float(section.get("hours", HOURS)),
    )


class EndedLogins:
    """Logins that were ended by a log-out: a copy of their cookie opens nothing any more.

    In the memory of the server: after its restart an old cookie is valid again, unless
    ``cookie_secret`` is changed, or until `AccessRules.hours` end it.
    """

    def __init__(self) -> None:
        self._ended: dict[str, float] = {}
        self._lock = threading.Lock()

    def end(self, claims: Mapping[str, Any], now_s: float) -> None:
        """End a login.

        Args:
            claims: its identity; only a digest is kept.
            now_s: current time in seconds.
        """
        with self._lock:
            self._ended = {key: at for key, at in self._ended.items() if now_s - at < _COOKIE_S}
            self._ended[_digest(claims)] = now_s

    def has_ended(self, claims: Mapping[str, Any]) -> bool:
        """Return whether a login was ended."""
        with self._lock:
            return _digest(claims) in self._ended


def _digest(claims: Mapping[str, Any]) -> str:
    """Return what identifies one login, not the person: subject, issuer and time of issue."""
    parts = [str(claims.get(name, "")) for name in ("iss", "sub", "email", "iat", "nonce", "sid")]
    return hashlib.sha256("\0".join(parts).encode()).hexdigest()


def _is_list_of_texts(value: object) -> bool:
    if isinstance(value, str) or not isinstance(value, Sequence):
        return False
    return all(isinstance(entry, str) and entry for entry in value)
