from dataclasses import replace
from datetime import UTC, datetime

from model.categories import CATEGORIES, category_by_name
from model.colours import Colour
from server.goods.search_text import search_texts
from server.looks.look import Look, LookGarment
from server.looks.schema import GarmentOut
from tests.support.garments import garment_query

GARMENT = LookGarment(
    number=1,
    category=category_by_name("long sleeve top"),
    score=0.93456,
    box=(1.04, 2.0, 30.26, 40.0),
    polygons=([[1.04, 2.0], [31.3, 2.0], [31.3, 42.0]],),
    colours=(Colour(name="navy", hex="#1f2a44", share=0.71234),),
    keywords=("navy", "striped", "long sleeve top"),
    search_text={"en": "navy striped long sleeve top", "ko": "네이비 스트라이프 긴팔 상의"},
    pattern="striped",
    rivals=(category_by_name("vest"),),
)
LOOK = Look(
    id="0" * 32,
    width=640,
    height=800,
    image_url="https://cdn.example/a.jpg",
    page_url=None,
    created_at=datetime(2026, 11, 24, 9, 30, tzinfo=UTC),
    garments=(GARMENT,),
)


def test_a_look_is_given_as_the_api_documents_it():
    assert LOOK.to_json() == {
        "id": "0" * 32,
        "width": 640,
        "height": 800,
        "image_url": "https://cdn.example/a.jpg",
        "page_url": None,
        "created_at": "2026-11-24T09:30:00Z",
        "garments": [
            {
                "number": 1,
                "category": "long sleeve top",
                "category_id": 2,
                "kind": "top",
                "score": 0.9346,
                "box": [1.0, 2.0, 30.3, 40.0],
                "polygons": [[[1.0, 2.0], [31.3, 2.0], [31.3, 42.0]]],
                "colours": [{"name": "navy", "hex": "#1f2a44", "share": 0.712}],
                "keywords": ["navy", "striped", "long sleeve top"],
                "search_text": {
                    "en": "navy striped long sleeve top",
                    "ko": "네이비 스트라이프 긴팔 상의",
                },
                "pattern": "striped",
                "rivals": [
                    {"category": "vest", "words": search_texts((), category_by_name("vest"))}
                ],
                "crop": f"/api/v1/looks/{'0' * 32}/garments/1/crop.png",
            }
        ],
    }


def test_a_garment_that_was_kept_is_the_garment_that_was_given():
    view = GARMENT.to_view("0" * 32)
    again = LookGarment.from_view(view)
    assert again.to_view("0" * 32) == view
    assert again.category == GARMENT.category
    assert again.pattern == "striped"
    assert again.rivals == GARMENT.rivals


def test_a_garment_that_was_kept_before_patterns_were_named_has_none():
    kept = GARMENT.to_view("0" * 32).model_dump(mode="json")
    del kept["pattern"], kept["rivals"]
    again = LookGarment.from_view(GarmentOut.model_validate(kept))
    assert again.pattern is None
    assert again.rivals == ()
    assert again.keywords == GARMENT.keywords


def test_what_a_later_version_added_is_passed_over():
    view = GARMENT.to_view("0" * 32).model_dump(mode="json") | {"material": "wool"}
    assert LookGarment.from_view(type(GARMENT.to_view("0" * 32)).model_validate(view))


def test_a_look_of_before_languages_were_data_is_read():
    kept = GARMENT.to_view("0" * 32).model_dump(mode="json")
    kept["colours"][0]["name_ko"] = "네이비"
    kept["search_text"] = {"en": "navy long sleeve top", "ko": "네이비 긴팔 상의"}
    again = LookGarment.from_view(GarmentOut.model_validate(kept))
    assert again.colours[0].name == "navy"
    query = replace(garment_query(), search_text=again.search_text)
    assert query.words("ko") == "네이비 긴팔 상의"
    assert query.words("es") == "navy long sleeve top"


def test_garments_are_found_by_their_number():
    assert LOOK.garment(1) is GARMENT
    assert LOOK.garment(0) is None
    assert LOOK.garment(2) is None


def test_the_api_knows_every_category() -> None:
    ids, _null = GarmentOut.model_json_schema()["properties"]["category_id"]["anyOf"]
    assert (ids["minimum"], ids["maximum"]) == (CATEGORIES[0].id, CATEGORIES[-1].id)
