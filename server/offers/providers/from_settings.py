"""The providers that something is sent to, built from the settings.

Those that are switched off, or lack keys, are listed too, with the settings that switch them
on.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from pydantic import SecretStr

from server.config import Settings
from server.errors import SettingsError
from server.fetch.fetcher import Fetcher
from server.offers.found_pages import PageReader
from server.offers.provider import Provider, ProviderState
from server.offers.providers import (
    channel3,
    ebay,
    fashion_index,
    google_cse,
    google_vision,
    lens,
    lykdat,
    rakuten,
    searxng,
    ucp,
)
from server.offers.providers.lens_vendors import VendorName
from server.offers.providers.ucp_discovery import Discovery
from server.offers.providers.ucp_profile import signer
from server.offers.providers.ucp_request import UcpCatalogue
from server.offers.vendors.client import VendorClient, VendorPolicy
from server.offers.vendors.quota import Quotas


@dataclass(frozen=True, slots=True)
class _Entry:
    """How a provider is built: from its keys in the order of `settings`, "" where unset."""

    settings: tuple[str, ...]
    policy: VendorPolicy
    make: Callable[[VendorClient, tuple[str, ...], int], Provider]
    # A fetcher of its own, where the shared one will not do.
    fetcher: Fetcher | None = None


# By the setting that switches a catalogue, the one that says where it is.
_ADDRESS_SETTINGS = {"WTB_UCP_ENABLED": "WTB_UCP_ENDPOINT", "WTB_UCP_SHOPS": "WTB_UCP_SHOPS"}


def _lens(vendor: VendorName) -> _Entry:
    def make(client: VendorClient, keys: tuple[str, ...], limit: int) -> Provider:
        return lens.LensProvider(client, vendor=vendor, key=keys[0], limit=limit)

    return _Entry((f"{vendor}_key",), lens.POLICIES[vendor], make)


def _ebay(client: VendorClient, keys: tuple[str, ...], limit: int) -> Provider:
    return ebay.EbayProvider(client, client_id=keys[0], secret=keys[1], limit=limit)


def _lykdat(client: VendorClient, keys: tuple[str, ...], limit: int) -> Provider:
    return lykdat.LykdatProvider(client, key=keys[0], limit=limit)


def _channel3(client: VendorClient, keys: tuple[str, ...], limit: int) -> Provider:
    return channel3.Channel3Provider(client, key=keys[0], limit=limit)


def _rakuten(client: VendorClient, keys: tuple[str, ...], limit: int) -> Provider:
    application, key, site = keys
    return rakuten.RakutenProvider(client, application=application, key=key, site=site, limit=limit)


_ENTRIES = (
    _lens("serper"),
    _lens("serpapi"),
    _lens("searchapi"),
    _Entry(("ebay_id", "ebay_secret"), ebay.POLICY, _ebay),
    _Entry(("lykdat_key",), lykdat.POLICY, _lykdat),
    _Entry(("channel3_key",), channel3.POLICY, _channel3),
    _Entry(("rakuten_app", "rakuten_key", "rakuten_site"), rakuten.POLICY, _rakuten),
)


def _page_entries(settings: Settings, fetcher: Fetcher) -> tuple[_Entry, ...]:
    """Return those that find pages, which share one reader."""
    pages = PageReader(fetcher)

    def make_searxng(client: VendorClient, keys: tuple[str, ...], limit: int) -> Provider:
        return searxng.SearxngProvider(client, url=keys[0], pages=pages, limit=limit)

    def make_vision(client: VendorClient, keys: tuple[str, ...], limit: int) -> Provider:
        return google_vision.GoogleVisionProvider(client, key=keys[0], pages=pages, limit=limit)

    def make_cse(client: VendorClient, keys: tuple[str, ...], limit: int) -> Provider:
        key, engine = keys
        return google_cse.GoogleCseProvider(
            client, key=key, engine=engine, pages=pages, limit=limit
        )

    own = searxng.own_fetcher(settings, settings.searxng_url or "")
    return (
        _Entry(("searxng_url",), searxng.POLICY, make_searxng, own),
        _Entry(("google_vision_key",), google_vision.POLICY, make_vision),
        _Entry(("google_cse_key", "google_cse_id"), google_cse.POLICY, make_cse),
    )


def vendor_providers(
    settings: Settings, fetcher: Fetcher, quotas: Quotas | None = None
) -> tuple[ProviderState, ...]:
    """Return all of them; one that needs keys is on when all its keys are set.

    Args:
        settings: The server's, with the keys.
        fetcher: Sends the requests.
        quotas: Counts the requests; None counts none.

    Raises:
        SettingsError: A quota names a provider that does not exist.
    """
    states = tuple(_states(settings, fetcher, quotas))
    names = [state.provider.name for state in states]
    unknown = sorted(settings.per_day.keys() - set(names))
    if unknown:
        raise SettingsError(
            f"WTB_PER_DAY has a quota for {', '.join(map(repr, unknown))}, which is no provider"
            " that something is sent to.",
            hint=f"There are: {', '.join(names)}.",
        )
    return states


def _states(settings: Settings, fetcher: Fetcher, quotas: Quotas | None) -> Iterator[ProviderState]:
    sign = signer(settings)
    for policy, catalogue, enabled, switch in _catalogues(settings):
        client = VendorClient(fetcher, policy, quotas, sign if catalogue.profile else None)
        discovery = substitute = None
        if catalogue.shop is not None:
            discovery = Discovery(client, catalogue.shop, catalogue)
        elif policy is ucp.POLICY and settings.shop_mcp:
            other = VendorClient(fetcher, policy, quotas)
            substitute = ucp.shop_substitute(other, settings.shop_mcp)
        yield ProviderState(
            ucp.UcpProvider(
                client,
                catalogue,
                settings.offers_shown,
                discovery=discovery,
                substitute=substitute,
            ),
            enabled=enabled,
            switch=switch,
            counted=True,
            address_setting=_ADDRESS_SETTINGS.get(switch),
            limit_setting="WTB_UCP_PROFILE" if catalogue.profile else "WTB_CHANNEL3_KEY",
            asked_again=True,
        )
    for name in dict.fromkeys(settings.fashion_indexes):
        index = fashion_index.INDEXES[name]
        client = VendorClient(fetcher, index.policy, quotas)
        yield ProviderState(
            fashion_index.FashionIndexProvider(client, index, settings.offers_shown),
            enabled=True,
            switch="WTB_FASHION_INDEXES",
            counted=True,
        )
    for entry in (*_page_entries(settings, fetcher), *_ENTRIES):
        keys = tuple(_plain(getattr(settings, name)) for name in entry.settings)
        names = [f"WTB_{name.upper()}" for name in entry.settings]
        client = VendorClient(entry.fetcher or fetcher, entry.policy, quotas)
        yield ProviderState(
            entry.make(client, keys, settings.offers_shown),
            enabled=all(keys),
            switch=", ".join(names),
            keys=tuple(zip(names, map(bool, keys), strict=True)),
            counted=True,
            asked_again=entry.policy is searxng.POLICY,
        )


def _catalogues(
    settings: Settings,
) -> Iterator[tuple[VendorPolicy, UcpCatalogue, bool, str]]:
    """Yield those that speak UCP: policy, catalogue, whether it is on, and its setting."""
    shopify = UcpCatalogue(settings.ucp_endpoint, settings.ucp_profile)
    yield ucp.POLICY, shopify, settings.ucp_enabled, "WTB_UCP_ENABLED"
    for domain in dict.fromkeys(settings.ucp_shops):
        shop = ucp.shop_catalogue(domain, settings.ucp_profile)
        yield ucp.shop_policy(domain), shop, True, "WTB_UCP_SHOPS"
    channel3_ = ucp.channel3_catalogue()
    yield ucp.CHANNEL3_POLICY, channel3_, settings.channel3_ucp, "WTB_CHANNEL3_UCP"


def _plain(value: SecretStr | str | None) -> str:
    if isinstance(value, SecretStr):
        return value.get_secret_value()
    return value or ""
