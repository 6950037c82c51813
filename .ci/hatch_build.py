"""Build hook: a wheel carries the app as package ``ptacl_app``, and the shipped checkpoints.

Not an editable install, where both are read from the checkout.
"""

from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface

CONTENTS = {
    "app": "ptacl_app",  # nobody's site-packages gets an `app`; its imports are relative
    ".streamlit/config.toml": "ptacl_app/.streamlit/config.toml",  # and no secrets.toml
    "checkpoints": "ptacl/shipped",
}


class WheelContents(BuildHookInterface):
    """Adds folders that are not packages of the checkout under the names that a wheel has."""

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        """Add them to a standard build."""
        if version == "standard":
            build_data["force_include"].update(CONTENTS)
