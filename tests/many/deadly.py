"""Reading that kills its process at one file; in a module of its own, for processes to import."""

import os
import signal

from ptacl.many.processes import Lost
from ptacl.many.reading import Job, Prepared, prepare


def deadly_prepare(job: Job) -> Prepared | Lost:
    if "killer" in job.recording.name:
        os.kill(os.getpid(), signal.SIGSEGV)
    return prepare(job)
