from collections.abc import Iterator

import pytest

from server.offers.providers.ebay import POLICY, EbayProvider
from server.offers.vendors.client import VendorClient
from tests.support.ebay_server import (
    ID,
    SECRET,
    EbayServer,
    ebay_server,
    item,
)
from tests.support.vendors import vendor_client


@pytest.fixture
def server() -> Iterator[EbayServer]:
    with ebay_server() as running:
        running.by_picture = [item("By picture", 1)]
        running.by_words = [item("By words", 2)]
        yield running


@pytest.fixture
def client(server: EbayServer) -> VendorClient:
    return vendor_client(POLICY, server.vendor.http)


@pytest.fixture
def provider(server: EbayServer, client: VendorClient) -> EbayProvider:
    return EbayProvider(
        client, client_id=ID, secret=SECRET, limit=24, endpoint=server.vendor.http.url("")
    )
