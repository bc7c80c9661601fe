"""A product's picture is about the garment that is for sale."""

import numpy as np
import pytest
from numpy.typing import NDArray

from model.categories import Kind
from model.crops import cut_out, on_white
from model.embedder import Embedder
from model.garment import Garment
from model.product_picture import embed_product
from tests.support.pictures import outfit
from tests.support.segmenters import ScriptedSegmenter

SHIRT = ("long sleeve top", (20, 10, 60, 70))
TROUSERS = ("trousers", (20, 80, 60, 110))


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
