"""The shop and the services in a separate process.

In the process of the measured server, their answers would compete with it for Python's
interpreter, which no real shop does.
"""

import multiprocessing
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any

from benchmarks.shop_of_pictures import PictureShop, shop_of_pictures
from tests.support.ucp_server import ucp_server


@dataclass(frozen=True)
class Service:
    """A service that speaks the protocol; `address` is ``host:port``."""

    number: int
    url: str
    address: str
    _pipe: "Connection[Any, Any]"

    def sell(self, products: Sequence[dict[str, Any]]) -> None:
        """Answer with these products from now on."""
        self._pipe.send((self.number, list(products)))
        self._pipe.recv()


@contextmanager
def services_apart(
    folder: Path, data: Path | None, delays_ms: Sequence[int]
) -> Iterator[tuple[PictureShop, list[Service]]]:
    """Run a shop, and a service for each delay; ``folder`` is for their files."""
    context = multiprocessing.get_context("spawn")
    here, there = context.Pipe()
    process = context.Process(target=_serve, args=(there, folder, data, delays_ms), daemon=True)
    process.start()
    try:
        shop, addresses = here.recv()
        yield shop, [Service(n, url, address, here) for n, (url, address) in enumerate(addresses)]
        here.send(None)
        process.join()
    finally:
        process.kill()


def _serve(
    pipe: "Connection[Any, Any]", folder: Path, data: Path | None, delays_ms: Sequence[int]
) -> None:
    with ExitStack() as stack:
        shop = stack.enter_context(shop_of_pictures(folder, data))
        servers = [stack.enter_context(ucp_server(delay=ms / 1000)) for ms in delays_ms]
        pipe.send((shop, [(server.url, server.address) for server in servers]))
        while (request := pipe.recv()) is not None:
            number, products = request
            servers[number].products = products
            pipe.send(None)
