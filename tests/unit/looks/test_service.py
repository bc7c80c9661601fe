import logging
import threading
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta

import numpy as np
import pytest

from model.errors import PictureError, UnsupportedPictureError
from server.looks.errors import (
    ClientGoneError,
    GarmentNotFoundError,
    LookNotFoundError,
    QueueFullError,
)
from server.looks.look import Look
from server.looks.pipeline import LookPipeline
from server.looks.store import LookStore
from tests.support.pictures import TOP, TROUSERS, outfit, picture_file
from tests.support.segmenters import ScriptedSegmenter


def test_a_look_says_what_was_found_where(service):
    look = service.create(picture_file(outfit()))
    assert (look.width, look.height) == (100, 200)
    assert [(g.number, g.category.name, g.kind) for g in look.garments] == [
        (1, "long sleeve top", "top"),
        (2, "trousers", "bottom"),
    ]
    top = look.garments[0]
    assert top.score == pytest.approx(0.9)
    assert top.box == (20, 10, 60, 70)
    assert top.polygons == ([[20, 10], [79, 10], [79, 79], [20, 79]],)
    assert datetime.now(UTC) - look.created_at < timedelta(minutes=1)


def test_garments_are_described_by_their_own_pixels(service):
    top, trousers = service.create(picture_file(outfit())).garments
    assert top.colours[0].name == "navy"
    assert top.colours[0].name != trousers.colours[0].name
    assert top.keywords[-1] == "long sleeve top"
    assert top.search_text["en"].startswith("navy")
    assert top.search_text["ko"].startswith("네이비")


def test_the_model_is_given_the_pixels_and_the_chosen_score(service_of, segmenter):
    service_of(min_score=0.4).create(picture_file(outfit()))
    assert np.array_equal(segmenter.pictures[0], outfit())
    assert segmenter.min_scores == [0.4]


def test_a_long_picture_is_scaled_down_before_it_is_analysed(service, segmenter):
    look = service.create(picture_file(outfit(width=3000, height=4096), "JPEG"))
    assert (look.width, look.height) == (1500, 2048)
    assert segmenter.pictures[0].shape == (2048, 1500, 3)


def test_the_same_picture_is_analysed_once(service, segmenter):
    first = service.create(picture_file(outfit()))
    assert service.create(picture_file(outfit())) == first
    assert len(segmenter.pictures) == 1


def test_another_picture_is_another_look(service):
    first = service.create(picture_file(outfit(1)))
    assert service.create(picture_file(outfit(2))).id != first.id


def test_other_weights_make_another_look(service, segmenter):
    first = service.create(picture_file(outfit()))
    segmenter.fingerprint = "newer"
    assert service.create(picture_file(outfit())).id != first.id
    assert len(segmenter.pictures) == 2


def test_another_threshold_makes_another_look(service_of):
    first = service_of(min_score=0.3).create(picture_file(outfit()))
    assert service_of(min_score=0.7).create(picture_file(outfit())).id != first.id


def test_the_same_picture_at_once_is_analysed_once(service, segmenter):
    segmenter.gate.clear()
    with ThreadPoolExecutor(12) as pool:
        first = pool.submit(service.create, picture_file(outfit()))
        assert segmenter.begun.acquire(timeout=10)
        arrived = threading.Barrier(12, timeout=10)

        def join():
            arrived.wait()
            return service.create(picture_file(outfit()))

        others = [pool.submit(join) for _ in range(11)]
        arrived.wait()
        segmenter.gate.set()
        looks = [future.result(10) for future in [first, *others]]
    assert {look.id for look in looks} == {looks[0].id}
    assert len(segmenter.pictures) == 1


def test_the_same_picture_from_all_sides_is_analysed_once(service, segmenter):
    together = threading.Barrier(16, timeout=10)

    def create(_):
        together.wait()
        return service.create(picture_file(outfit())).id

    with ThreadPoolExecutor(16) as pool:
        assert len(set(pool.map(create, range(16)))) == 1
    assert len(segmenter.pictures) == 1


def test_a_look_that_another_process_stored_meanwhile_is_the_one_that_is_kept(
    service_of, database, segmenter
):
    data = picture_file(outfit())
    service = service_of()
    segmenter.gate.clear()
    with ThreadPoolExecutor() as pool:
        slow = pool.submit(service.create, data)
        assert segmenter.begun.acquire(timeout=60)
        analysed = LookPipeline(ScriptedSegmenter()).analyse(data, page_url="https://b.example/")
        stored = LookStore(database, kept=9).add(analysed.look, b"jpeg")
        segmenter.gate.set()
        look = slow.result(60)
    assert look == stored
    assert service.picture_file(look) == b"jpeg"


def test_a_picture_too_many_is_turned_away_and_the_others_are_not(service_of, segmenter):
    service = service_of(queue_size=3)
    segmenter.gate.clear()
    with ThreadPoolExecutor(5) as pool:
        running = pool.submit(service.create, picture_file(outfit(0)))
        assert segmenter.begun.acquire(timeout=10)
        futures = [pool.submit(service.create, picture_file(outfit(n))) for n in range(1, 5)]
        turned_away = next(f for f in _as_completed(futures))
        with pytest.raises(QueueFullError) as caught:
            turned_away.result()
        segmenter.gate.set()
        done = [f.result(10) for f in [running, *futures] if f is not turned_away]
    assert len({look.id for look in done}) == 4
    assert caught.value.retry_after >= 1


def test_who_waits_for_a_picture_under_way_takes_no_place(service_of, segmenter):
    service = service_of(queue_size=1)
    segmenter.gate.clear()
    with ThreadPoolExecutor(6) as pool:
        running = pool.submit(service.create, picture_file(outfit(0)))
        assert segmenter.begun.acquire(timeout=10)
        same = [pool.submit(service.create, picture_file(outfit(0))) for _ in range(4)]
        other = pool.submit(service.create, picture_file(outfit(1)))
        segmenter.gate.set()
        assert {f.result(10).id for f in same} == {running.result(10).id}
        assert other.result(10).id != running.result().id


def test_a_failure_is_reported_to_all_who_wait_and_not_remembered(service, segmenter):
    segmenter.gate.clear()
    segmenter.fault = PictureError("broken")
    with ThreadPoolExecutor(2) as pool:
        first = pool.submit(service.create, picture_file(outfit()))
        assert segmenter.begun.acquire(timeout=10)
        second = pool.submit(service.create, picture_file(outfit()))
        segmenter.gate.set()
        for future in (first, second):
            with pytest.raises(PictureError, match="broken"):
                future.result(10)
    segmenter.fault = None
    assert service.create(picture_file(outfit())).garments


def test_what_is_not_a_picture_is_not_shown_to_the_model(service, segmenter):
    with pytest.raises(UnsupportedPictureError):
        service.create(b"<html>")
    assert segmenter.pictures == []


def test_a_look_is_kept_over_a_restart(service_of, segmenter):
    before = service_of()
    look = before.create(
        picture_file(outfit()), "https://cdn.example/a.jpg", "https://page.example/"
    )
    before.close()
    after = service_of()
    assert after.get(look.id) == look
    assert after.create(picture_file(outfit())) == look
    assert len(segmenter.pictures) == 1


def test_only_the_newest_looks_are_kept(service_of):
    service = service_of(looks_kept=2)
    first, second, third = (service.create(picture_file(outfit(n))) for n in range(3))
    with pytest.raises(LookNotFoundError):
        service.get(first.id)
    assert service.get(second.id) == second
    assert service.get(third.id) == third


def test_a_new_look_is_kept_although_the_clock_was_set_back(service_of, monkeypatch):
    service = service_of(looks_kept=2)
    for number in range(2):
        service.create(picture_file(outfit(number)))

    class LongAgo(datetime):
        @classmethod
        def now(cls, tz=None):
            return datetime(2020, 1, 1, tzinfo=tz)

    monkeypatch.setattr("server.looks.pipeline.datetime", LongAgo)
    looks = [service.create(picture_file(outfit(number))) for number in (3, 4)]
    assert [service.get(look.id) for look in looks] == looks
    assert service.newest(9) == looks[::-1]


def test_an_unknown_look_is_an_error(service):
    with pytest.raises(LookNotFoundError):
        service.get("0" * 32)


def test_the_newest_address_of_a_picture_counts(service):
    data = picture_file(outfit())
    service.create(data, "https://cdn.example/a.jpg?sig=old", "https://page.example/1")
    look = service.create(data, "https://cdn.example/a.jpg?sig=new")
    assert look.image_url == "https://cdn.example/a.jpg?sig=new"
    assert look.page_url == "https://page.example/1"
    assert service.get(look.id) == look


def test_an_upload_does_not_take_an_address_away(service):
    data = picture_file(outfit())
    service.create(data, "https://cdn.example/a.jpg")
    assert service.create(data).image_url == "https://cdn.example/a.jpg"


def test_a_crop_shows_the_garment_and_nothing_else(service):
    look = service.create(picture_file(outfit()))
    for number, colour in ((1, TOP), (2, TROUSERS)):
        crop = service.crop(look, number)
        solid = crop[crop[..., 3] == 255][:, :3].astype(int)
        assert (crop[..., 3] > 0).sum() == (60 * 70, 50 * 100)[number - 1]
        assert np.abs(np.median(solid, axis=0) - colour).max() <= 3
        # JPEG blurs the edge a little; a neighbour would be 100 away.
        assert (np.abs(solid - colour).max(axis=1) < 40).mean() > 0.97


def test_a_hole_in_a_garment_is_a_hole_in_its_crop(service, segmenter, monkeypatch):
    truly = segmenter.segment

    def with_hole(picture, min_score=None):
        (garment,) = truly(picture, min_score)[:1]
        garment.mask[30:60, 40:60] = False
        garment.polygons.append([[40, 30], [59, 30], [59, 59], [40, 59]])
        return [garment]

    monkeypatch.setattr(segmenter, "segment", with_hole)
    look = service.create(picture_file(outfit()))
    crop = service.crop(look, 1)
    # The ring of a hole runs through the garment's last pixels around it.
    assert (crop[..., 3] > 0).sum() == pytest.approx(60 * 70 - 20 * 30, rel=0.03)


@pytest.mark.parametrize("number", [0, 3, -1, 10**9])
def test_a_garment_that_the_look_has_not_is_an_error(service, number):
    look = service.create(picture_file(outfit()))
    with pytest.raises(GarmentNotFoundError) as caught:
        service.crop(look, number)
    assert "1 to 2" in caught.value.hint


def test_a_picture_without_garments_is_a_look_too(service, segmenter):
    segmenter.boxes = ()
    look = service.create(picture_file(outfit()))
    assert look.garments == ()
    with pytest.raises(GarmentNotFoundError):
        service.crop(look, 1)


def test_a_crop_of_a_look_that_is_not_kept_any_more_is_an_error(service_of):
    service = service_of(looks_kept=1)
    look = service.create(picture_file(outfit(1)))
    service.create(picture_file(outfit(2)))
    with pytest.raises(LookNotFoundError):
        service.crop(look, 1)


def test_who_wants_to_know_is_told_of_each_look_new_or_known(service):
    notified: list[Look] = []
    service.on_created(notified.append)
    look = service.create(picture_file(outfit()))
    service.create(picture_file(outfit()))
    assert notified == [look, look]


def test_who_fails_on_being_told_is_logged_and_costs_nobody_the_look(service, caplog):
    notified = []

    def fail(_):
        raise ZeroDivisionError

    service.on_created(fail)
    service.on_created(notified.append)
    with caplog.at_level(logging.ERROR):
        look = service.create(picture_file(outfit()))
    assert notified == [look]
    assert "ZeroDivisionError" in caplog.text


def test_pictures_are_counted_by_what_became_of_them(service, metrics):
    service.create(picture_file(outfit()))
    service.create(picture_file(outfit()))
    with pytest.raises(UnsupportedPictureError):
        service.create(b"x")

    def value(outcome):
        return metrics.registry.get_sample_value("where_to_buy_looks_total", {"outcome": outcome})

    assert (value("new"), value("known"), value("failed")) == (1, 1, 1)


def _as_completed(futures):
    from concurrent.futures import as_completed  # noqa: PLC0415

    return as_completed(futures, timeout=10)


def test_a_picture_that_nobody_waits_for_is_not_analysed(service, segmenter):
    segmenter.gate.clear()
    with ThreadPoolExecutor(8) as pool:
        # All three places of the model are taken, so that the next picture has to wait.
        busy = [pool.submit(service.create, picture_file(outfit(n))) for n in (1, 2, 3)]
        assert all(segmenter.begun.acquire(timeout=10) for _ in busy)
        gone = threading.Event()
        left = pool.submit(service.create, picture_file(outfit(4)), is_gone=gone.is_set)
        while service.waiting < 3:
            threading.Event().wait(0.01)
        gone.set()
        segmenter.gate.set()
        assert all(future.result() for future in busy)
        with pytest.raises(ClientGoneError):
            left.result()
    assert len(segmenter.pictures) == 3


def test_a_picture_that_others_still_wait_for_is_analysed(service, segmenter):
    segmenter.gate.clear()
    with ThreadPoolExecutor(8) as pool:
        busy = [pool.submit(service.create, picture_file(outfit(n))) for n in (1, 2, 3)]
        assert all(segmenter.begun.acquire(timeout=10) for _ in busy)
        gone = threading.Event()
        gone.set()
        wanted = picture_file(outfit(4))
        first = pool.submit(service.create, wanted, is_gone=gone.is_set)
        second = pool.submit(service.create, wanted)
        while service.waiting < 3:
            threading.Event().wait(0.01)
        segmenter.gate.set()
        assert second.result().width == 100
        assert all(future.result() for future in busy)
        first.exception()
