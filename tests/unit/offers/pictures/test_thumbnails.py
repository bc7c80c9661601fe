import io
import stat
from urllib.parse import parse_qs, urlsplit

import pytest
from PIL import Image

from server.catalog.store import CatalogStore, put_thumbnail
from server.fetch.fetcher import Fetcher
from server.goods.thumbnail import MAX_SIDE
from server.offers.pictures import thumbnails as module
from server.offers.pictures.thumbnails import (
    ThumbnailNotAllowedError,
    ThumbnailNotFoundError,
    Thumbnails,
    ThumbnailsBusyError,
)
from tests.support.http_server import local_server, reply
from tests.support.pictures import outfit, picture_file


@pytest.fixture
def shop():
    large = picture_file(outfit(width=900, height=1200))
    with local_server({"/1.png": reply(large), "/not.png": reply(b"<svg/>")}) as running:
        yield running


@pytest.fixture
def store(database):
    return CatalogStore(database)


@pytest.fixture
def thumbnails(shop, settings, store, comparer):
    allowed = settings.model_copy(update={"fetch_allow": (shop.address,)})
    return Thumbnails(settings.state_dir / "key", store, comparer, Fetcher(allowed))


def ask(thumbnails: Thumbnails, url: str) -> bytes:
    return thumbnails.get(*signed(thumbnails, url))


def signed(thumbnails: Thumbnails, url: str) -> tuple[str, str]:
    address = urlsplit(thumbnails.address(url))
    assert (address.scheme, address.netloc, address.path) == ("", "", "/api/v1/thumbnails")
    parts = parse_qs(address.query)
    return parts["u"][0], parts["s"][0]


def test_a_shop_s_picture_is_made_small_and_asked_for_once(thumbnails, shop) -> None:
    data = ask(thumbnails, shop.url("/1.png"))
    assert ask(thumbnails, shop.url("/1.png")) == data
    assert len(shop.requests) == 1
    with Image.open(io.BytesIO(data)) as picture:
        assert picture.format == "JPEG"
        assert max(picture.size) == MAX_SIDE


def test_a_stored_picture_asks_no_shop(thumbnails, shop, database) -> None:
    for url in (shop.url("/1.png"), "feed-file:0123/images/1.png"):
        with database.session() as session:
            put_thumbnail(session, url, b"stored")
        assert ask(thumbnails, url) == b"stored"
    assert shop.requests == []


@pytest.mark.parametrize("change", ["url", "signature", "empty", "strange"])
def test_an_address_that_was_not_signed_is_refused(thumbnails, shop, change) -> None:
    url, signature = signed(thumbnails, shop.url("/1.png"))
    url += "?more" if change == "url" else ""
    signature = {
        "signature": "0" + signature[1:] if signature[0] != "0" else "1" + signature[1:],
        "empty": "",
        "strange": "ü\ud800",
    }.get(change, signature)
    with pytest.raises(ThumbnailNotAllowedError):
        thumbnails.get(url, signature)
    assert shop.requests == []


@pytest.mark.parametrize(
    "url", ["/not.png", "/gone.png", "file:///etc/passwd", "feed-file:0123/gone.png"]
)
def test_what_cannot_be_downloaded_is_not_found(thumbnails, shop, url) -> None:
    with pytest.raises(ThumbnailNotFoundError):
        ask(thumbnails, shop.url(url) if url.startswith("/") else url)


def test_a_signature_does_not_lift_the_rules_for_addresses(
    settings, store, comparer, fetcher, shop
) -> None:
    thumbnails = Thumbnails(settings.state_dir / "key", store, comparer, fetcher)
    with pytest.raises(ThumbnailNotFoundError):
        ask(thumbnails, shop.url("/1.png"))
    assert shop.requests == []


def test_downloads_that_hang_do_not_pile_up(thumbnails, shop, monkeypatch) -> None:
    monkeypatch.setattr(module, "DOWNLOAD_SECONDS", 0.05)
    for _ in range(module.DOWNLOADS):
        thumbnails._room.acquire()
    with pytest.raises(ThumbnailsBusyError):
        ask(thumbnails, shop.url("/1.png"))


def test_the_key_is_kept_for_this_user_alone(settings, store, comparer, fetcher) -> None:
    file = settings.state_dir / "new" / "key"
    first = Thumbnails(file, store, comparer, fetcher)
    second = Thumbnails(file, store, comparer, fetcher)
    other = Thumbnails(file.with_name("other"), store, comparer, fetcher)
    assert first.address("https://a.example/1") == second.address("https://a.example/1")
    assert first.address("https://a.example/1") != other.address("https://a.example/1")
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert [path.name for path in sorted(file.parent.iterdir())] == ["key", "other"]


def test_a_damaged_key_is_replaced(settings, store, comparer, fetcher) -> None:
    file = settings.state_dir / "key"
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_bytes(b"")
    Thumbnails(file, store, comparer, fetcher)
    assert len(file.read_bytes()) == 32
