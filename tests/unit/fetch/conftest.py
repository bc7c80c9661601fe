import io
import socket
from collections.abc import Callable

import pytest
from PIL import Image

from server.fetch.fetcher import Fetcher
from tests.support.chosen_settings import settings_with


@pytest.fixture
def jpeg() -> bytes:
    return picture_file("JPEG")


def picture_file(kind: str) -> bytes:
    file = io.BytesIO()
    Image.linear_gradient("L").save(file, kind)
    return file.getvalue()


@pytest.fixture
def fetcher_for() -> Callable[..., Fetcher]:
    """Make a fetcher that may download from these hosts and ports."""
    return lambda *allowed: Fetcher(settings_with(fetch_allow=allowed))


@pytest.fixture
def names(monkeypatch) -> dict[str, list[str]]:
    """Addresses by name, which the resolver returns; it really looks up any other name."""
    known: dict[str, list[str]] = {}
    resolve = socket.getaddrinfo

    def answer(host, port, *args, **kwargs):
        if host not in known:
            return resolve(host, port, *args, **kwargs)
        return [
            entry for address in known[host] for entry in resolve(address, port, *args, **kwargs)
        ]

    monkeypatch.setattr(socket, "getaddrinfo", answer)
    return known
