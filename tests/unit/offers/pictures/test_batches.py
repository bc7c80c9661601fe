import threading
from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pytest

from model.categories import Kind
from model.errors import PictureError
from model.side_by_side import MOST
from server.offers.pictures.batches import PictureBatcher
from tests.support.pictures import outfit
from tests.support.segmenters import ColourSegmenter, ScriptedSegmenter

TOPS = frozenset({Kind.TOP})


@pytest.fixture
def pool():
    with ThreadPoolExecutor(2 * MOST + 1) as running:
        yield running


def test_a_lone_picture_is_viewed(embedder) -> None:
    segmenter = ColourSegmenter()
    view = PictureBatcher(segmenter, embedder).view(outfit, TOPS)
    assert view.kind is Kind.TOP
    assert view.colours[0].name == "navy"


def test_pictures_that_arrive_together_share_batches_and_each_gets_its_own_view(
    embedder, pool
) -> None:
    segmenter = ColourSegmenter()
    batcher = PictureBatcher(segmenter, embedder)
    kinds = [TOPS, frozenset({Kind.BOTTOM})] * MOST
    together = threading.Barrier(len(kinds))

    def load():
        together.wait()
        return outfit()

    views = list(pool.map(lambda wanted: batcher.view(load, wanted), kinds))
    assert [view.kind for view in views] == [Kind.TOP, Kind.BOTTOM] * MOST
    assert len(segmenter.pictures) <= len(kinds) // 2


def test_one_batch_is_segmented_at_a_time_and_pictures_that_wait_form_the_next(
    embedder, pool
) -> None:
    class Waits(ColourSegmenter):
        going_on, begun = threading.Event(), threading.Semaphore(0)

        def segment(self, picture, min_score=None):
            self.begun.release()
            self.going_on.wait()
            return super().segment(picture, min_score)

    segmenter = Waits()
    batcher = PictureBatcher(segmenter, embedder)
    first = [pool.submit(batcher.view, outfit, TOPS)]
    for _ in first:
        assert segmenter.begun.acquire(timeout=20)
    coming = threading.Barrier(2 * MOST)

    def load():
        coming.wait()
        return outfit()

    later = [pool.submit(batcher.view, load, TOPS) for _ in range(2 * MOST)]
    with batcher._changed:
        assert batcher._changed.wait_for(lambda: len(batcher._waiting) == 2 * MOST, timeout=20)
    assert segmenter.pictures == []
    assert not segmenter.begun.acquire(blocking=False)
    segmenter.going_on.set()
    for each in (*first, *later):
        each.result(20)
    assert len(segmenter.pictures) == 1 + 2


def test_a_picture_that_cannot_be_loaded_fails_alone(embedder, pool) -> None:
    batcher = PictureBatcher(ColourSegmenter(), embedder)
    together = threading.Barrier(2)

    def broken():
        together.wait()
        raise PictureError("cut off")

    def whole():
        together.wait()
        return outfit()

    failing, looking = (
        pool.submit(batcher.view, broken, TOPS),
        pool.submit(batcher.view, whole, TOPS),
    )
    with pytest.raises(PictureError, match="cut off"):
        failing.result(20)
    assert looking.result(20).kind is Kind.TOP


def test_a_network_that_fails_fails_the_whole_batch_and_the_next_one_is_viewed(
    embedder, pool
) -> None:
    segmenter = ScriptedSegmenter()
    segmenter.fault = RuntimeError("no more memory")
    batcher = PictureBatcher(segmenter, embedder)
    failing = [pool.submit(batcher.view, outfit, TOPS) for _ in range(MOST)]
    for each in failing:
        with pytest.raises(RuntimeError, match="no more memory"):
            each.result(20)
    segmenter.fault = None
    assert np.isfinite(batcher.view(outfit, TOPS).vector).all()


def test_a_download_that_hangs_does_not_hold_up_the_others(embedder, pool) -> None:
    batcher = PictureBatcher(ColourSegmenter(), embedder)
    released = threading.Event()

    def hung():
        released.wait()
        return outfit()

    hanging = pool.submit(batcher.view, hung, TOPS)
    assert pool.submit(batcher.view, outfit, TOPS).result(20).kind is Kind.TOP
    assert not hanging.done()
    released.set()
    assert hanging.result(20).kind is Kind.TOP


def test_pictures_that_wait_fail_when_it_is_closed_instead_of_hanging(embedder, pool) -> None:
    class Waits(ColourSegmenter):
        going_on, begun = threading.Event(), threading.Semaphore(0)

        def segment(self, picture, min_score=None):
            self.begun.release()
            self.going_on.wait()
            return super().segment(picture, min_score)

    segmenter = Waits()
    batcher = PictureBatcher(segmenter, embedder)
    running = pool.submit(batcher.view, outfit, TOPS)
    assert segmenter.begun.acquire(timeout=20)
    waiting = pool.submit(batcher.view, outfit, TOPS)
    with batcher._changed:
        assert batcher._changed.wait_for(lambda: len(batcher._waiting) == 1, timeout=20)
    batcher.close()
    segmenter.going_on.set()
    for each in (running, waiting, pool.submit(batcher.view, outfit, TOPS)):
        with pytest.raises(RuntimeError, match="shutdown"):
            each.result(20)
