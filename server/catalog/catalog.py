"""The catalogue as the rest of the server uses it: import and refresh shops."""

import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

from sqlalchemy import select

from model.embedder import Embedder
from model.segmenter import Segmenter
from server.catalog.attempts import begin
from server.catalog.browsing import CatalogBrowser
from server.catalog.importing import FeedImport
from server.catalog.index.choosing import IndexName
from server.catalog.index.hit import fingerprint_suffix
from server.catalog.known_pages import KnownPages
from server.catalog.locks import ShopLocks
from server.catalog.old_vectors import FindEmbedder
from server.catalog.opening import FindUcp, Opened, Opener, Options
from server.catalog.pictures import PictureSource
from server.catalog.preparing import Preparation
from server.catalog.report import ImportReport
from server.catalog.similar import SimilarProducts
from server.catalog.sources.product import SourceError
from server.catalog.sources.source import Form
from server.catalog.store import CatalogStore
from server.fetch.fetcher import Fetcher
from server.goods.links import host_of
from server.goods.safe_text import clean_text
from server.storage.database import Database
from server.storage.tables import ShopRow, now

# A feed that did not change is read again after this time all the same.
_READ_ANYWAY = timedelta(days=7)


@dataclass(frozen=True, slots=True)
class Progress:
    """Progress of an import.

    Attributes:
        items: Items done.
        part: The part of the source that was read, 0 to 1; 0 if that is not known.
        total: About how many items there are; None if that is not known.
        seconds_left: About how long it will take; None if that is not known.
    """

    items: int
    part: float
    total: int | None = None
    seconds_left: float | None = None

    @classmethod
    def of(cls, items: int, part: float | None, seconds: float) -> "Progress":
        """Return the progress after some seconds, when a part of the source was read."""
        if not part:
            return cls(items, 0.0)
        return cls(items, part, max(items, round(items / part)), seconds * (1 - part) / part)


@dataclass(frozen=True, slots=True)
class Given:
    """What a person says of a shop; None leaves it as it was.

    Attributes:
        name: Its name; a new shop that is given none has what it calls itself, or its host.
        partner: Whether it is a partner. A new shop is not one.
        currency: The ISO 4217 code of prices that name none.
        site: Its address, for feeds without links.
    """

    name: str | None = None
    partner: bool | None = None
    currency: str | None = None
    site: str | None = None

    @property
    def title(self) -> str | None:
        """The shop's name as plain text."""
        return clean_text(self.name)


NOTHING_SAID = Given()


class Catalog:
    """Imports the products of shops; safe to share between threads.

    Attributes:
        store: Shops and products, by number.
        browser: Products by page, as people look through them.
        similar: Products by how they look.
        preparation: How many products wait for the vector of the embedder in force.
    """

    def __init__(
        self,
        database: Database,
        fetcher: Fetcher,
        segmenter: Segmenter,
        embedder: Embedder,
        find_ucp: FindUcp | None = None,
        *,
        index: IndexName = "embedded",
        find_embedder: FindEmbedder = lambda _: None,
    ) -> None:
        self.store = CatalogStore(database)
        self.browser = CatalogBrowser(database, self.store)
        self.similar = SimilarProducts(
            database, self.store, segmenter, embedder, index=index, find_embedder=find_embedder
        )
        self.preparation = Preparation(
            database, embedder.fingerprint, self.similar.finds_vectors_of
        )
        self._database = database
        self._fetcher = fetcher
        self._segmenter = segmenter
        self._embedder = embedder
        self._opener = Opener(fetcher, find_ucp)
        self._locks = ShopLocks(database.file.parent if database.file else None)

    def version(self) -> object:
        """Return a value that changes with each import and removal, also by other processes."""
        return self.similar.version()

    def import_feed(
        self,
        source: str,
        given: Given = NOTHING_SAID,
        *,
        on_progress: Callable[[Progress], None] | None = None,
        on_problem: Callable[[str], None] | None = None,
    ) -> ImportReport:
        """Import a feed, for the first time or again; arguments and errors as for `add`."""
        opened = self._opener.feed(source, Options(given.currency, given.site))
        return self._import(opened, given, on_progress, on_problem)

    def add(
        self,
        source: str,
        given: Given = NOTHING_SAID,
        *,
        on_progress: Callable[[Progress], None] | None = None,
        on_problem: Callable[[str], None] | None = None,
    ) -> ImportReport:
        """Import a shop's products, for the first time or again.

        A new shop that has no product that can be used is not kept.

        Args:
            source: The address of a shop or a feed, or the path of a feed's file.
            given: What the person who adds it says of it.
            on_progress: Called after every few products.
            on_problem: Called with one line for the first item of each kind of fault.

        Raises:
            SourceError: The source cannot be downloaded or read, or is none.
            ShopBusyError: The shop is being read already.
            BrokenOffError: The source breaks off: the products before the break are kept, and
                nothing is gone.
        """
        known = KnownPages(self._database)
        opened = self._opener.any(source, Options(given.currency, given.site), known)
        return self._import(opened, given, on_progress, on_problem, known)

    def refresh(
        self,
        shop_id: int,
        *,
        accept_smaller: bool = False,
        everything: bool = False,
        on_progress: Callable[[Progress], None] | None = None,
        on_problem: Callable[[str], None] | None = None,
    ) -> ImportReport:
        """Take what changed in a shop; errors as for `add`.

        A feed that did not change is not read again, except once a week: pictures that could not
        be downloaded are tried again then.

        Args:
            shop_id: The shop's number.
            accept_smaller: Whether products may be gone even if that leaves half or less.
            everything: Whether to read a feed that did not change, too.
            on_progress: As for `add`.
            on_problem: As for `add`.
        """
        shop = self.store.row(shop_id)
        known = KnownPages(self._database)
        version = {} if everything or accept_smaller else self._unread(shop)
        options = Options(shop.currency, shop.site, Form(shop.form), version)
        try:
            opened = self._opener.any(shop.source, options, known)
        except SourceError as error:
            self.store.note(shop_id, error.code, f"{error} {error.hint}")
            raise
        given = Given(currency=shop.currency, site=shop.site)
        return self._import(
            opened, given, on_progress, on_problem, known, accept_smaller=accept_smaller
        )

    def _unread(self, shop: ShopRow) -> dict[str, str]:
        """Return the version of a shop that need not be read again; empty if all of it must."""
        version = shop.version or {}
        read = version.get("read", "")
        fresh = bool(read) and now() - datetime.fromisoformat(read) < _READ_ANYWAY
        return version if fresh and version.get("networks") == self._networks() else {}

    def _networks(self) -> str:
        return f"{self._segmenter.fingerprint[:16]}{fingerprint_suffix(self._embedder.fingerprint)}"

    def _import(
        self,
        opened: Opened,
        given: Given,
        on_progress: Callable[[Progress], None] | None,
        on_problem: Callable[[str], None] | None,
        known: KnownPages | None = None,
        *,
        accept_smaller: bool = False,
    ) -> ImportReport:
        began = time.monotonic()
        with opened, self._locks.hold(opened.name):
            shop_id, shop, is_new = self._shop(opened, given)
            report = ImportReport(shop)
            if opened.source is None:
                report.as_before = report.complete = True
                self.store.checked(shop_id)
                return report
            source = opened.source

            def progress(items: int) -> None:
                if on_progress:
                    on_progress(Progress.of(items, source.part, time.monotonic() - began))

            version = opened.version | {"networks": self._networks(), "read": now().isoformat()}
            with self._database.session() as session:
                attempt = begin(session, session.get_one(ShopRow, shop_id), version)
            if known is not None:
                known.within(attempt)
            pictures = PictureSource.of(self._fetcher, opened.name, opened.folder)
            run = FeedImport(self._database, self._segmenter, self._embedder, pictures, on_problem)
            try:
                run.run(attempt, source, report, progress, accept_smaller=accept_smaller)
            finally:
                self._settle(shop_id, is_new, report, given.title or clean_text(source.title))
        return report

    def _shop(self, opened: Opened, given: Given) -> tuple[int, str, bool]:
        """Return the id and name of a source's shop, and whether it is new."""
        with self._database.session() as session:
            shop = session.scalar(select(ShopRow).where(ShopRow.source == opened.name))
            is_new = shop is None
            if shop is None:
                shop = ShopRow(source=opened.name, name=_name_of(opened.name), partner=False)
                shop.imported_at = now()
                shop.attempts = shop.unfinished_since = 0
                session.add(shop)
            shop.name = given.title or shop.name
            shop.form = opened.form
            shop.currency = given.currency or shop.currency
            shop.site = given.site or shop.site
            if given.partner is not None:
                shop.partner = given.partner
            session.flush()
            return shop.id, shop.name, is_new

    def _settle(self, shop_id: int, is_new: bool, report: ImportReport, title: str | None) -> None:
        """Name a new shop as it calls itself; delete it if it has no usable product."""
        with self._database.session() as session:
            shop = session.get(ShopRow, shop_id)
            if shop is None:
                return
            if is_new and not report.products:
                session.delete(shop)
            elif title and is_new:
                shop.name = report.shop = title


def _name_of(source: str) -> str:
    return host_of(source) or Path(source).stem
