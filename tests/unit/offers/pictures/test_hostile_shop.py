"""One shop whose pictures cost their reader all they may, beside an honest one."""

import threading
import time
from collections.abc import Iterator
from urllib.parse import parse_qs, urlsplit

import pytest

from model.decoding import pool as pool_module
from model.decoding.pool import DecoderPool
from model.embedder import Embedder
from model.picture_structure import MAX_SCANS
from server.catalog.catalog import Catalog
from server.catalog.store import CatalogStore
from server.config import Settings
from server.fetch.fetcher import Fetcher
from server.offers.offer import ComparedOffer, Offer
from server.offers.pictures.budget import PictureBudget
from server.offers.pictures.compare import Comparer
from server.offers.pictures.thumbnails import (
    ThumbnailNotFoundError,
    Thumbnails,
    ThumbnailsBusyError,
)
from server.storage.database import Database
from tests.support.feeds import feed, item
from tests.support.garments import garment_query
from tests.support.hostile_pictures import lying_avif, many_chunks, many_scans, tiny_webp
from tests.support.http_server import LocalServer, local_server, reply
from tests.support.pictures import outfit, picture_file
from tests.support.segmenters import ScriptedSegmenter


def hostile_pictures() -> list[bytes]:
    """Return pictures that take long, are refused at once, or are read in vain."""
    # As many scans and pixels as pass: a decoder works on each for as long as it may.
    slow = many_scans(MAX_SCANS - 20, 4990)
    return [*[slow] * 4, many_scans(5000, 200), many_chunks(100_000), lying_avif(), tiny_webp()]


# Where each of them is to be had.
PATHS = [f"/{number}.jpg" for number in range(8)]


@pytest.fixture(autouse=True)
def impatient_decoders(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Everything has its usual place, and a tenth of its usual time.

    That many slow pictures were given up before does not spare anyone the next one.
    """
    pool = DecoderPool(cpu_seconds=pool_module.CPU_SECONDS / 10)
    monkeypatch.setattr(pool_module, "WAIT_SECONDS", pool_module.WAIT_SECONDS / 10)
    monkeypatch.setattr(pool_module, "FAULTS", 1000)
    for user in ("offers.pictures.compare", "offers.pictures.thumbnails", "catalog.pictures"):
        monkeypatch.setattr(f"server.{user}.shared_pool", lambda: pool)
    yield
    pool.close()


@pytest.fixture
def honest() -> Iterator[LocalServer]:
    with local_server({"/top.png": reply(picture_file(outfit()))}) as shop:
        yield shop


@pytest.fixture
def hostile() -> Iterator[LocalServer]:
    pictures = zip(PATHS, hostile_pictures(), strict=True)
    routes = {path: reply(data) for path, data in pictures}
    with local_server(routes, host="localhost") as shop:
        yield shop


@pytest.fixture
def fetcher(settings: Settings, honest: LocalServer, hostile: LocalServer) -> Fetcher:
    allowed = settings.model_copy(update={"fetch_allow": (honest.address, hostile.address)})
    return Fetcher(allowed)


@pytest.fixture
def own_comparer(
    fetcher: Fetcher, segmenter: ScriptedSegmenter, embedder: Embedder
) -> Iterator[Comparer]:
    comparer = Comparer(fetcher, segmenter, embedder)
    yield comparer
    comparer.close()


def offer(shop: LocalServer, path: str) -> Offer:
    return Offer(
        id=f"ucp-{shop.host}{path}",
        provider="ucp",
        title="Long sleeve top",
        link="https://shop.example/",
        picture_url=shop.url(path),
    )


def compared(comparer: Comparer, offers: list[Offer], embedder: Embedder) -> list[ComparedOffer]:
    query = garment_query("long sleeve top", vector=embedder.embed([outfit()[10:80, 20:80]])[0])
    budget = PictureBudget(["ucp"])
    batches = comparer.compare(offers, query, time.monotonic() + 60, budget)
    return [each for batch in batches for each in batch]


def test_honest_shops_keep_their_similarity(
    own_comparer: Comparer, honest: LocalServer, hostile: LocalServer, embedder: Embedder
) -> None:
    offers = [offer(hostile, path) for path in PATHS]
    found = compared(own_comparer, [*offers, offer(honest, "/top.png")], embedder)
    similarities = {each.offer.picture_url: each.similarity for each in found}
    assert similarities[honest.url("/top.png")] is not None
    # The words of the others still name what they are; pictures that cannot be read say nothing.
    assert [similarities[each.picture_url] for each in offers[4:]] == [None] * 4


def test_honest_shops_keep_their_thumbnails(
    fetcher: Fetcher,
    own_comparer: Comparer,
    settings: Settings,
    database: Database,
    honest: LocalServer,
    hostile: LocalServer,
) -> None:
    begun = threading.Semaphore(0)
    thumbnails = Thumbnails(
        settings.state_dir / "key", CatalogStore(database), own_comparer, fetcher
    )

    def get(address: str) -> bytes:
        parts = parse_qs(urlsplit(thumbnails.address(address)).query)
        return thumbnails.get(parts["u"][0], parts["s"][0])

    refused: list[int] = []

    def ask(number: int) -> None:
        begun.release()
        try:
            get(hostile.url(PATHS[number]))
        except (ThumbnailNotFoundError, ThumbnailsBusyError):
            refused.append(number)

    asking = [threading.Thread(target=ask, args=(number,)) for number in range(len(PATHS))]
    for thread in asking:
        thread.start()
    for _ in asking:
        begun.acquire()
    assert get(honest.url("/top.png"))
    for thread in asking:
        thread.join()
    assert {4, 5, 6, 7} <= set(refused)


def test_an_import_of_nothing_but_such_pictures_ends_and_the_next_one_works(
    fetcher: Fetcher,
    segmenter: ScriptedSegmenter,
    embedder: Embedder,
    database: Database,
    honest: LocalServer,
    hostile: LocalServer,
) -> None:
    catalog = Catalog(database, fetcher, segmenter, embedder)
    pictures = PATHS * 4
    items = (item(str(n), picture=hostile.url(path)) for n, path in enumerate(pictures))
    hostile.routes["/feed"] = reply(feed(*items).encode())
    report = catalog.import_feed(hostile.url("/feed"))
    assert report.products == len(pictures)
    assert sum(group.count for group in report.pictures.values()) >= len(pictures) // 2
    honest.routes["/feed"] = reply(feed(item("1", picture="/top.png"), title="Other").encode())
    assert catalog.import_feed(honest.url("/feed")).embedded == 1
