"""A click on a garment is answered on a fresh install, without a key and without a catalogue.

Real photos of the street, and a catalogue with real products; needs the folder of real photos
(see the fixture ``data_dir``). How soon, and how often of a hundred, is measured by
`benchmarks/answered_clicks.py`.
"""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from server.app import create_app
from server.config import Settings
from server.services import Services, build_services
from tests.support.recorded_catalogue import RecordedCatalogue, recorded_catalogue

pytestmark = pytest.mark.timeout(600)


@pytest.fixture(scope="module")
def data(data_dir: Path | None) -> Path:
    if data_dir is None:
        pytest.skip("the folder of real photos is not here (WTB_DATA)")
    return data_dir


@pytest.fixture(scope="module")
def catalogue(data: Path) -> Iterator[RecordedCatalogue]:
    with recorded_catalogue(data) as running:
        yield running


@pytest.fixture(scope="module")
def services(
    catalogue: RecordedCatalogue, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Services]:
    settings = Settings(
        state_dir=tmp_path_factory.mktemp("state"),
        ucp_endpoint=catalogue.server.url,
        shop_mcp="",
        fetch_allow=catalogue.allow,
        search_seconds=60,
    )
    services = build_services(settings)
    yield services
    services.close()


@pytest.mark.parametrize("place", [0, 3])
def test_five_priced_offers_of_its_kind_from_three_shops_answer_a_click(
    services: Services, catalogue: RecordedCatalogue, data: Path, place: int
) -> None:
    photo = json.loads((data / "street" / "val.json").read_text())["images"][place]["file_name"]
    look = services.looks.create((data / "street" / photo).read_bytes())
    garment = max(look.garments, key=lambda g: g.box[2] * g.box[3])
    client = create_app(services=services).test_client()
    answer = client.get(
        f"/api/v1/looks/{look.id}/garments/{garment.number}/offers",
        headers={"Accept": "application/json"},
    )
    assert answer.status_code == 200
    offers: list[dict[str, Any]] = [
        offer
        for offer in answer.json["offers"]
        if offer["type"] == "product"
        and offer["price"] is not None
        and garment.kind in catalogue.product(offer["link"]).kinds
    ]
    assert len(offers) >= 5
    assert len({offer["shop"] for offer in offers}) >= 3
    told = [offer["likeness"] for offer in offers if offer["similarity"] is not None]
    assert len(told) >= 5
    assert set(told) <= {"same", "very similar", "alike"}
