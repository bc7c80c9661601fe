"""Every provider that asks a vendor, built so that it asks a server on loopback."""

import base64
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from server.offers.found_pages import PageReader
from server.offers.provider import Provider
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
from tests.support.http_server import LocalServer
from tests.support.vendor_server import Reply, Request
from tests.support.vendors import fetcher_for, vendor_client

SECRET = "s3cr3t-of-the-vendors-0123456789"
OTHER_SECRET = "an0ther-s3cret-9876543210"
TOKEN = "t0ken-that-ebay-gave-13579"
SECRETS = (
    SECRET,
    OTHER_SECRET,
    TOKEN,
    base64.b64encode(f"{OTHER_SECRET}:{SECRET}".encode()).decode(),
)
PROFILE = "https://profile.example/agent.json"

Make = Callable[[LocalServer], Provider]
Prelude = Callable[[Request], Reply | None]


@dataclass(frozen=True)
class Vendor:
    """How a provider is built, and which requests are answered properly before the rest."""

    make: Make
    prelude: Prelude = lambda request: None


def _ucp(policy: Any, **more: Any) -> Vendor:
    def make(server: LocalServer) -> Provider:
        catalogue = ucp.UcpCatalogue(server.url("/api/ucp/mcp"), PROFILE, **more)
        return ucp.UcpProvider(vendor_client(policy, server), catalogue, 24)

    return Vendor(make)


def _lens(name: VendorName) -> Vendor:
    def make(server: LocalServer) -> Provider:
        client = vendor_client(lens.POLICIES[name], server)
        return lens.LensProvider(
            client, vendor=name, key=SECRET, limit=24, endpoint=server.url("/lens")
        )

    return Vendor(make)


def _with_key(module: Any, kind: str) -> Vendor:
    def make(server: LocalServer) -> Provider:
        client = vendor_client(module.POLICY, server)
        made: Provider = getattr(module, kind)(
            client, key=SECRET, limit=24, endpoint=server.url("/search")
        )
        return made

    return Vendor(make)


def _ebay(server: LocalServer) -> Provider:
    client = vendor_client(ebay.POLICY, server)
    return ebay.EbayProvider(
        client, client_id=OTHER_SECRET, secret=SECRET, limit=24, endpoint=server.url("")
    )


def _ebay_token(request: Request) -> Reply | None:
    if "oauth2" not in request.path:
        return None
    return Reply({"access_token": TOKEN, "expires_in": 7200, "token_type": "Application"})


def _rakuten(server: LocalServer) -> Provider:
    client = vendor_client(rakuten.POLICY, server)
    site = "https://closet.example"
    return rakuten.RakutenProvider(
        client, application=OTHER_SECRET, key=SECRET, site=site, limit=24,
        endpoint=server.url("/search"),
    )  # fmt: skip


def _pages(server: LocalServer) -> PageReader:
    return PageReader(fetcher_for(server))


def _searxng(server: LocalServer) -> Provider:
    client = vendor_client(searxng.POLICY, server)
    return searxng.SearxngProvider(client, url=server.url(""), pages=_pages(server), limit=24)


def _google_vision(server: LocalServer) -> Provider:
    client = vendor_client(google_vision.POLICY, server)
    return google_vision.GoogleVisionProvider(
        client, key=SECRET, pages=_pages(server), limit=24, endpoint=server.url("/annotate")
    )


def _google_cse(server: LocalServer) -> Provider:
    client = vendor_client(google_cse.POLICY, server)
    return google_cse.GoogleCseProvider(
        client, key=SECRET, engine="some-engine", pages=_pages(server), limit=24,
        endpoint=server.url("/customsearch"),
    )  # fmt: skip


def _index(name: str) -> Vendor:
    def make(server: LocalServer) -> Provider:
        index = fashion_index.INDEXES[name]
        client = vendor_client(index.policy, server)
        return fashion_index.FashionIndexProvider(client, index, 24, server.url("/mcp"))

    return Vendor(make)


VENDORS: Mapping[str, Vendor] = {
    "ucp": _ucp(ucp.POLICY),
    "ucp-shop.example": _ucp(ucp.shop_policy("shop.example"), by_picture=False, shop="Shop"),
    "channel3-ucp": _ucp(ucp.CHANNEL3_POLICY, by_picture=False),
    "vistoya": _index("vistoya"),
    "polopan": _index("polopan"),
    "serper": _lens("serper"),
    "serpapi": _lens("serpapi"),
    "searchapi": _lens("searchapi"),
    "ebay": Vendor(_ebay, _ebay_token),
    "ebay, asked for a token": Vendor(_ebay),
    "lykdat": _with_key(lykdat, "LykdatProvider"),
    "channel3": _with_key(channel3, "Channel3Provider"),
    "rakuten": Vendor(_rakuten),
    "searxng": Vendor(_searxng),
    "google_vision": Vendor(_google_vision),
    "google_cse": Vendor(_google_cse),
}
