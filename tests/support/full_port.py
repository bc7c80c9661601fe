"""A port at which connections are neither accepted nor refused."""

import socket
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager


@contextmanager
def full_port() -> Iterator[str]:
    """Yield the address, "127.0.0.1:PORT", of a port whose queue of connections is full."""
    with socket.socket() as listening, ExitStack() as waiting:
        listening.bind(("127.0.0.1", 0))
        listening.listen(0)
        for _ in range(8):
            other = waiting.enter_context(socket.socket())
            other.setblocking(False)
            other.connect_ex(listening.getsockname())
        yield f"127.0.0.1:{listening.getsockname()[1]}"
