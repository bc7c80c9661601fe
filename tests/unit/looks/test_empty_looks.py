"""A look in which nothing was found works for whoever sees it, and is soon forgotten."""

import threading
from datetime import datetime, timedelta

import pytest
from sqlalchemy import text

from server.looks.editing import LookEditor
from server.looks.errors import LookNotFoundError
from server.looks.keeping import EMPTY_KEPT, LookKeeper
from server.looks.store import LookStore
from server.looks.sweeping import Sweeping
from server.storage.errors import DatabaseError
from tests.support.pictures import outfit, picture_file


@pytest.fixture
def made_before(monkeypatch, service, segmenter):
    """Make a look some time ago; of nothing, unless a test says otherwise."""
    segmenter.boxes = ()

    def make(ago: timedelta, seed: int = 0):
        class Earlier(datetime):
            @classmethod
            def now(cls, tz=None):
                return datetime.now(tz) - ago

        monkeypatch.setattr("server.looks.pipeline.datetime", Earlier)
        look = service.create(picture_file(outfit(seed)))
        monkeypatch.undo()
        return look

    return make


OLD = EMPTY_KEPT + timedelta(minutes=1)


def test_it_is_not_listed_but_shown_to_who_asks_for_it(service, segmenter):
    full = service.create(picture_file(outfit(1)))
    segmenter.boxes = ()
    empty = service.create(picture_file(outfit(2)))
    assert service.newest(9) == [full]
    assert service.get(empty.id) == empty
    assert service.picture(empty).shape == (200, 100, 3)


def test_empty_looks_take_no_place_in_the_list(service, segmenter):
    full = service.create(picture_file(outfit(1)))
    segmenter.boxes = ()
    for seed in range(2, 5):
        service.create(picture_file(outfit(seed)))
    assert service.newest(2) == [full]


def test_picture_and_row_are_gone_after_a_while(service, made_before, database):
    old = made_before(OLD)
    assert service.drop_empty() == 1
    with pytest.raises(LookNotFoundError):
        service.get(old.id)
    with database.session(read_only=True) as session:
        assert session.execute(text("SELECT count(*) FROM looks")).scalar_one() == 0


def test_new_ones_and_those_with_garments_stay(service, segmenter, made_before):
    new = made_before(timedelta(minutes=5))
    segmenter.boxes = (("skirt", (25, 80, 50, 100)),)
    full = made_before(OLD * 100, 1)
    assert service.drop_empty() == 0
    assert service.get(new.id) == new
    assert service.newest(9) == [full]


@pytest.mark.parametrize("way", ["the same picture", "a reload"])
def test_whoever_looks_at_it_again_keeps_it(service, made_before, way):
    old = made_before(OLD)
    again = service.create(picture_file(outfit())) if way == "the same picture" else None
    assert (again or service.get(old.id)).id == old.id
    assert service.drop_empty() == 0
    assert service.get(old.id).id == old.id


def test_what_is_drawn_into_it_makes_it_a_look_like_any_other(
    service, database, segmenter, made_before
):
    old = made_before(OLD)
    editor = LookEditor(service, database, segmenter)
    framed = editor.frame(old, (20, 10, 60, 70))
    assert service.drop_empty() == 0
    assert [look.id for look in service.newest(9)] == [old.id]
    # Also where it was no garment after all: what a person said is not lost.
    editor.put_away(framed, framed.garments[-1].number)
    assert service.drop_empty() == 0
    assert service.get(old.id).garments == ()


def test_one_that_was_corrected_until_nothing_is_left_stays_in_its_place(
    service, database, segmenter, made_before
):
    segmenter.boxes = (("skirt", (25, 80, 50, 100)),)
    old = made_before(OLD)
    newer = service.create(picture_file(outfit(1)))
    LookEditor(service, database, segmenter).put_away(old, 1)
    assert service.get(old.id).created_at == old.created_at
    assert [look.id for look in service.newest(9)] == [newer.id, old.id]


def test_it_is_not_listed_either_while_the_database_takes_nothing(service, segmenter, monkeypatch):
    def refuse(*_):
        raise DatabaseError("It is full.")

    monkeypatch.setattr(LookStore, "add", refuse)
    full = service.create(picture_file(outfit(1)))
    segmenter.boxes = ()
    empty = service.create(picture_file(outfit(2)))
    assert service.newest(9) == [full]
    assert service.get(empty.id) == empty
    monkeypatch.undo()


def test_a_database_that_takes_nothing_shows_it_all_the_same(service, made_before, monkeypatch):
    old = made_before(OLD)

    def refuse(*_):
        raise DatabaseError("It is read-only.")

    monkeypatch.setattr(LookStore, "keep_longer", refuse)
    assert service.get(old.id).id == old.id


def test_a_thread_drops_them_and_goes_on_after_a_fault(service, monkeypatch):
    tried = threading.Event()
    faults = [DatabaseError("It is locked.")]

    def drop(_keeper):
        if faults:
            raise faults.pop()
        tried.set()
        return 0

    monkeypatch.setattr(LookKeeper, "drop_empty", drop)
    sweeping = Sweeping(service, pause=0.01)
    sweeping.start()
    assert tried.wait(60)
    sweeping.stop()
