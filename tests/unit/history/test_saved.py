from dataclasses import replace

import pytest
from sqlalchemy import select

from server.goods.money import Money
from server.history import saved as module
from server.history.noted import NotedOffer
from server.history.saved import GarmentPlace, Saved, SavedNotFoundError, TooManySavedError
from server.history.saved_lists import ListExistsError, ListNotFoundError, SavedLists
from server.storage.database import Database
from server.storage.tables import KeptPictureRow, LookRow

LOOK = "a" * 32
PLACE = GarmentPlace(LOOK, "b" * 64, 2, "skirt", {"en": "red skirt", "ko": "레드 스커트"})
OFFER = NotedOffer(
    "ucp", "ucp-1", "Pleated Skirt", "https://shop.example/1", "Shop", Money("49.00", "EUR"),
    gtin="4006381333931",
)  # fmt: skip
TOO_LARGE = 2**40


@pytest.fixture
def saved(database: Database) -> Saved:
    with database.session() as session:
        session.add(LookRow(id=LOOK, width=1, height=1, garments=[], picture=b""))
    return Saved(database)


def pictures(database: Database) -> list[bytes]:
    with database.session(read_only=True) as session:
        return list(session.scalars(select(KeptPictureRow.data)))


def test_an_offer_is_kept_as_it_was_with_its_picture(saved: Saved, database: Database) -> None:
    one = saved.add(PLACE, OFFER, b"jpeg")
    assert saved.all() == [one]
    assert (one.title, one.price, one.gtin, one.look_id) == (
        "Pleated Skirt", OFFER.price, OFFER.gtin, LOOK,
    )  # fmt: skip
    assert pictures(database) == [b"jpeg"]
    saved.remove(one.key)
    assert saved.all() == []
    assert pictures(database) == []


def test_saving_twice_keeps_what_it_cost_at_first(saved: Saved) -> None:
    one = saved.add(PLACE, OFFER, None)
    assert saved.add(PLACE, replace(OFFER, price=Money("1.00", "EUR")), None) == one
    assert saved.keys() == {one.key}


def test_a_garment_is_the_same_in_every_look_of_its_picture(saved: Saved) -> None:
    one = saved.add(PLACE, None, b"crop")
    assert saved.add(replace(PLACE, look_id="c" * 32), None, b"other") == one
    assert (one.title, one.texts, one.offer_id) == ("red skirt", PLACE.texts, None)
    # It is no offer that was saved for the garment.
    assert saved.of(LOOK, 2) == []


def test_what_was_saved_outlives_its_look(saved: Saved, database: Database) -> None:
    saved.add(PLACE, OFFER, b"jpeg")
    with database.session() as session:
        session.delete(session.get(LookRow, LOOK))
    [one] = saved.all()
    assert one.look_id is None
    assert pictures(database) == [b"jpeg"]


def test_a_picture_that_two_things_have_goes_with_the_last_of_them(
    saved: Saved, database: Database
) -> None:
    one = saved.add(PLACE, OFFER, b"jpeg")
    other = saved.add(PLACE, replace(OFFER, offer_id="ucp-2"), b"jpeg")
    assert saved.delete(one.id)
    assert pictures(database) == [b"jpeg"]
    assert saved.delete(other.id)
    assert pictures(database) == []
    assert not saved.delete(other.id)
    assert not saved.delete(TOO_LARGE)


def test_things_are_moved_between_lists_and_stay_when_one_is_deleted(
    saved: Saved, database: Database
) -> None:
    lists = SavedLists(database)
    summer, gift = lists.make("Summer"), lists.make("Gift")
    one = saved.add(PLACE, OFFER, None)
    assert one.list_id is None
    assert saved.move(one.id, summer.id).list_id == summer.id
    assert saved.move(one.id, gift.id).list_id == gift.id
    assert lists.delete(gift.id)
    assert [each.list_id for each in saved.all()] == [None]
    for number in (gift.id, TOO_LARGE):
        with pytest.raises(ListNotFoundError):
            saved.move(one.id, number)
    for number in (999, TOO_LARGE):
        with pytest.raises(SavedNotFoundError):
            saved.move(number, None)


def test_lists_have_names_of_their_own(database: Database) -> None:
    lists = SavedLists(database)
    summer, gift = lists.make("Summer"), lists.make("Gift")
    for act in (lambda: lists.make("Gift"), lambda: lists.rename(summer.id, "Gift")):
        with pytest.raises(ListExistsError):
            act()
    assert lists.rename(gift.id, "Gift") == gift
    assert lists.rename(gift.id, "Presents").name == "Presents"
    assert [each.name for each in lists.all()] == ["Summer", "Presents"]
    for number in (999, TOO_LARGE):
        with pytest.raises(ListNotFoundError):
            lists.rename(number, "x")
        assert not lists.delete(number)


def test_no_more_is_kept_than_a_page_shows(saved: Saved, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "MOST", 1)
    one = saved.add(PLACE, OFFER, None)
    with pytest.raises(TooManySavedError):
        saved.add(PLACE, replace(OFFER, offer_id="ucp-2"), None)
    assert saved.add(PLACE, OFFER, None) == one
    saved.clear()
    assert saved.all() == []
