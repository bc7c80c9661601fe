from dataclasses import replace

import pytest

from server.goods.money import Money
from server.history.clicks import ClickHistory
from server.history.noted import NotedOffer
from server.storage.database import Database
from server.storage.tables import LookRow

LOOK = "a" * 32
OFFER = NotedOffer(
    provider="ucp",
    offer_id="ucp-1",
    title="Classic Trench",
    link="https://shop.example/1",
    shop="Shop Example",
    price=Money("129.00", "USD"),
    similarity=0.9,
)


@pytest.fixture
def history(database: Database) -> ClickHistory:
    with database.session() as session:
        session.add(LookRow(id=LOOK, width=1, height=1, garments=[], picture=b""))
    return ClickHistory(database)


def test_a_click_keeps_the_offer_as_it_was(history: ClickHistory) -> None:
    click = history.add(LOOK, 2, "long sleeve outwear", OFFER)
    assert history.newest() == [click]
    assert (click.look_id, click.garment, click.category) == (LOOK, 2, "long sleeve outwear")
    assert (click.title, click.link, click.price) == (OFFER.title, OFFER.link, OFFER.price)
    assert click.created_at.tzinfo is not None


def test_an_offer_without_price_keeps_none(history: ClickHistory) -> None:
    assert history.add(LOOK, 1, "vest", replace(OFFER, price=None)).price is None


def test_newest_come_first_and_no_more_than_asked_for(history: ClickHistory) -> None:
    ids = [history.add(LOOK, 1, "vest", OFFER).id for _ in range(5)]
    assert [click.id for click in history.newest(3)] == ids[:-4:-1]


def test_a_click_outlives_its_look(history: ClickHistory, database: Database) -> None:
    click = history.add(LOOK, 1, "vest", OFFER)
    with database.session() as session:
        look = session.get(LookRow, LOOK)
        session.delete(look)
    assert [(c.id, c.look_id) for c in history.newest()] == [(click.id, None)]
    assert history.add(LOOK, 1, "vest", OFFER).look_id is None


def test_forgetting_leaves_nothing(history: ClickHistory) -> None:
    history.add(LOOK, 1, "vest", OFFER)
    assert history.clear() == 1
    assert history.newest() == []
