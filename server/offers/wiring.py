"""Builds the parts of the offer search, for the server and for benchmarks."""

import logging
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from functools import partial

from model.embedder import Embedder
from model.segmenter import Segmenter
from server.catalog.catalog import Catalog
from server.catalog.preparing import Preparing
from server.config import Settings
from server.fetch.fetcher import Fetcher
from server.history.clicks import ClickHistory, OpenedShops
from server.history.noted import NotedOffer
from server.history.put_away import PutAway
from server.looks.service import LookService
from server.metrics import Metrics
from server.models import find_embedder
from server.offers.offer import Offer, SearchContext
from server.offers.order.ranking import Boosts
from server.offers.pictures.compare import Comparer
from server.offers.pictures.thumbnails import Thumbnails
from server.offers.provider import Provider, ProviderState
from server.offers.providers.catalog import CatalogProvider
from server.offers.providers.from_settings import vendor_providers
from server.offers.providers.links import LinksProvider
from server.offers.providers.ucp_shop import ucp_finder
from server.offers.queries import Queries
from server.offers.rates import RateSource
from server.offers.search import OfferSearch
from server.offers.sources import Sources
from server.offers.stored_keys import FILE as KEYS_FILE
from server.offers.stored_keys import StoredKeys
from server.offers.switches import FILE as SWITCHES_FILE
from server.offers.switches import Switches
from server.offers.vendors.quota import Quotas
from server.storage.database import Database
from server.storage.errors import DatabaseError
from server.storage.personal import Personal

_log = logging.getLogger(__name__)

KEY_FILE = "thumbnails.key"


@dataclass(frozen=True, slots=True)
class OfferServices:
    """The parts that offers need; all safe to share between threads."""

    catalog: Catalog
    catalog_provider: CatalogProvider
    search: OfferSearch
    thumbnails: Thumbnails
    rates: RateSource
    sources: Sources
    quotas: Quotas
    switches: Switches
    put_away: PutAway

    @property
    def states(self) -> tuple[ProviderState, ...]:
        """Every provider, also those that are switched off, in the order of asking."""
        return self.sources.states

    def offer(self, look_id: str, number: int, offer_id: str) -> Offer | None:
        """Return an offer that was found for a garment recently or is in the catalogue."""
        ranked = self.search.find(look_id, number, offer_id)
        return self.catalog_provider.find(offer_id) if ranked is None else ranked.offer

    def find(self, look_id: str, number: int, offer_id: str) -> NotedOffer | None:
        """Return what is noted of such an offer."""
        ranked = self.search.find(look_id, number, offer_id)
        if ranked is not None:
            return noted(ranked.offer, ranked.similarity)
        stored = self.catalog_provider.find(offer_id)
        return None if stored is None else noted(stored)

    def small_picture(self, look_id: str, number: int, offer_id: str) -> bytes | None:
        """Return a small copy (JPEG) of such an offer's picture; None where there is none."""
        offer = self.offer(look_id, number, offer_id)
        return None if offer is None else self.thumbnails.of(offer.picture_url)

    def close(self) -> None:
        """Start nothing new."""
        self.search.close()


def provider_states(
    settings: Settings,
    fetcher: Fetcher,
    quotas: Quotas,
    catalog: CatalogProvider,
    more: Sequence[Provider] = (),
) -> tuple[ProviderState, ...]:
    """Return every provider, also those that are switched off, in the order of asking.

    Raises:
        SettingsError: A quota names no provider that something is sent to, or the keys that were
            entered in the web app cannot be read.
    """
    settings = StoredKeys(settings.state_dir / KEYS_FILE).over(settings)
    return (
        ProviderState(catalog, enabled=True, switch=None),
        *vendor_providers(settings, fetcher, quotas),
        *(ProviderState(provider, enabled=True, switch=None) for provider in more),
        ProviderState(LinksProvider(), enabled=True, switch=None),
    )


def build_offers(
    *,
    settings: Settings,
    database: Database,
    personal: Personal,
    fetcher: Fetcher,
    segmenter: Segmenter,
    embedder: Embedder,
    looks: LookService,
    metrics: Metrics | None = None,
    more_providers: Sequence[Provider] = (),
) -> OfferServices:
    """Build the parts.

    Args:
        settings: Decide which providers to ask, for how many offers and for how long.
        database: Holds the catalogue and the vendors' quotas.
        personal: Holds the clicks, and what was put away.
        fetcher: For all downloads.
        segmenter: Finds the garment in an offer's picture.
        embedder: Makes vectors.
        looks: Makes crops.
        metrics: Where steps and searches are measured.
        more_providers: Asked in addition to those of the settings.
    """
    catalog = Catalog(
        database,
        fetcher,
        segmenter,
        embedder,
        ucp_finder(settings, fetcher),
        index=settings.catalog_index,
        find_embedder=partial(find_embedder, settings),
    )
    catalog_provider = CatalogProvider(lambda: catalog, settings.offers_shown)
    quotas = Quotas(database, settings.per_day)
    keys = StoredKeys(settings.state_dir / KEYS_FILE)
    states = provider_states(settings, fetcher, quotas, catalog_provider, more_providers)
    switches = Switches(settings.state_dir / SWITCHES_FILE)
    comparer = Comparer(fetcher, segmenter, embedder)
    search = OfferSearch(
        Queries(looks, embedder, metrics),
        [state.provider for state in states if state.enabled],
        comparer,
        SearchContext(settings.country, settings.language, settings.currency),
        settings.search_seconds,
        metrics=metrics,
        boosts=Boosts(
            in_stock=settings.rank_in_stock,
            price=settings.rank_price,
            partner=settings.rank_partner,
            ships=settings.rank_ships,
            opened=settings.rank_opened,
        ),
        asked_again=_asked_again(states),
        opened_shops=_opened_before(ClickHistory(personal)) if settings.rank_history else None,
        has_products=lambda name: _has_products(name, catalog),
        is_on=switches.is_on,
        preparing=lambda name: _preparing(name, catalog),
    )
    sources = Sources(
        search,
        states,
        settings,
        keys,
        lambda: provider_states(settings, fetcher, quotas, catalog_provider, more_providers),
    )
    return OfferServices(
        catalog=catalog,
        catalog_provider=catalog_provider,
        search=search,
        rates=RateSource(settings, fetcher),
        thumbnails=Thumbnails(settings.state_dir / KEY_FILE, catalog.store, comparer, fetcher),
        sources=sources,
        quotas=quotas,
        switches=switches,
        put_away=PutAway(personal),
    )


def _asked_again(states: Iterable[ProviderState]) -> frozenset[str]:
    return frozenset(state.provider.name for state in states if state.asked_again)


def _has_products(provider: str, catalog: Catalog) -> bool:
    """Return whether a provider has any products, so that finding none of them says something."""
    if provider == CatalogProvider.name:
        return bool(catalog.version())
    return provider != LinksProvider.name


def _preparing(provider: str, catalog: Catalog) -> Preparing | None:
    """Return how many products of a provider cannot be found yet."""
    if provider != CatalogProvider.name:
        return None
    try:
        return catalog.preparation.now()
    except DatabaseError as error:
        _log.warning("It is not known how many products wait: %s", error)
        return None


def noted(offer: Offer, similarity: float | None = None) -> NotedOffer:
    """Return what is noted of an offer."""
    return NotedOffer(
        provider=offer.provider,
        offer_id=offer.id,
        title=offer.shown_title,
        link=offer.link,
        shop=offer.shop,
        price=offer.price,
        similarity=similarity,
        gtin=offer.gtin,
    )


def _opened_before(history: ClickHistory) -> Callable[[], Callable[[Offer], bool]]:
    """Return what `OfferSearch` asks, once for each search, about opened shops."""

    def read() -> Callable[[Offer], bool]:
        try:
            shops = OpenedShops.of(history)
        except DatabaseError as error:
            _log.warning("Opened shops get no boost: %s", error)
            return lambda _: False
        return lambda offer: shops.include(offer.shop, offer.link)

    return read
