"""Uploads end with their session: a closed browser leaves nothing in the memory of the server.

Streamlit keeps a session for ``server.disconnectedSessionTTL`` seconds after its browser went away,
for those who come back. Afterwards it forgets the session only when another one needs the place,
and the files sent to it never.
"""

import asyncio
import logging
from typing import Any

SWEEP_S = 10.0
"""Time between two sweeps."""


async def sweep_for_ever(app: Any) -> None:
    """Drop ended sessions again and again, until the task is cancelled.

    Args:
        app: the `streamlit.App`.
    """
    while True:
        await asyncio.sleep(SWEEP_S)
        if (runtime := app._runtime) is not None:
            try:
                drop_ended(runtime)
            except Exception as error:  # another version of Streamlit: the server goes on
                logging.getLogger(__name__).error("ended sessions are kept", exc_info=error)
                return


def drop_ended(runtime: Any) -> int:
    """Shut down the sessions whose time is over, with their files; return how many.

    Args:
        runtime: Streamlit's runtime.
    """
    manager, files = runtime._session_mgr, runtime._uploaded_file_mgr
    expired = list(manager._session_storage._cache.expire())
    for _, info in expired:
        info.session.shutdown()
    known = {info.session.id for info in manager.list_sessions()}
    for session_id in [one for one in list(files.file_storage) if one not in known]:
        files.remove_session_files(session_id)
    return len(expired)
