"""A look says what pattern its garments have, and keeps it."""

import numpy as np
import pytest

from model.patterns import Patterns
from server.looks.service import LookService
from tests.support.pictures import picture_file
from tests.support.segmenters import ScriptedSegmenter


class Unsure:
    fingerprint = "unsure"

    def name(self, crop):
        return None


@pytest.fixture
def looks_with(database, settings, metrics):
    made = []

    def make(patterns):
        segmenter = ScriptedSegmenter(("long sleeve top", (40, 40, 320, 320)))
        made.append(LookService(database, segmenter, settings, metrics, patterns))
        return made[-1]

    yield make
    for service in made:
        service.close()


def sailor_shirt():
    picture = np.full((400, 400, 3), 200, np.uint8)
    rows = (np.arange(320) // 11 % 2)[:, None, None]
    picture[40:360, 40:360] = np.where(rows == 0, (236, 236, 232), (28, 36, 64))
    return picture_file(picture)


def test_the_pattern_is_among_the_words(looks_with):
    (top,) = looks_with(Patterns()).create(sailor_shirt()).garments
    assert top.pattern == "striped"
    assert top.keywords[-2:] == ("striped", "long sleeve top")
    assert top.search_text["en"].endswith(" striped long sleeve top")
    assert top.search_text["ko"].endswith(" 스트라이프 긴팔 상의")


def test_the_pattern_is_kept_with_the_look(looks_with):
    look = looks_with(Patterns()).create(sailor_shirt())
    assert looks_with(Patterns()).get(look.id).garments[0].pattern == "striped"


def test_patterns_of_cloth_are_not_looked_for_on_shoes(database, settings, metrics):
    segmenter = ScriptedSegmenter(("shoes", (40, 40, 320, 320)))
    service = LookService(database, segmenter, settings, metrics, Patterns())
    (shoes,) = service.create(sailor_shirt()).garments
    service.close()
    assert shoes.pattern is None
    assert shoes.keywords[-1] == "shoes"
    assert shoes.search_text["es"].startswith("zapatos ")


def test_what_is_unsure_is_not_used(looks_with):
    (top,) = looks_with(Unsure()).create(sailor_shirt()).garments
    assert top.pattern is None
    assert "striped" not in top.search_text["en"]


def test_other_weights_for_patterns_make_another_look(looks_with):
    picture = sailor_shirt()
    assert looks_with(Patterns()).create(picture).id != looks_with(Unsure()).create(picture).id
