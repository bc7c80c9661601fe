"""Clients for vendors whose servers run on loopback."""

from server.fetch.fetcher import Fetcher
from server.offers.vendors.client import VendorClient, VendorPolicy
from tests.support.chosen_settings import settings_with
from tests.support.http_server import LocalServer


def fetcher_for(server: LocalServer) -> Fetcher:
    """Make a fetcher that may reach the server."""
    return Fetcher(settings_with(fetch_allow=(server.address,)))


def vendor_client(policy: VendorPolicy, server: LocalServer) -> VendorClient:
    """Make a client that may reach the server."""
    return VendorClient(fetcher_for(server), policy)
