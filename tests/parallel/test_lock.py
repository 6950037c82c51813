"""Writers of one folder take turns."""

import os
import threading
from pathlib import Path

from ptacl.parallel import lock
from ptacl.parallel.lock import hold, in_turn


def test_who_comes_second_waits_until_the_first_has_ended(tmp_path: Path, monkeypatch) -> None:
    asked, entered = threading.Event(), threading.Event()
    monkeypatch.setattr(lock, "_ASKED_AGAIN_S", 0.01)
    monkeypatch.setattr(lock, "hold", lambda handle: hold(handle) or bool(asked.set()))

    def second() -> None:
        with in_turn(tmp_path):
            entered.set()

    first = os.open(tmp_path, os.O_RDONLY)
    assert hold(first)
    waiting = threading.Thread(target=second)
    waiting.start()
    assert asked.wait(10) and not entered.is_set()
    os.close(first)
    waiting.join(10)
    assert entered.is_set()
