"""Decoding in child processes: the same pixels, and hostile files cost only themselves."""

import os
import signal
import threading
import time
from contextlib import suppress
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

from model.decoding import pool as pool_module
from model.decoding.pool import FAULTS, PLACES_OF_SOURCES, DecoderPool
from model.errors import PictureError, PictureTooLargeError, UnsupportedPictureError
from model.picture import decode_picture
from model.picture_structure import MAX_EXIF_SEGMENTS, MAX_SCANS, check_structure, webp_size
from tests.support.hostile_pictures import (
    lying_avif,
    many_chunks,
    many_exif_segments,
    many_scans,
    tiny_webp,
)
from tests.support.pictures import outfit, picture_file

KINDS = ("JPEG", "PNG", "WEBP", "GIF", "AVIF")


def slow_picture() -> bytes:
    """Return a picture of few enough scans to pass, and large enough to take long."""
    return many_scans(MAX_SCANS - 20, 6500)


@pytest.fixture(scope="module")
def pool():
    made = DecoderPool()
    yield made
    made.close()


@pytest.fixture
def own_pool():
    made = DecoderPool()
    yield made
    made.close()


@pytest.fixture
def impatient_pool():
    """A pool that gives a picture up sooner, for tests that wait until it does."""
    made = DecoderPool(cpu_seconds=0.25)
    yield made
    made.close()


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("max_side", [None, 70])
def test_a_child_gives_the_same_pixels(pool, kind, max_side):
    file = picture_file(outfit(3), kind)
    rgb = pool.decode(file, max_side=max_side)
    assert (rgb == decode_picture(file, max_side=max_side)).all()
    assert rgb.flags.c_contiguous
    assert rgb.flags.writeable


@pytest.mark.parametrize(
    ("data", "error"),
    [
        (b"", PictureError),
        (b"<svg/>", UnsupportedPictureError),
        (picture_file(outfit())[:-40], PictureError),
        (b"\xff\xd8\xff" + bytes(50), PictureError),
    ],
)
def test_a_child_refuses_what_cannot_be_read_in_the_same_words(pool, data, error):
    with pytest.raises(error) as plain:
        decode_picture(data)
    with pytest.raises(error) as apart:
        pool.decode(data)
    assert type(apart.value) is type(plain.value)
    assert str(apart.value) == str(plain.value)
    assert apart.value.hint == plain.value.hint


def test_the_limits_of_the_caller_hold_in_a_child(pool):
    file = picture_file(outfit())
    with pytest.raises(PictureTooLargeError):
        pool.decode(file, max_pixels=100 * 200 - 1)
    with pytest.raises(PictureTooLargeError):
        pool.decode(file, max_bytes=len(file) - 1)


@pytest.mark.parametrize(
    ("make", "pieces"), [(many_scans, 3000), (many_exif_segments, 3000), (many_chunks, 30_000)]
)
def test_a_file_in_very_many_pieces_is_refused_without_decoding_it(make, pieces):
    data = make(pieces)
    with pytest.raises(PictureError, match="too long to read"):
        check_structure(data)
    with pytest.raises(PictureError, match="too long to read"):
        decode_picture(data)


@pytest.mark.parametrize(
    ("make", "pieces"),
    [(many_scans, 10), (many_exif_segments, MAX_EXIF_SEGMENTS // 2), (many_chunks, 500)],
)
def test_an_unusual_but_harmless_number_of_pieces_passes(make, pieces):
    assert decode_picture(make(pieces)).shape[2] == 3


def test_the_size_of_a_webp_is_known_before_it_is_opened():
    assert webp_size(tiny_webp(16383, 1234)) == (16383, 1234)
    assert webp_size(picture_file(outfit(), "WEBP")) == (100, 200)
    transparent = np.dstack([outfit(), np.full((200, 100), 90, np.uint8)])
    assert webp_size(picture_file(transparent, "WEBP")) == (100, 200)
    assert webp_size(picture_file(outfit())) is None
    with pytest.raises(PictureTooLargeError, match="16383 x 16383"):
        decode_picture(tiny_webp())


def test_a_file_with_more_pixels_than_it_admits_gets_no_memory_for_them(own_pool):
    data = lying_avif()
    assert len(data) < 20_000
    with pytest.raises(PictureError):
        own_pool.decode(data)
    for child in own_pool.children():
        assert _peak_mib(child) < 300


def _peak_mib(process):
    status = Path(f"/proc/{process}/status").read_text()
    return int(status.partition("VmHWM:")[2].split()[0]) / 1024


def test_a_picture_that_takes_too_long_costs_itself_alone(impatient_pool):
    outcome = []

    def decode_slow():
        with pytest.raises(PictureError) as caught:
            impatient_pool.decode(slow_picture())
        outcome.append(str(caught.value))

    slow = threading.Thread(target=decode_slow)
    slow.start()
    honest = picture_file(outfit(), "JPEG")
    while slow.is_alive():
        assert impatient_pool.decode(honest).shape == (200, 100, 3)
    slow.join()
    assert outcome == ["The picture takes too long or too much memory to read."]


def test_a_crash_in_a_decoder_costs_that_picture_alone(own_pool):
    own_pool.start()
    (child,) = own_pool.children()
    picture = slow_picture()
    crashing = threading.Timer(0.3, os.kill, (child, signal.SIGSEGV))
    crashing.start()
    with pytest.raises(PictureError):
        own_pool.decode(picture)
    crashing.join()
    assert own_pool.decode(picture_file(outfit())).shape == (200, 100, 3)
    assert child not in own_pool.children()


def test_a_child_that_died_while_it_was_idle_is_replaced_unnoticed(own_pool):
    own_pool.start()
    (child,) = own_pool.children()
    os.kill(child, signal.SIGKILL)
    _wait_until(lambda: not _runs(child))
    assert own_pool.decode(picture_file(outfit())).shape == (200, 100, 3)


def test_a_child_that_dies_just_before_it_takes_a_picture_is_replaced_unnoticed(own_pool):
    own_pool.start()
    (child,) = own_pool.children()
    # A stopped process is alive and reads nothing, so that it dies with the file on its way.
    os.kill(child, signal.SIGSTOP)
    killing = threading.Timer(0.3, os.kill, (child, signal.SIGKILL))
    killing.start()
    assert own_pool.decode(picture_file(outfit())).shape == (200, 100, 3)
    killing.join()
    assert child not in own_pool.children()


def test_the_processes_end_with_the_pool():
    pool = DecoderPool()
    pool.start()
    (child,) = pool.children()
    pool.close()
    _wait_until(lambda: not _runs(child))
    with pytest.raises(PictureError, match="stopping"):
        pool.decode(picture_file(outfit()))


def _runs(process):
    try:
        state = Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()[0]
    except (FileNotFoundError, ProcessLookupError):
        return False
    return state != "Z"


def _wait_until(condition):
    end = time.monotonic() + 30
    while not condition():
        assert time.monotonic() < end
        time.sleep(0.01)


def test_one_shop_cannot_take_the_places_of_the_others(impatient_pool):
    started = threading.Barrier(6)
    failures = []

    def decode_slow():
        started.wait()
        try:
            impatient_pool.decode(slow_picture(), source="hostile.example")
        except PictureError as error:
            failures.append(str(error))

    threads = [threading.Thread(target=decode_slow) for _ in range(5)]
    for thread in threads:
        thread.start()
    started.wait()
    honest = picture_file(outfit(), "JPEG")
    answered, places = 0, set()
    while any(thread.is_alive() for thread in threads):
        assert impatient_pool.decode(honest, source="honest.example").shape == (200, 100, 3)
        places.add(impatient_pool._busy_by_source["hostile.example"])
        answered += 1
    assert answered
    assert max(places) <= 1
    assert len(failures) == 5


def test_many_shops_together_leave_a_place_for_the_users_own_picture(impatient_pool):
    sources = [f"hostile-{number}.example" for number in range(6)]
    started = threading.Barrier(len(sources) + 1)

    def decode_slow(source):
        started.wait()
        with suppress(PictureError):
            impatient_pool.decode(slow_picture(), source=source)

    threads = [threading.Thread(target=decode_slow, args=(source,)) for source in sources]
    for thread in threads:
        thread.start()
    started.wait()
    _wait_until(lambda: impatient_pool.busy == PLACES_OF_SOURCES)
    assert impatient_pool.decode(picture_file(outfit(), "JPEG")).shape == (200, 100, 3)
    assert impatient_pool.busy <= PLACES_OF_SOURCES
    for thread in threads:
        thread.join()


def test_a_shop_whose_pictures_end_children_is_refused_for_a_while(own_pool, monkeypatch):
    for _ in range(FAULTS):
        own_pool._blame("hostile.example")
    honest = picture_file(outfit())
    with pytest.raises(PictureError, match="Other pictures from there"):
        own_pool.decode(honest, source="hostile.example")
    assert own_pool.decode(honest, source="honest.example").shape == (200, 100, 3)
    monkeypatch.setattr(pool_module, "FAULT_SECONDS", 0.0)
    assert own_pool.decode(honest, source="hostile.example").shape == (200, 100, 3)


@hypothesis_settings(max_examples=150)
@given(
    kind=st.sampled_from(KINDS),
    cut=st.floats(0, 1),
    changes=st.lists(st.tuples(st.floats(0, 1), st.integers(0, 255)), max_size=12),
    early=st.booleans(),
)
def test_whatever_the_bytes_are_a_picture_or_a_plain_error_comes_back(
    pool, kind, cut, changes, early
):
    data = bytearray(picture_file(outfit(), kind))
    for place, value in changes:
        reach = min(len(data), 64) if early else len(data)
        data[int(place * (reach - 1))] = value
    if cut > 0.5:
        del data[int(cut * len(data)) :]
    with suppress(PictureError):
        rgb = pool.decode(bytes(data), max_pixels=1_000_000)
        assert rgb.shape[2] == 3
