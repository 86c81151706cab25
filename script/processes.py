"""Child processes that never outlive the program that started them."""

import contextlib
import ctypes
import os
import signal
import subprocess
import sys

PR_SET_PDEATHSIG = 1
LIBC = ctypes.CDLL(None) if sys.platform == "linux" else None


def start(command, *, farewell=signal.SIGTERM, **options):
    """Start a child in a session of its own, out of reach of the terminal's Ctrl-C.

    On Linux the kernel sends it `farewell` when we die, however we die.
    """
    parent = os.getpid()

    def die_with_parent():
        if LIBC:
            LIBC.prctl(PR_SET_PDEATHSIG, farewell)
            # We may have died between the fork and this line.
            if os.getppid() != parent:
                os._exit(1)

    return subprocess.Popen(
        command,
        start_new_session=True,
        preexec_fn=die_with_parent,
        **options,
    )


def stop(process, *, farewell=signal.SIGTERM, patience=15):
    """Ask a child to end, wait, then end what is left of its whole session."""
    if process.poll() is None:
        process.send_signal(farewell)
        with contextlib.suppress(subprocess.TimeoutExpired):
            process.wait(patience)
    with contextlib.suppress(ProcessLookupError, PermissionError):
        os.killpg(process.pid, signal.SIGKILL)
    process.wait()
