"""Open what a person named as a shop: recognise what it is, and how its products are read."""

import hashlib
import re
import tempfile
from collections.abc import Callable, Mapping
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path
from typing import BinaryIO
from urllib.parse import urlsplit

from server.catalog.sources.feed_format import looks_like_html
from server.catalog.sources.merchant_feed import MAX_FEED_BYTES, FeedSource
from server.catalog.sources.product import SourceError
from server.catalog.sources.shopify_shop import ShopifyShop
from server.catalog.sources.site import NotThereError, Site
from server.catalog.sources.sitemap import is_sitemap
from server.catalog.sources.sitemap_shop import KnownPage, SitemapShop
from server.catalog.sources.source import Form, Source
from server.catalog.sources.woocommerce_shop import WooCommerceShop
from server.catalog.store import canonical_source
from server.fetch.errors import FetchError
from server.fetch.fetcher import Fetcher

# The largest feed to download, packed or not; it lies in a temporary file while it is read.
FEED_BYTES = MAX_FEED_BYTES
FEED_SECONDS = 1800.0
_PIECE = 2**20
_NOT_MODIFIED = 304
_COLLECTION = re.compile(
    r"((?:/[a-z]{2}(?:-[a-z]{2})?)?/collections/[^/?#]+)(?:/products\.json)?/?"
)
_PRODUCTS_JSON = re.compile(r"/products\.json/?")

# Returns the catalogue of a shop that speaks UCP, given its domain; None if it does not.
FindUcp = Callable[[str], Source | None]


@dataclass(frozen=True, slots=True)
class Options:
    """What is known of a source beforehand.

    Attributes:
        currency: The ISO 4217 code of prices that name none.
        site: The shop's address, for feeds without links.
        form: How it was read before; None to recognise it.
        version: Which version of it was read before, if that is enough to leave it unread.
    """

    currency: str | None = None
    site: str | None = None
    form: Form | None = None
    version: Mapping[str, str] = field(default_factory=dict)


@dataclass(slots=True)
class Opened:
    """A shop's products, ready to be read; a context manager that closes what is open.

    Attributes:
        source: The products; None if they are the version that is known.
        form: How they are read.
        name: The name that the shop is kept under: its address, or its file's full path.
        folder: The folder of a local file.
        version: Which version it is.
    """

    source: Source | None
    form: Form
    name: str
    folder: Path | None = None
    version: dict[str, str] = field(default_factory=dict)
    closing: ExitStack = field(default_factory=ExitStack)

    def __enter__(self) -> "Opened":
        return self

    def __exit__(self, *error: object) -> None:
        self.closing.close()


class Opener:
    """Opens sources.

    Args:
        fetcher: Downloads.
        find_ucp: Finds the catalogue of a shop that speaks UCP; None to find none.
    """

    def __init__(self, fetcher: Fetcher, find_ucp: FindUcp | None = None) -> None:
        self._fetcher = fetcher
        self._find_ucp = find_ucp

    def feed(self, source: str, options: Options) -> Opened:
        """Open a feed: a file, or an address.

        Raises:
            SourceError: It cannot be opened or downloaded.
        """
        name = canonical_source(source)
        if not is_address(name):
            return self._file(source, name, options)
        return self._downloaded(name, options)

    def any(self, source: str, options: Options, known: KnownPage) -> Opened:
        """Open a feed or a shop, whatever it is.

        Args:
            source: A file, or the address of a feed, a shop, or a part of it.
            options: What is known beforehand.
            known: What is known of a page that was read before.

        Raises:
            SourceError: It cannot be read, or is nothing that is recognised.
        """
        name = canonical_source(source)
        if not is_address(name) or options.form is Form.FEED:
            return self.feed(source, options)
        path = urlsplit(name).path
        if options.form is not None or path in {"", "/"}:
            return self._shop(name, options, known)
        if _COLLECTION.fullmatch(path) or _PRODUCTS_JSON.fullmatch(path):
            site = Site(self._fetcher, name)
            if ShopifyShop.is_at(site, _collection(name)):
                return self._shopify(site, name, options)
        opened = self._downloaded(name, options)
        start = opened.source.start if isinstance(opened.source, FeedSource) else ""
        if looks_like_html(start):
            opened.closing.close()
            return self._shop(canonical_source(Site(self._fetcher, name).origin), options, known)
        if is_sitemap(start):
            opened.closing.close()
            shop = SitemapShop(Site(self._fetcher, name), known, name, options.currency)
            return Opened(shop, Form.SITEMAP, name)
        return opened

    def _shop(self, name: str, options: Options, known: KnownPage) -> Opened:
        """Open a shop by its address: try the ways in which shops offer their products."""
        site = Site(self._fetcher, name)
        form = options.form
        try:
            if form in {None, Form.SHOPIFY} and ShopifyShop.is_at(site, _collection(name)):
                return self._shopify(site, name, options)
            if form in {None, Form.WOOCOMMERCE}:
                woocommerce = WooCommerceShop.find(site)
                if woocommerce is not None:
                    return Opened(woocommerce, Form.WOOCOMMERCE, name)
            if form in {None, Form.UCP} and self._find_ucp is not None:
                ucp = self._find_ucp(urlsplit(name).netloc)
                if ucp is not None:
                    return Opened(ucp, Form.UCP, name)
        except FetchError as error:
            raise _unreachable(error) from error
        if form in {None, Form.SITEMAP}:
            sitemap = name if urlsplit(name).path not in {"", "/"} else None
            return Opened(SitemapShop(site, known, sitemap, options.currency), Form.SITEMAP, name)
        raise NotThereError(
            f"{name} does not offer its products as it did before.",
            hint="Remove the shop and add it again: it may have moved to another system.",
        )

    def _shopify(self, site: Site, name: str, options: Options) -> Opened:
        collection = _collection(name)
        shop = ShopifyShop(site, options.currency, collection)
        return Opened(shop, Form.SHOPIFY, f"{site.origin}{collection or '/'}")

    def _file(self, source: str, name: str, options: Options) -> Opened:
        path = Path(name)
        try:
            stream = path.open("rb")
        except OSError as error:
            raise SourceError(
                f"The feed {source} cannot be opened: {error.strerror}.",
                hint="Give the path of a file, or an address that begins with https://",
            ) from error
        opened = Opened(None, Form.FEED, name, path.parent)
        opened.closing.enter_context(stream)
        try:
            opened.version = {"hash": _hash(stream)}
        except OSError as error:  # a folder, for one
            opened.closing.close()
            raise SourceError(f"The feed {source} cannot be read: {error.strerror}.") from error
        if opened.version["hash"] != options.version.get("hash"):
            opened.source = FeedSource(
                stream, None, path.stat().st_size, options.currency, options.site
            )
        return opened

    def _downloaded(self, name: str, options: Options) -> Opened:
        """Download a feed into a temporary file, unless the shop says that it did not change."""
        opened = Opened(None, Form.FEED, name)
        temporary = tempfile.TemporaryFile(prefix="where-to-buy-")  # noqa: SIM115 - closed with it
        file = opened.closing.enter_context(temporary)
        try:
            answer = self._fetcher.download(
                name, file, FEED_BYTES, seconds=FEED_SECONDS, known=_known(options.version)
            )
        except FetchError as error:
            opened.closing.close()
            raise not_downloaded(error) from error
        if answer.status == _NOT_MODIFIED:
            opened.version = dict(options.version)
            return opened
        headers = {header: answer.headers.get(header, "") for header in ("etag", "last-modified")}
        size = file.tell()
        opened.version = {**headers, "hash": _hash(file)}
        if opened.version["hash"] != options.version.get("hash"):
            opened.source = FeedSource(file, answer.url, size, options.currency, options.site)
        return opened


def is_address(name: str) -> bool:
    """Return whether a source's canonical name is an address, not a file."""
    return name.lower().startswith(("http://", "https://"))


def not_downloaded(error: FetchError) -> SourceError:
    """Return the error for a feed that cannot be downloaded, with what to do about it."""
    by_hand = "Download the feed with a browser, and give the path of the file."
    hints = {
        401: f"It asks for a login. {by_hand}",
        403: f"It refuses this program. {by_hand}",
        404: "Check the address: nothing is there.",
        410: "Check the address: nothing is there any more.",
        429: f"Try again later. {by_hand}",
    }
    hint = hints.get(error.status or 0, by_hand)
    if error.status is not None and error.status >= 500:
        hint = f"The shop's server has a fault: try again later. {by_hand}"
    return SourceError(f"The feed cannot be downloaded. {error}", hint=hint)


def _unreachable(error: FetchError) -> SourceError:
    return SourceError(
        f"The shop cannot be read. {error}",
        hint="Check its address, or try again later.",
    )


def _known(version: Mapping[str, str]) -> dict[str, str]:
    names = {"etag": "If-None-Match", "last-modified": "If-Modified-Since"}
    return {names[name]: value for name, value in version.items() if name in names and value}


def _collection(name: str) -> str:
    found = _COLLECTION.fullmatch(urlsplit(name).path)
    return found[1] if found else ""


def _hash(stream: BinaryIO) -> str:
    """Return a digest of a file's bytes, and go back to its start."""
    stream.seek(0)
    digest = hashlib.sha256()
    while piece := stream.read(_PIECE):
        digest.update(piece)
    stream.seek(0)
    return digest.hexdigest()
