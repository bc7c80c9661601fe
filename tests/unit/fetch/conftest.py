import io
import socket
from collections.abc import Callable

import pytest
from PIL import Image

from server.config import Settings
from server.fetch.fetcher import Fetcher


@pytest.fixture
def jpeg() -> bytes:
    return picture_file("JPEG")


def picture_file(kind: str) -> bytes:
    file = io.BytesIO()
    Image.linear_gradient("L").save(file, kind)
    return file.getvalue()


@pytest.fixture
def fetcher_for() -> Callable[..., Fetcher]:
    """Makes a fetcher that may download from these hosts and ports."""
    return lambda *allowed: Fetcher(Settings(fetch_allow=allowed))


@pytest.fixture
def names(monkeypatch) -> dict[str, list[str]]:
    """Addresses by name, as the resolver gives them; what is not in it is looked up truly."""
    known: dict[str, list[str]] = {}
    truly = socket.getaddrinfo

    def answer(host, port, *args, **kwargs):
        if host not in known:
            return truly(host, port, *args, **kwargs)
        return [entry for address in known[host] for entry in truly(address, port, *args, **kwargs)]

    monkeypatch.setattr(socket, "getaddrinfo", answer)
    return known
