"""A session whose time is over is shut down, and files of unknown sessions are dropped."""

from types import SimpleNamespace

import pytest
from streamlit.runtime.memory_session_storage import MemorySessionStorage
from streamlit.runtime.memory_uploaded_file_manager import MemoryUploadedFileManager
from streamlit.runtime.uploaded_file_manager import UploadedFileRec

from app.server.ended_sessions import drop_ended


class Session:
    """A session that drops its files when it is shut down, as Streamlit's does."""

    def __init__(self, name, files):
        self.id, self._files = name, files

    def shutdown(self):
        self._files.remove_session_files(self.id)


@pytest.fixture
def runtime():
    files = MemoryUploadedFileManager("/upload")
    storage = MemorySessionStorage(ttl_seconds=0)
    connected = [SimpleNamespace(session=Session("open", files))]
    manager = SimpleNamespace(
        _session_storage=storage, list_sessions=lambda: [*connected, *storage.list()]
    )
    return SimpleNamespace(_session_mgr=manager, _uploaded_file_mgr=files)


def send(runtime, session_id):
    record = UploadedFileRec("file", "a.csv", "text/csv", b"1,2")
    runtime._uploaded_file_mgr.add_file(session_id, record)


def test_files_of_a_closed_browser_are_dropped_and_those_of_an_open_one_stay(runtime):
    files = runtime._uploaded_file_mgr
    for name in ("open", "closed", "unknown"):
        send(runtime, name)
    runtime._session_mgr._session_storage.save(SimpleNamespace(session=Session("closed", files)))
    assert drop_ended(runtime) == 1
    assert set(files.file_storage) == {"open"}
    assert drop_ended(runtime) == 0


def test_a_session_that_may_come_back_keeps_its_files(runtime):
    files = runtime._uploaded_file_mgr
    runtime._session_mgr._session_storage = MemorySessionStorage(ttl_seconds=60)
    waiting = SimpleNamespace(session=Session("waiting", files))
    runtime._session_mgr._session_storage.save(waiting)
    runtime._session_mgr.list_sessions = runtime._session_mgr._session_storage.list
    send(runtime, "waiting")
    assert drop_ended(runtime) == 0 and set(files.file_storage) == {"waiting"}
