"""What a receipt says was sent: what the request contains, and nothing of the keys."""

import base64
from collections.abc import Iterator
from dataclasses import replace

import pytest

from server.offers.errors import ProviderError
from server.offers.offer import SearchContext
from server.offers.receipts import SEARCHES_KEPT, OpenReceipt, Receipts
from server.offers.vendors.client import VendorPolicy
from server.offers.vendors.witness import noting
from tests.support.garments import garment_query
from tests.support.vendor_server import VendorServer, vendor_server
from tests.support.vendors import vendor_client

CONTEXT = SearchContext("KR", "ko", "KRW")
POLICY = VendorPolicy("vendor", "The vendor")
SECRET = "secret-key-0123456789"
QUERY = replace(garment_query("skirt"), picture_url="https://photos.example/a.jpg")


@pytest.fixture
def server() -> Iterator[VendorServer]:
    with vendor_server() as running:
        running.say({"found": 1})
        yield running


@pytest.fixture
def receipt() -> OpenReceipt:
    return OpenReceipt(QUERY, CONTEXT)


def test_what_was_sent_is_read_from_the_request(server: VendorServer, receipt) -> None:
    client = vendor_client(POLICY, server.http)
    coded = base64.b64encode(QUERY.jpeg).decode()
    with noting(receipt):
        client.get(server.url("/w"), params={"q": QUERY.words("ko")}, seconds=5)
        client.post(server.url("/c"), json={"image": coded, "query": "네이비 옷"}, seconds=5)
        client.post(server.url("/f"), files={"i": ("g.jpg", QUERY.jpeg, "image/jpeg")}, seconds=5)
        client.get(server.url("/a"), params={"url": QUERY.picture_url or ""}, seconds=5)
        client.get(server.url("/n"), secret_params={"key": SECRET}, seconds=5)
    sendings = receipt.receipt().sendings
    assert [each.what for each in sendings] == [
        ("words",), ("crop", "words"), ("crop",), ("picture address",), (),
    ]  # fmt: skip
    assert {each.outcome for each in sendings} == {"answered"}
    assert sendings[0].words == "네이비 옷"
    assert sendings[1].crop_bytes == len(QUERY.jpeg) < sendings[1].sent_bytes
    assert all(each.answer_bytes > 0 and each.status == 200 for each in sendings)
    assert SECRET not in repr(receipt.receipt())


def test_what_never_left_is_not_said_to_be_sent(server: VendorServer, receipt) -> None:
    client = vendor_client(POLICY, server.http)
    with noting(receipt), pytest.raises(ProviderError):
        client.get("http://nowhere.invalid/", params={"q": "skirt"}, seconds=2)
    assert {each.outcome for each in receipt.receipt().sendings} == {"not sent"}


def test_a_refusal_is_told_apart_from_an_answer(server: VendorServer, receipt) -> None:
    server.say({}, 403)
    client = vendor_client(POLICY, server.http)
    with noting(receipt), pytest.raises(ProviderError):
        client.get(server.url("/x"), seconds=5)
    [sending] = receipt.receipt().sendings
    assert (sending.outcome, sending.status) == ("refused", 403)


def test_nothing_is_noted_where_nobody_asks_for_a_receipt(server: VendorServer, receipt) -> None:
    vendor_client(POLICY, server.http).get(server.url("/x"), seconds=5)
    assert receipt.receipt().sendings == ()


def test_the_latest_receipts_of_a_garment_are_kept() -> None:
    receipts = Receipts()
    opened = [receipts.open(QUERY, CONTEXT).receipt().id for _ in range(SEARCHES_KEPT + 1)]
    assert [each.id for each in receipts.of(QUERY.look_id, 1)] == opened[:0:-1]
    assert receipts.of(QUERY.look_id, 2) == []
