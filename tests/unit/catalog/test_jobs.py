"""Imports in the background: none holds the others, whatever its shop does."""

import threading
import time
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler

import pytest

from server.catalog.catalog import Catalog
from server.catalog.jobs import AT_ONCE, Jobs
from server.fetch.fetcher import Fetcher
from tests.support.feeds import feed, item
from tests.support.http_server import LocalServer, local_server, reply


@pytest.fixture
def shop() -> Iterator[LocalServer]:
    with local_server() as server:
        yield server


@pytest.fixture
def jobs(database, settings, segmenter, embedder, shop) -> Jobs:
    allowed = settings.model_copy(update={"fetch_allow": (shop.address,)})
    return Jobs(Catalog(database, Fetcher(allowed), segmenter, embedder))


def until(holds: Callable[[], bool]) -> None:
    """Wait for something; the test's own time limit is what ends it."""
    while not holds():
        time.sleep(0.02)


def test_a_feed_that_is_sent_slowly_holds_no_other(jobs, shop) -> None:
    asked, sent = threading.Semaphore(0), threading.Event()
    slow = feed(item("1", image_link="")).encode()

    def dawdle(handler: BaseHTTPRequestHandler) -> None:
        asked.release()
        sent.wait(60)
        reply(slow)(handler)

    waiting = []
    for number in range(AT_ONCE - 1):
        shop.routes[f"/slow-{number}.xml"] = dawdle
        waiting.append(jobs.add(shop.url(f"/slow-{number}.xml")))
        assert asked.acquire(timeout=60)
    shop.routes["/quick.xml"] = reply(feed(item("1", image_link="")).encode())
    quick = jobs.add(shop.url("/quick.xml"))
    until(lambda: quick.state == "done")
    assert {job.state for job in waiting} == {"running"}
    sent.set()
    until(lambda: {job.state for job in waiting} == {"done"})


def test_no_more_run_than_there_may(database, settings, segmenter, embedder, shop) -> None:
    allowed = settings.model_copy(update={"fetch_allow": (shop.address,)})
    jobs = Jobs(Catalog(database, Fetcher(allowed), segmenter, embedder), at_once=1)
    asked, sent = threading.Semaphore(0), threading.Event()

    def dawdle(handler: BaseHTTPRequestHandler) -> None:
        asked.release()
        sent.wait(60)
        reply(feed(item("1", image_link="")).encode())(handler)

    shop.routes["/1.xml"] = shop.routes["/2.xml"] = dawdle
    first, second = jobs.add(shop.url("/1.xml")), jobs.add(shop.url("/2.xml"))
    assert asked.acquire(timeout=60)
    assert (first.state, second.state) == ("running", "waiting")
    # Whoever asks for it again asks for the same.
    assert jobs.add(shop.url("/2.xml")) is second
    sent.set()
    until(lambda: (first.state, second.state) == ("done", "done"))
