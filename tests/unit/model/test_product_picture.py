"""A product's picture is about the garment that is for sale."""

from collections.abc import Iterator
from concurrent.futures import Executor, ThreadPoolExecutor

import numpy as np
import pytest
from numpy.typing import NDArray

from model.categories import Kind
from model.crops import cut_out, on_white
from model.embedder import Embedder
from model.garment import Garment
from model.product_picture import embed_product, embed_products
from tests.support.pictures import outfit
from tests.support.segmenters import ColourSegmenter, ScriptedSegmenter

SHIRT = ("long sleeve top", (20, 10, 60, 70))
TROUSERS = ("trousers", (20, 80, 60, 110))


@pytest.fixture
def pool() -> Iterator[Executor]:
    with ThreadPoolExecutor(2) as running:
        yield running


def expected(embedder: Embedder, picture: NDArray[np.uint8], box: tuple) -> NDArray[np.float32]:
    x, y, width, height = box
    mask = np.zeros(picture.shape[:2], np.bool_)
    mask[y : y + height, x : x + width] = True
    return embedder.embed([on_white(cut_out(picture, mask, tuple(map(float, box))))])[0]


@pytest.mark.parametrize(
    ("kinds", "wanted"),
    [
        (None, TROUSERS),  # the largest
        ({Kind.TOP}, SHIRT),
        ({Kind.BOTTOM}, TROUSERS),
        ({Kind.OUTWEAR}, SHIRT),  # a hoodie is either
    ],
)
def test_the_garment_that_the_words_mean_is_embedded(
    embedder: Embedder, kinds: set[Kind] | None, wanted: tuple
) -> None:
    picture = outfit()
    view = embed_product(picture, ScriptedSegmenter(SHIRT, TROUSERS), embedder, kinds)
    np.testing.assert_allclose(view.vector, expected(embedder, picture, wanted[1]), atol=1e-5)
    assert view.kind == (Kind.TOP if wanted is SHIRT else Kind.BOTTOM)


def test_trousers_below_a_shirt_for_sale_are_not_for_sale(embedder: Embedder) -> None:
    view = embed_product(outfit(), ScriptedSegmenter(TROUSERS), embedder, {Kind.TOP})
    assert view.kind is None


def test_a_picture_without_garments_is_embedded_whole(embedder: Embedder) -> None:
    picture = outfit()

    class FindsNothing:
        def segment(
            self, picture: NDArray[np.uint8], min_score: float | None = None
        ) -> list[Garment]:
            del picture, min_score
            return []

    view = embed_product(picture, FindsNothing(), embedder, {Kind.TOP})
    assert view.kind is None
    np.testing.assert_allclose(view.vector, embedder.embed([picture])[0], atol=1e-6)


def test_several_pictures_are_looked_at_as_one_by_one_but_at_once(
    embedder: Embedder, pool: Executor
) -> None:
    pictures = [outfit(), outfit(55), outfit(20)[:, 10:90], outfit(7)]
    kinds = [{Kind.TOP}, {Kind.BOTTOM}, None, {Kind.OUTWEAR}]
    segmenter = ColourSegmenter()
    views = embed_products(pictures, segmenter, embedder, kinds, pool)
    assert len(segmenter.pictures) == 1
    alone = [
        embed_product(picture, segmenter, embedder, kind)
        for picture, kind in zip(pictures, kinds, strict=True)
    ]
    assert [view.kind for view in views] == [view.kind for view in alone]
    assert [view.kind for view in views] == [Kind.TOP, Kind.BOTTOM, Kind.BOTTOM, Kind.TOP]
    for view, expected_view in zip(views, alone, strict=True):
        assert view.colours == expected_view.colours
        assert float(view.vector @ expected_view.vector) > 0.99


def test_who_shows_nothing_of_the_wanted_kind_is_embedded_whole(
    embedder: Embedder, pool: Executor
) -> None:
    without = outfit()
    without[10:80] = without[0, 0]
    shirt, other = embed_products(
        [outfit(), without], ColourSegmenter(), embedder, [{Kind.TOP}, {Kind.TOP}], pool
    )
    assert shirt.kind is Kind.TOP
    assert other.kind is None
    np.testing.assert_allclose(other.vector, embedder.embed([without])[0], atol=1e-6)


def test_what_is_not_found_in_the_row_is_looked_at_alone(
    embedder: Embedder, pool: Executor
) -> None:
    class SeesLittleInARow(ColourSegmenter):
        def segment(
            self, picture: NDArray[np.uint8], min_score: float | None = None
        ) -> list[Garment]:
            found = super().segment(picture, min_score)
            return found[:1] if picture.shape[1] > 100 else found

    views = embed_products(
        [outfit(), outfit()], SeesLittleInARow(), embedder, [{Kind.TOP}] * 2, pool
    )
    assert [view.kind for view in views] == [Kind.TOP] * 2
    assert float(views[0].vector @ views[1].vector) > 0.99


def test_a_picture_with_another_background_is_looked_at_alone(
    embedder: Embedder, astronaut: NDArray[np.uint8], pool: Executor
) -> None:
    segmenter = ColourSegmenter()
    embed_products([outfit(), astronaut, outfit()], segmenter, embedder, [None] * 3, pool)
    assert len(segmenter.pictures) == 2
    assert segmenter.pictures[1] is astronaut
    assert embed_products([], segmenter, embedder, [], pool) == []
