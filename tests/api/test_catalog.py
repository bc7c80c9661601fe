"""The catalogue over HTTP: shops are added in the background, products are looked through."""

import io
import json
import time
from collections.abc import Iterator
from concurrent.futures import FIRST_COMPLETED, ThreadPoolExecutor, wait

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select
from werkzeug.test import TestResponse

from server.catalog import reembedding
from server.catalog.sources.site import Site
from server.services import Services
from server.storage.tables import ProductRow, ShopRow, now
from tests.support.http_server import LocalServer, local_server
from tests.support.pictures import outfit, picture_file
from tests.support.shop_servers import shopify
from tests.support.uploads import upload


@pytest.fixture
def shop() -> Iterator[LocalServer]:
    with local_server() as server:
        shopify(server, 5)
        yield server


@pytest.fixture
def client(application_with, shop, monkeypatch) -> FlaskClient:
    monkeypatch.setattr(Site, "sleep", staticmethod(lambda seconds: None))
    return application_with(fetch_allow=(shop.address,)).client


def shops_when_done(client: FlaskClient) -> list[dict]:
    while True:
        answer = client.get("/api/v1/catalog/shops").json
        going = [*answer["adding"], *(s for s in answer["shops"] if s["progress"])]
        if all(each["progress"]["state"] in {"done", "failed"} for each in going):
            return answer["shops"]
        time.sleep(0.05)


def test_a_shop_is_added_looked_through_scheduled_and_removed(client, shop) -> None:
    added = client.post("/api/v1/catalog/shops", json={"source": shop.url("/")})
    assert added.status_code == 202
    [known] = shops_when_done(client)
    assert (known["name"], known["products"], known["form"]) == ("Corner & Co", 10, "shopify")
    found = client.get("/api/v1/catalog/products?words=navy+tee").json
    assert found["total"] == 6
    assert found["products"][0]["price"] == {"amount": "19.90", "currency": "GBP"}
    assert client.get(found["products"][0]["picture"]).mimetype == "image/jpeg"
    assert client.get("/api/v1/catalog/products?state=left_out").json["total"] == 4
    assert sum(client.get("/api/v1/catalog/stats").json["left_out"].values()) == 4
    path = f"/api/v1/catalog/shops/{known['id']}"
    assert client.patch(path, json={"every_hours": 24}).json["every_hours"] == 24
    assert client.post(f"{path}/refresh", json={}).status_code == 202
    shops_when_done(client)
    picture = io.BytesIO(picture_file(outfit(width=200, height=400)))
    like = client.post("/api/v1/catalog/search", data={"image": (picture, "x.png")})
    assert like.json["products"][0]["title"].startswith("Navy Tee")
    assert client.delete(path).status_code == 204
    assert client.delete(path).json["code"] == "unknown-shop"


def test_products_and_those_like_a_picture_are_narrowed_by_what_can_be_chosen(client, shop) -> None:
    client.post("/api/v1/catalog/shops", json={"source": shop.url("/")})
    shops_when_done(client)
    choices = client.get("/api/v1/catalog/choices").json
    assert choices["brands"] == ["Corner"]
    assert set(choices["sizes"]) == {"S", "M"}
    assert choices["genders"] == ["female"]

    def titles(query: str) -> set[tuple[str, str]]:
        found = client.get(f"/api/v1/catalog/products?{query}").json
        return {(each["size"], each["availability"]) for each in found["products"]}

    assert titles("size=m&brand=corner&brand=other") == {("M", "out_of_stock")}
    assert titles("availability=in_stock") == {("S", "in_stock")}
    assert titles("size=M&availability=in_stock") == set()
    assert titles("gender=male") == set()
    assert client.get("/api/v1/catalog/products?gender=both").status_code == 400
    file = picture_file(outfit(width=200, height=400))

    def like(**fields: str | list[str]) -> TestResponse:
        data = {"image": (io.BytesIO(file), "x.png"), **fields}
        return client.post("/api/v1/catalog/search", data=data)

    assert like(availability="in_stock", size="", brand=["Corner", "Other"]).json["total"] > 0
    assert {each["size"] for each in like(size=["L", "S"]).json["products"]} == {"S"}
    assert like(gender="male").json["total"] == 0
    assert like(availability="soon").status_code == 400
    assert like(kind="top").status_code == 400


def test_searches_by_picture_wait_in_the_queue_and_beyond_it_are_told_to_come_back(
    application_with, segmenter
) -> None:
    application = application_with(queue_size=1)
    picture = picture_file(outfit())
    segmenter.gate.clear()

    def search(_: int) -> TestResponse:
        data = {"image": (io.BytesIO(picture), "x.png")}
        return application.client.post("/api/v1/catalog/search", data=data)

    with ThreadPoolExecutor(20) as pool:
        running = {pool.submit(search, number) for number in range(20)}
        refused, _ = wait(running, timeout=60, return_when=FIRST_COMPLETED)
        segmenter.gate.set()
        answers = [each.result() for each in running]
    assert {each.result().status_code for each in refused} == {503}
    assert {each.status_code for each in answers} == {200, 503}
    for answer in answers:
        if answer.status_code == 503:
            assert answer.json["code"] == "queue-full"
            assert int(answer.headers["Retry-After"]) >= 1


@pytest.mark.parametrize(
    "source", ["a\0b", "~nobody-has-this-name/feed.xml", "a" * 5000, "http://["]
)
def test_what_can_be_neither_an_address_nor_a_file_is_refused(client, source) -> None:
    assert client.post("/api/v1/catalog/shops", json={"source": source}).status_code == 400


@pytest.mark.parametrize("source", ["/etc/passwd", "feed.xml", "file:///etc/passwd", "ftp://a.b/c"])
def test_nothing_but_an_address_is_added_over_the_network(client, source) -> None:
    refused = client.post("/api/v1/catalog/shops", json={"source": source})
    assert (refused.status_code, refused.json["code"]) == (400, "not-an-address")


def test_a_shop_that_cannot_be_read_says_why(client, shop) -> None:
    shop.routes.clear()
    client.post("/api/v1/catalog/shops", json={"source": shop.url("/")})
    assert shops_when_done(client) == []
    [failed] = client.get("/api/v1/catalog/shops").json["adding"]
    assert failed["progress"]["code"] == "unreadable-feed"
    assert "no sitemap" in failed["progress"]["text"]


def test_the_lists_say_which_shops_are_there(client) -> None:
    [shipped] = client.get("/api/v1/catalog/lists").json["lists"]
    assert len(shipped["shops"]) > 30
    assert {each["added"] for each in shipped["shops"]} == {False}


def make_old(services: Services, products: int) -> None:
    """Have the vectors of some products be of an embedder that is no longer there."""
    with services.database.session() as session:
        vectors = select(ProductRow).where(ProductRow.vector.is_not(None)).limit(products)
        for product in session.scalars(vectors):
            product.fingerprint = "before:0123456789abcdef"
        for row in session.scalars(select(ShopRow)):
            row.imported_at = now()


def test_what_waits_for_its_new_vector_is_said_wherever_somebody_looks(
    application_with, shop, monkeypatch
) -> None:
    monkeypatch.setattr(Site, "sleep", staticmethod(lambda seconds: None))
    monkeypatch.setattr(reembedding, "_FIRST_SECONDS", 3600.0)
    application = application_with(fetch_allow=(shop.address,))
    client, services = application.client, application.services
    client.post("/api/v1/catalog/shops", json={"source": shop.url("/")})
    shops_when_done(client)
    assert client.get("/api/v1/catalog/preparing").json == {"preparing": None}
    [before] = client.get("/api/v1/catalog/shops").json["shops"]
    make_old(services, 4)
    [listed] = client.get("/api/v1/catalog/shops").json["shops"]
    assert (before["searchable"], listed["searchable"]) == (6, 2)
    told = {"left": 4, "hidden": 4, "total": 6, "going": True, "seconds_left": None}
    assert client.get("/api/v1/catalog/preparing").json == {"preparing": told}
    assert client.get("/api/v1/catalog/shops").json["preparing"] == told
    assert client.get("/readyz").json == {"status": "ready", "preparing": told}
    look = upload(client).json["id"]
    path = f"/api/v1/looks/{look}/garments/1/offers"
    found = client.get(path, headers={"Accept": "application/json"})
    assert found.json["preparing"] == told
    *_, done = client.get(path).text.splitlines()
    assert json.loads(done)["preparing"] == told
    assert services.reembedding.run() == 4
    services.offers.catalog.preparation.end()
    assert client.get("/api/v1/catalog/preparing").json == {"preparing": None}
    assert client.get("/readyz").json == {"status": "ready"}
    again = client.get(path, headers={"Accept": "application/json"}).json
    assert again["preparing"] is None
    assert len(again["offers"]) > len(found.json["offers"])
