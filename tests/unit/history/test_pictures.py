import hashlib
from datetime import timedelta

import pytest
from sqlalchemy import update

from server.history.clicks import ClickHistory
from server.history.noted import NotedOffer
from server.history.pictures import KeptPictures, PictureCleaning, PictureNotKeptError
from server.history.put_away import PutAway
from server.history.saved import GarmentPlace, Saved
from server.storage.database import Database
from server.storage.kept_pictures import keep_picture
from server.storage.tables import KeptPictureRow, LookRow, now

LOOK = "a" * 32
PLACE = GarmentPlace(LOOK, "b" * 64, 1, "skirt", {"en": "skirt"})
OFFER = NotedOffer("ucp", "ucp-1", "Skirt", "https://shop.example/1")


@pytest.fixture
def pictures(database: Database) -> KeptPictures:
    with database.session() as session:
        session.add(
            LookRow(id=LOOK, picture_hash="b" * 64, width=1, height=1, garments=[], picture=b"")
        )
    return KeptPictures(database, database)


def grow_old(database: Database, days: int) -> None:
    with database.session() as session:
        session.execute(
            update(KeptPictureRow).values(created_at=now() - timedelta(days=days, hours=1))
        )


def digest(jpeg: bytes) -> str:
    return hashlib.sha256(jpeg).hexdigest()


def test_copies_of_the_history_go_when_their_time_is_over_and_saved_ones_stay(
    pictures: KeptPictures, database: Database
) -> None:
    clicks, away, saved = ClickHistory(database), PutAway(database), Saved(database)
    clicks.add(LOOK, 1, "skirt", OFFER, b"opened")
    away.put("b" * 64, 1, OFFER, jpeg=b"away")
    saved.add(PLACE, OFFER, b"saved")
    grow_old(database, 30)
    PictureCleaning(database, 31).clean()
    for jpeg in (b"opened", b"away", b"saved"):
        assert pictures.get(digest(jpeg)) == jpeg
    PictureCleaning(database, 30).clean()
    for jpeg in (b"opened", b"away"):
        with pytest.raises(PictureNotKeptError):
            pictures.get(digest(jpeg))
    assert pictures.get(digest(b"saved")) == b"saved"
    # What they belonged to stays, and names no picture any more.
    assert [(each.title, each.picture) for each in clicks.newest()] == [("Skirt", None)]
    assert [(each.title, each.picture) for each in away.newest()] == [("Skirt", None)]


def test_no_time_to_live_keeps_them_as_long_as_what_they_belong_to(
    pictures: KeptPictures, database: Database
) -> None:
    clicks = ClickHistory(database)
    click = clicks.add(LOOK, 1, "skirt", OFFER, b"opened")
    with database.session() as session:
        keep_picture(session, b"of nothing")
    grow_old(database, 30_000)
    PictureCleaning(database, 0).clean()
    assert pictures.get(digest(b"opened")) == b"opened"
    with pytest.raises(PictureNotKeptError):
        pictures.get(digest(b"of nothing"))
    clicks.delete(click.id)
    with pytest.raises(PictureNotKeptError):
        pictures.get(digest(b"opened"))


def test_a_picture_that_is_seen_again_begins_its_time_anew(
    pictures: KeptPictures, database: Database
) -> None:
    clicks = ClickHistory(database)
    clicks.add(LOOK, 1, "skirt", OFFER, b"opened")
    grow_old(database, 30)
    clicks.add(LOOK, 1, "skirt", OFFER, b"opened")
    PictureCleaning(database, 30).clean()
    assert pictures.get(digest(b"opened")) == b"opened"


def test_what_was_put_away_is_listed_once_and_taken_back_with_its_sellers(
    pictures: KeptPictures, database: Database
) -> None:
    del pictures
    away = PutAway(database)
    away.put("b" * 64, 1, OFFER, category="skirt", others=["other-1", OFFER.offer_id])
    assert away.of("b" * 64, 1) == {"ucp-1", "other-1"}
    [listed] = away.newest()
    assert (listed.look_id, listed.garment, listed.category) == (LOOK, 1, "skirt")
    away.put_back("b" * 64, 1, ["ucp-1"])
    assert away.of("b" * 64, 1) == frozenset()
