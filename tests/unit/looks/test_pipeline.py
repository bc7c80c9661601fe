"""A look is made in the same way for the server and the command line."""

import hashlib

import numpy as np
import pytest

from model.errors import UnsupportedPictureError
from server.looks.pipeline import ANALYSED_SIDE, LookPipeline
from tests.support.pictures import outfit, picture_file
from tests.support.segmenters import ScriptedSegmenter


class Striped:
    fingerprint = "-stripes"

    def name(self, crop):
        return "striped"


def test_an_id_is_made_of_bytes_weights_and_threshold():
    pipeline = LookPipeline(ScriptedSegmenter(), Striped(), min_score=0.25)
    assert pipeline.look_id(b"abc") == "79fc10369e431bafbf3f5f111cd938c2"
    without = LookPipeline(ScriptedSegmenter())
    assert without.look_id(b"abc") == hashlib.sha256(b"abc|scripted|None").hexdigest()[:32]


def test_what_a_second_look_drops_is_not_in_the_look_and_its_layer_is_in_the_id():
    class NoTrousers:
        fingerprint = "-no-trousers"

        def revised(self, picture, finds):
            assert picture.shape == outfit().shape
            return [find for find in finds if find.category.name != "trousers"]

    data = picture_file(outfit())
    pipeline = LookPipeline(ScriptedSegmenter(), second_look=NoTrousers())
    analysed = pipeline.analyse(data)
    assert [garment.category_name for garment in analysed.look.garments] == ["long sleeve top"]
    assert [garment.category.name for garment in analysed.garments] == ["long sleeve top"]
    assert (
        analysed.look.id
        == pipeline.look_id(data)
        != LookPipeline(ScriptedSegmenter()).look_id(data)
    )


def test_the_service_keeps_the_look_that_the_pipeline_makes(service):
    data = picture_file(outfit())
    kept = service.create(data, image_url="https://a.example/1.jpg")
    analysed = LookPipeline(ScriptedSegmenter()).analyse(data, image_url="https://a.example/1.jpg")
    made = analysed.look.to_json()
    assert made | {"created_at": None} == kept.to_json() | {"created_at": None}
    assert made["id"] == LookPipeline(ScriptedSegmenter()).look_id(data)


def test_garments_and_picture_come_with_the_look():
    segmenter = ScriptedSegmenter()
    analysed = LookPipeline(segmenter, Striped(), min_score=0.5).analyse(picture_file(outfit()))
    assert segmenter.min_scores == [0.5]
    assert (analysed.picture == segmenter.pictures[0]).all()
    assert len(analysed.garments) == len(analysed.look.garments) == 2
    assert [garment.pattern for garment in analysed.look.garments] == ["striped", "striped"]


def test_a_large_picture_is_analysed_smaller():
    picture = np.full((300, 2 * ANALYSED_SIDE, 3), 200, np.uint8)
    analysed = LookPipeline(ScriptedSegmenter()).analyse(picture_file(picture))
    assert (analysed.look.width, analysed.look.height) == (ANALYSED_SIDE, 150)


def test_what_is_not_a_picture_is_an_error():
    with pytest.raises(UnsupportedPictureError):
        LookPipeline(ScriptedSegmenter()).analyse(b"no picture")
