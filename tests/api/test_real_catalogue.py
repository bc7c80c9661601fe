"""The shipped weights on a real shop: its feed over HTTP, its other photos as queries.

Needs the folder of real photos (see the fixture ``data_dir``).
"""

import dataclasses
import json
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler
from pathlib import Path
from typing import Any

import pytest

from model.categories import Kind
from server.app import create_app
from server.catalog.report import ImportReport
from server.config import Settings
from server.looks.look import Look, LookGarment
from server.services import Services, build_services
from tests.support.http_server import Answer, LocalServer, local_server, reply

pytestmark = pytest.mark.timeout(900)

SAID_TO_BE_AT = "https://luma.example"
# What a shop's category may hold; a hoodie with a zip is outwear.
KINDS = {
    "Pants": {Kind.BOTTOM},
    "Shorts": {Kind.BOTTOM},
    "Jackets": {Kind.OUTWEAR},
    "Tees": {Kind.TOP},
    "Tanks": {Kind.TOP},
    "Bras & Tanks": {Kind.TOP},
    "Hoodies & Sweatshirts": {Kind.TOP, Kind.OUTWEAR},
}


@dataclasses.dataclass
class Shop:
    """The imported shop, and the application that knows it."""

    folder: Path
    products: dict[str, dict[str, Any]]
    services: Services
    report: ImportReport
    web: LocalServer

    def kinds(self, product: str) -> set[Kind]:
        """Return the kinds that a product may be."""
        return KINDS[self.products[product]["category"].rpartition(" > ")[2]]

    def look(self, picture: str) -> Look:
        """Analyse one of the shop's photos."""
        return self.services.looks.create((self.folder / "images" / picture).read_bytes())

    def garment(self, look: Look, product: str) -> LookGarment | None:
        """Choose the garment that is for sale, as somebody who wants it would."""
        fitting = [g for g in look.garments if g.kind in self.kinds(product)]
        return max(fitting, key=lambda g: g.box[2] * g.box[3], default=None)

    def offers(self, look: Look, number: int) -> list[dict[str, Any]]:
        """Ask the API for a garment's offers; return the shop's products."""
        client = create_app(services=self.services).test_client()
        answer = client.get(
            f"/api/v1/looks/{look.id}/garments/{number}/offers",
            headers={"Accept": "application/json"},
        )
        assert answer.status_code == 200
        return [o for o in answer.json["offers"] if o["type"] == "product"]


def product_of(offer: dict[str, Any]) -> str:
    return offer["link"].rpartition("/")[2]


@pytest.fixture(scope="module")
def shop(data_dir: Path | None, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Shop]:
    if data_dir is None:
        pytest.skip("the folder of real photos is not here (WTB_DATA)")
    folder = data_dir / "luma"
    products = json.loads((folder / "products.json").read_text())
    with local_server() as web:
        feed = (folder / "feed.xml").read_text().replace(SAID_TO_BE_AT, web.url().rstrip("/"))
        web.routes["/feed.xml"] = reply(feed.encode())
        for path in (folder / "images").iterdir():
            web.routes[f"/images/{path.name}"] = _file(path)
        settings = Settings(
            state_dir=tmp_path_factory.mktemp("state"),
            fetch_allow=(web.address,),
            ucp_enabled=False,
            search_seconds=60,
        )
        services = build_services(settings)
        try:
            report = services.offers.catalog.import_feed(web.url("/feed.xml"))
            yield Shop(folder, {p["id"]: p for p in products}, services, report, web)
        finally:
            services.close()


def _file(path: Path) -> Answer:
    def answer(handler: BaseHTTPRequestHandler) -> None:
        reply(path.read_bytes())(handler)

    return answer


def test_the_whole_feed_is_imported_and_nothing_of_it_twice(shop: Shop) -> None:
    assert (shop.report.added, shop.report.broken, shop.report.problems) == (333, 0, [])
    assert shop.report.shop == "Luma"
    [summary] = shop.services.offers.catalog.store.shops()
    assert (summary.products, summary.searchable) == (333, 333)
    asked = len(shop.web.requests)
    again = shop.services.offers.catalog.import_feed(shop.web.url("/feed.xml"))
    assert (again.unchanged, again.embedded, again.removed) == (333, 0, 0)
    assert len(shop.web.requests) == asked + 1


def test_every_product_has_the_kind_that_its_category_says(shop: Shop) -> None:
    store = shop.services.offers.catalog.store
    for product in store.products(range(1, 334)):
        assert product.kind in shop.kinds(product.key), product.key


def test_a_product_s_own_photo_finds_the_product_first(shop: Shop) -> None:
    pictures = sorted((shop.folder / "images").glob("*_main.jpg"))[::24]
    first = found = 0
    for picture in pictures:
        product = picture.name.partition("_")[0]
        look = shop.look(picture.name)
        garment = shop.garment(look, product)
        if garment is None:
            continue
        found += 1
        offers = shop.offers(look, garment.number)
        if not offers or garment.kind not in shop.kinds(product_of(offers[0])):
            continue
        first += product_of(offers[0]) == product
        scores = [offer["score"] for offer in offers]
        assert scores == sorted(scores, reverse=True)
    print(f"\nown photo: garment found in {found} of {len(pictures)}, product first in {first}")
    assert found >= 0.8 * len(pictures)
    assert first >= 0.8 * found


def test_other_photos_of_a_product_find_its_kind_and_often_its_style(shop: Shop) -> None:
    pictures = sorted(
        path
        for path in (shop.folder / "images").iterdir()
        if "_main" not in path.name and path.name.partition("_")[0] in shop.products
    )[::6]
    found = style_first = style = colour = right = shown = 0
    for picture in pictures:
        product = picture.name.partition("_")[0]
        look = shop.look(picture.name)
        garment = shop.garment(look, product)
        if garment is None:
            continue
        found += 1
        offers = [product_of(offer) for offer in shop.offers(look, garment.number)][:5]
        assert offers
        right += sum(garment.kind in shop.kinds(offer) for offer in offers)
        shown += len(offers)
        groups = [shop.products[offer]["group"] for offer in offers]
        style_first += groups[0] == shop.products[product]["group"]
        style += shop.products[product]["group"] in groups
        colour += product in offers
    print(
        f"\nother photos: garment found in {found} of {len(pictures)}; right kind {right}/{shown};"
        f" same style first {style_first / found:.2f}, among the first five {style / found:.2f};"
        f" same product among the first five {colour / found:.2f}"
    )
    assert right == shown
    assert style >= 0.45 * found
