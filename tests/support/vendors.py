"""Clients for vendors whose servers run on loopback."""

from server.config import Settings
from server.fetch.fetcher import Fetcher
from server.offers.vendors.client import VendorClient, VendorPolicy
from tests.support.http_server import LocalServer


def vendor_client(policy: VendorPolicy, server: LocalServer) -> VendorClient:
    """Make a client that may reach the server."""
    return VendorClient(Fetcher(Settings(fetch_allow=(server.address,))), policy)
