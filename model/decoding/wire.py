"""What a decoding child and its parent send each other, over a pair of sockets."""

import socket
import struct
from typing import Final

# A child, once it is ready: its process id.
HELLO: Final = struct.Struct("!I")
# A picture to decode: bytes in the file that follows, most pixels, longest side or 0.
REQUEST: Final = struct.Struct("!QQI")
# Answer to a request as soon as all of it is there; what happens after it is the file's doing.
TAKEN: Final = b"t"
# The result: its kind, height and width, or the length of an error's JSON and 0.
REPLY: Final = struct.Struct("!BII")

PIXELS: Final = 0
ERROR: Final = 1
# As PIXELS or ERROR; the child ends after this answer because it has grown.
LAST: Final = 2

# A descriptor travels beside one byte.
NEW_CHILD: Final = b"n"
_BUFFER_BYTES: Final = 4 * 2**20


def widen(connection: socket.socket) -> None:
    """Enlarge a socket's buffers to hold a whole picture; the system may grant less."""
    connection.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, _BUFFER_BYTES)
    connection.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, _BUFFER_BYTES)


def receive_into(connection: socket.socket, buffer: memoryview) -> None:
    """Fill a buffer of bytes.

    Raises:
        EOFError: The other side ended first.
        OSError: The connection failed; TimeoutError if it took longer than its time limit.
    """
    while buffer:
        received = connection.recv_into(buffer)
        if not received:
            raise EOFError
        buffer = buffer[received:]


def receive(connection: socket.socket, length: int) -> bytearray:
    """Return the next ``length`` bytes; raises as `receive_into`."""
    data = bytearray(length)
    receive_into(connection, memoryview(data))
    return data
