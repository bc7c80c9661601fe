"""Child processes that decode pictures, and the process that forks them, as the parent sees them.

What runs inside of them is `model.decoding.child`.
"""

import json
import os
import signal
import socket
import subprocess
import sys
from contextlib import suppress
from pathlib import Path
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from model.decoding.wire import (
    ERROR,
    HELLO,
    LAST,
    NEW_CHILD,
    REPLY,
    REQUEST,
    TAKEN,
    receive,
    receive_into,
    widen,
)
from model.errors import PictureError, PictureTooLargeError, UnsupportedPictureError

# Seconds after which a silent child is given up; it should have ended by its own limits.
SILENT_SECONDS: Final = 15.0

_START_SECONDS: Final = 60.0
# Of the environment, besides Python's own variables and the language.
_INHERITED: Final = frozenset({"HOME", "LANG", "LD_LIBRARY_PATH", "PATH", "TMPDIR", "TZ"})
_PROJECT: Final = Path(__file__).resolve().parents[2]
_ERRORS: Final = {
    kind.code: kind for kind in (PictureError, PictureTooLargeError, UnsupportedPictureError)
}


class Nursery:
    """The process that forks children, with everything imported that they need.

    Args:
        cpu_seconds: Processor seconds that a child may use for one picture.
    """

    def __init__(self, cpu_seconds: float) -> None:
        self._control, theirs = socket.socketpair()
        with theirs:
            # The networks' libraries are not needed, and one thread can be forked safely.
            path = os.pathsep.join(filter(None, (os.fspath(_PROJECT), os.getenv("PYTHONPATH"))))
            env = {"PYTHONPATH": path, "OPENBLAS_NUM_THREADS": "1", "MALLOC_ARENA_MAX": "1"}
            command = (sys.executable, "-m", "model.decoding.child")
            self._process = subprocess.Popen(  # noqa: S603 - this very interpreter
                [*command, str(theirs.fileno()), str(cpu_seconds)],
                env={**_plain_environment(), **env},
                pass_fds=[theirs.fileno()],
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
                stderr=subprocess.DEVNULL,
            )

    def is_alive(self) -> bool:
        """Return whether it can still fork."""
        return self._process.poll() is None

    def fork(self) -> socket.socket:
        """Return the connection to a new child."""
        ours, theirs = socket.socketpair()
        try:
            with theirs:
                widen(ours)
                widen(theirs)
                socket.send_fds(self._control, [NEW_CHILD], [theirs.fileno()])
        except OSError:
            ours.close()
            raise
        return ours

    def close(self) -> None:
        """End it; its children end when their connections are closed."""
        self._control.close()
        self._process.kill()
        self._process.wait()


def _plain_environment() -> dict[str, str]:
    """Return what Python and its libraries need; settings, some of them secret, stay here."""
    return {
        name: value
        for name, value in os.environ.items()
        if name in _INHERITED or name.startswith(("LC_", "PYTHON"))
    }


class ChildGoneError(EOFError):
    """A child had ended before it took the file, so that the file is not what ended it."""


class Child:
    """A process that decodes one picture after another."""

    def __init__(self, connection: socket.socket) -> None:
        self._connection = connection
        self.has_ended = False
        try:
            connection.settimeout(_START_SECONDS)
            (self.pid,) = HELLO.unpack(receive(connection, HELLO.size))
            connection.settimeout(SILENT_SECONDS)
        except BaseException:
            connection.close()
            raise

    def decode(self, data: bytes, max_pixels: int, max_side: int | None) -> NDArray[np.uint8]:
        """Decode a picture.

        Raises:
            PictureError: The child says that the file cannot be read.
            ChildGoneError: The child had ended before it had the file.
            EOFError: The child has ended, or sends nonsense.
            OSError: The connection failed, or the child was silent for too long.
        """
        connection = self._connection
        try:
            connection.sendall(REQUEST.pack(len(data), max_pixels, max_side or 0))
            connection.sendall(data)
            receive(connection, len(TAKEN))
        except TimeoutError:
            raise
        except (EOFError, OSError) as error:
            raise ChildGoneError from error
        kind, first, second = REPLY.unpack(receive(connection, REPLY.size))
        self.has_ended = bool(kind & LAST)
        if kind & ERROR:
            raise _error(json.loads(receive(connection, min(first, 2**16))))
        if not 0 < first * second <= max_pixels or max(first, second) > (max_side or max_pixels):
            raise EOFError
        rgb = np.empty((first, second, 3), np.uint8)
        receive_into(connection, rgb.data.cast("B"))
        return rgb

    def is_alive(self) -> bool:
        """Return whether it is ready for a picture; an ended child has closed its side."""
        try:
            self._connection.setblocking(False)
            self._connection.recv(1, socket.MSG_PEEK)
        except BlockingIOError:
            self._connection.settimeout(SILENT_SECONDS)
            return True
        except OSError:
            return False
        return False

    def kill(self) -> None:
        """End it at once, whatever it does."""
        # Its connection is open, so unless it has just ended the id is still its own.
        with suppress(OSError):
            os.kill(self.pid, signal.SIGKILL)
        self.close()

    def close(self) -> None:
        """Let it end once it has nothing to do."""
        self._connection.close()


def _error(fault: dict[str, Any]) -> PictureError:
    kind = _ERRORS.get(fault["code"], PictureError)
    return kind(fault["message"], hint=fault["hint"])
