"""Builds the parts of the offer search, for the server and for benchmarks."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from model.embedder import Embedder
from model.segmenter import Segmenter
from server.catalog.catalog import Catalog
from server.config import Settings
from server.fetch.fetcher import Fetcher
from server.history.clicks import ClickHistory, OpenedOffer, OpenedShops
from server.looks.service import LookService
from server.offers.offer import Offer, SearchContext
from server.offers.order.ranking import Boosts
from server.offers.pictures.compare import Comparer
from server.offers.pictures.thumbnails import Thumbnails
from server.offers.provider import Provider, ProviderState
from server.offers.providers.catalog import CatalogProvider
from server.offers.providers.from_settings import vendor_providers
from server.offers.providers.links import LinksProvider
from server.offers.queries import Queries
from server.offers.rates import RateSource
from server.offers.search import OfferSearch
from server.offers.vendors.quota import Quotas
from server.storage.database import Database

KEY_FILE = "thumbnails.key"


@dataclass(frozen=True, slots=True)
class OfferServices:
    """The parts that offers need; all safe to share between threads."""

    catalog: Catalog
    catalog_provider: CatalogProvider
    search: OfferSearch
    thumbnails: Thumbnails
    rates: RateSource
    states: tuple[ProviderState, ...]
    quotas: Quotas

    def find(self, look_id: str, number: int, offer_id: str) -> OpenedOffer | None:
        """Return an offer that was found for a garment recently or is in the catalogue."""
        ranked = self.search.find(look_id, number, offer_id)
        if ranked is not None:
            return _opened(ranked.offer, ranked.similarity)
        stored = self.catalog_provider.find(offer_id)
        return None if stored is None else _opened(stored)

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
        SettingsError: A quota names no provider that something is sent to.
    """
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
    fetcher: Fetcher,
    segmenter: Segmenter,
    embedder: Embedder,
    looks: LookService,
    more_providers: Sequence[Provider] = (),
) -> OfferServices:
    """Build the parts.

    Args:
        settings: Decide which providers to ask, for how many offers and for how long.
        database: Holds the catalogue, the clicks and the vendors' quotas.
        fetcher: For all downloads.
        segmenter: Finds the garment in an offer's picture.
        embedder: Makes vectors.
        looks: Makes crops.
        more_providers: Asked in addition to those of the settings.
    """
    catalog = Catalog(database, fetcher, segmenter, embedder)
    catalog_provider = CatalogProvider(lambda: catalog, settings.offers_shown)
    quotas = Quotas(database, settings.per_day)
    states = provider_states(settings, fetcher, quotas, catalog_provider, more_providers)
    comparer = Comparer(fetcher, segmenter, embedder)
    search = OfferSearch(
        Queries(looks, embedder),
        [state.provider for state in states if state.enabled],
        comparer,
        SearchContext(settings.country, settings.language, settings.currency),
        settings.search_seconds,
        boosts=Boosts(
            in_stock=settings.rank_in_stock,
            price=settings.rank_price,
            partner=settings.rank_partner,
            ships=settings.rank_ships,
            opened=settings.rank_opened,
        ),
        opened_shops=_opened_before(ClickHistory(database)) if settings.rank_history else None,
    )
    return OfferServices(
        catalog=catalog,
        catalog_provider=catalog_provider,
        search=search,
        rates=RateSource(settings, fetcher),
        thumbnails=Thumbnails(settings.state_dir / KEY_FILE, catalog.store, comparer, fetcher),
        states=states,
        quotas=quotas,
    )


def _opened(offer: Offer, similarity: float | None = None) -> OpenedOffer:
    return OpenedOffer(
        provider=offer.provider,
        offer_id=offer.id,
        title=offer.shown_title,
        link=offer.link,
        shop=offer.shop,
        price=offer.price,
        similarity=similarity,
    )


def _opened_before(history: ClickHistory) -> Callable[[], Callable[[Offer], bool]]:
    """Return what `OfferSearch` asks, once for each search, about opened shops."""

    def read() -> Callable[[Offer], bool]:
        shops = OpenedShops.of(history)
        return lambda offer: shops.include(offer.shop, offer.link)

    return read
