"""Work for a crew, some of it deadly; in a module of its own, for processes to import."""

import os
import signal
import time


def deed(item: int | str) -> object:
    if isinstance(item, int):
        return item * item
    if item == "die":
        os.kill(os.getpid(), signal.SIGKILL)
    if item == "leave":
        os._exit(7)
    if item == "sleep":
        time.sleep(60)
    if item == "swell":
        return len(bytearray(3 * 1024**3))
    if item == "large":
        return b"x" * 10_000_000
    raise ValueError("Jane Doe, born 1950")
