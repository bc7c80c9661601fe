"""Marionette, the protocol by which Firefox is steered from outside, its own windows included.

The library for it brings sixteen packages and leaves sockets open; what is needed of the protocol
is a line of JSON after its length, in both directions.
"""

import itertools
import json
import socket
from collections.abc import Mapping
from typing import Any


class MarionetteError(Exception):
    """The browser refused a command."""


class Marionette:
    """A connection to a running Firefox."""

    def __init__(self, port: int, timeout: float = 120) -> None:
        """Connect to a port of loopback; an answer may take so many seconds."""
        self._socket = socket.create_connection(("127.0.0.1", port), timeout)
        self._stream = self._socket.makefile("rb")
        self._numbers = itertools.count(1)
        self._read()  # a greeting

    def send(self, command: str, parameters: Mapping[str, object] | None = None) -> Any:
        """Send a command, and return its answer.

        Raises:
            MarionetteError: The browser cannot do it.
        """
        number = next(self._numbers)
        line = json.dumps([0, number, command, parameters or {}]).encode()
        self._socket.sendall(b"%d:%s" % (len(line), line))
        _, answered, fault, result = self._read()
        assert answered == number
        if fault:
            raise MarionetteError(f"{command}: {fault['error']}: {fault['message']}")
        return (
            result["value"] if isinstance(result, dict) and result.keys() == {"value"} else result
        )

    def close(self) -> None:
        """Leave the browser alone."""
        self._stream.close()
        self._socket.close()

    def _read(self) -> Any:
        length = b""
        while (digit := self._stream.read(1)) != b":":
            if not digit:
                raise ConnectionError("Firefox has ended")
            length += digit
        return json.loads(self._stream.read(int(length)))
