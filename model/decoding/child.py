"""The processes that decode.

    python -m model.decoding.child DESCRIPTOR SECONDS

imports Pillow once, and then forks a child for each connection that arrives over the socket
with this descriptor, which takes a millisecond or two. A child may use so many processor
seconds for one picture. It ends when the other side closes the socket, and so do its children.
"""

import io
import json
import os
import resource
import signal
import socket
import sys
from contextlib import suppress
from pathlib import Path
from typing import Final, NoReturn

import cv2
from PIL import AvifImagePlugin, Image

from model.decoding.wire import (
    ERROR,
    HELLO,
    LAST,
    NEW_CHILD,
    PIXELS,
    REPLY,
    REQUEST,
    TAKEN,
    receive,
)
from model.errors import PictureError
from model.picture import FORMATS, decode_picture
from model.picture_structure import webp_size

# Wall-clock seconds: more than the CPU limit, because the machine may be busy.
WALL_SECONDS: Final = 10.0
# Memory for one picture, on top of what the process has: some for any picture, some for each
# pixel that its header admits. Transparent pictures that have to be turned need 23 bytes a
# pixel. A file that has more pixels than it says does not get the memory for them.
BASE_BYTES: Final = 64 * 2**20
BYTES_PER_PIXEL: Final = 32
# A child that ever used more than this ends, so that the system gets its memory back.
MOST_KEPT_BYTES: Final = 256 * 2**20
# Threads for one AVIF file, each with a stack of its own.
_AVIF_THREADS: Final = 2
_PAGE: Final = resource.getpagesize()


def serve(connection: socket.socket, cpu_seconds: float) -> None:
    """Decode what arrives until the other side ends or this process has grown too large.

    Args:
        connection: To the other side.
        cpu_seconds: Processor seconds for one picture; at their end, the process ends.
    """
    connection.sendall(HELLO.pack(os.getpid()))
    while True:
        length, max_pixels, max_side = REQUEST.unpack(receive(connection, REQUEST.size))
        data = bytes(receive(connection, length))
        connection.sendall(TAKEN)
        # The signals' default action ends the process, wherever in a decoder it is.
        signal.setitimer(signal.ITIMER_PROF, cpu_seconds)
        signal.setitimer(signal.ITIMER_REAL, WALL_SECONDS)
        try:
            _limit_memory(_declared_pixels(data, max_pixels))
            rgb = decode_picture(data, max_pixels=max_pixels, max_side=max_side or None)
        except PictureError as error:
            fault = {"code": error.code, "message": str(error), "hint": error.hint}
            body: memoryview | bytes = json.dumps(fault).encode()
            head = (ERROR, len(body), 0)
        else:
            body = rgb.data.cast("B")
            head = (PIXELS, rgb.shape[0], rgb.shape[1])
        finally:
            signal.setitimer(signal.ITIMER_PROF, 0)
            signal.setitimer(signal.ITIMER_REAL, 0)
        last = _peak_bytes() > MOST_KEPT_BYTES
        connection.sendall(REPLY.pack(head[0] | (LAST if last else 0), *head[1:]))
        connection.sendall(body)
        if last:
            return


def _declared_pixels(data: bytes, max_pixels: int) -> int:
    """Return how many pixels a file says it has, at most ``max_pixels``; 0 if unknown."""
    size = webp_size(data)
    if size is None:
        _limit_memory(0)
        # Whatever is wrong with the file, decoding it will tell.
        with suppress(Exception), Image.open(io.BytesIO(data), formats=FORMATS) as image:
            size = image.size
    return min(max_pixels, size[0] * size[1]) if size else 0


def _limit_memory(pixels: int) -> None:
    """Allow this process the memory that a picture with so many pixels needs."""
    try:
        pages = int(Path("/proc/self/statm").read_bytes().split()[0])
    except OSError:
        return  # not Linux, where the limit does not work either
    most = pages * _PAGE + BASE_BYTES + BYTES_PER_PIXEL * pixels
    resource.setrlimit(resource.RLIMIT_AS, (most, resource.RLIM_INFINITY))


def _peak_bytes() -> int:
    """Return the most memory that this process ever held."""
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return peak if sys.platform == "darwin" else peak * 1024


def _fork_children(control: socket.socket, cpu_seconds: float) -> None:
    """Fork a child for each connection that arrives."""
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)  # which also reaps them
    while True:
        message, descriptors, _, _ = socket.recv_fds(control, len(NEW_CHILD), 1)
        if not message:
            return
        connection = socket.socket(fileno=descriptors[0])
        if os.fork() == 0:
            control.close()
            _be_child(connection, cpu_seconds)
        connection.close()


def _be_child(connection: socket.socket, cpu_seconds: float) -> NoReturn:
    try:
        serve(connection, cpu_seconds)
    except (EOFError, OSError):
        pass  # the parent has ended
    finally:
        os._exit(0)


def main() -> None:
    """Serve the socket whose descriptor is the first argument; the second is the seconds."""
    # Ctrl-C reaches the whole group; the parent decides when to stop.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    for name in (signal.SIGPROF, signal.SIGALRM, signal.SIGTERM):
        signal.signal(name, signal.SIG_DFL)
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    # A thread that OpenCV started would be missing after a fork.
    cv2.setNumThreads(1)
    AvifImagePlugin.DEFAULT_MAX_THREADS = _AVIF_THREADS
    Image.init()
    _fork_children(socket.socket(fileno=int(sys.argv[1])), float(sys.argv[2]))


if __name__ == "__main__":
    main()
