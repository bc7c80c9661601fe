"""A frame that somebody draws becomes a garment, and what was taken for another is put right."""

from typing import Any

import numpy as np
import pytest
from flask.testing import FlaskClient

from model.categories import category_by_name
from tests.support.pictures import outfit, picture_file
from tests.support.segmenters import ColourSegmenter
from tests.support.uploads import upload

LOOKS = "/api/v1/looks"
TOP = (20, 10, 60, 70)
TROUSERS = (25, 80, 50, 100)


@pytest.fixture
def segmenter() -> ColourSegmenter:
    """Sees the drawn top and trousers, in a part of the picture as well."""
    return ColourSegmenter()


def room() -> bytes:
    """Return a picture of a red lamp in a grey room, and of nobody."""
    rgb = np.full((200, 100, 3), 205, np.uint8)
    rgb[60:120, 40:70] = (200, 20, 30)
    return picture_file(rgb)


def look_of(client: FlaskClient, picture: bytes | None = None) -> dict[str, Any]:
    answer = upload(client, picture or picture_file(outfit()))
    assert answer.status_code == 201
    look: dict[str, Any] = answer.json
    return look


def frame(client: FlaskClient, look: dict[str, Any], *box: float) -> Any:
    return client.post(f"{LOOKS}/{look['id']}/garments", json={"box": box})


def change(client: FlaskClient, look: dict[str, Any], number: int, **what: object) -> Any:
    return client.patch(f"{LOOKS}/{look['id']}/garments/{number}", json=what)


def numbers(look: dict[str, Any]) -> list[int]:
    return [garment["number"] for garment in look["garments"]]


def categories(look: dict[str, Any]) -> list[str]:
    return [garment["category"] for garment in look["garments"]]


def offers_of(client: FlaskClient, look: dict[str, Any], number: int) -> list[dict[str, Any]]:
    address = f"{LOOKS}/{look['id']}/garments/{number}/offers"
    answer = client.get(address, headers={"Accept": "application/json"})
    assert answer.status_code == 200
    offers: list[dict[str, Any]] = answer.json["offers"]
    return offers


def test_a_frame_around_a_garment_finds_it(client: FlaskClient) -> None:
    look = look_of(client)
    # The trousers, drawn by hand: they are found again, outlined anew, and take their own place.
    answer = frame(client, look, 22, 82, 56, 96)
    assert answer.status_code == 201
    found = answer.json["garments"][-1]
    assert (found["category"], found["number"]) == ("trousers", 3)
    assert found["box"] == pytest.approx(TROUSERS, abs=2)
    assert numbers(answer.json) == [1, 3]
    location = answer.headers["Location"]
    assert location == f"{LOOKS}/{look['id']}/garments/3"
    assert client.get(f"{location}/crop.png").status_code == 200


def test_a_frame_around_anything_else_is_searched_by_its_picture_alone(client) -> None:
    look = look_of(client, room())
    assert look["garments"] == []
    answer = frame(client, look, 34, 54, 42, 72)
    (lamp,) = answer.json["garments"]
    assert (lamp["category"], lamp["category_id"], lamp["kind"]) == ("other", None, None)
    assert lamp["search_text"] == {}
    assert lamp["keywords"] == ["red", "solid"]
    # Cut out by its colours: without the wall around it.
    assert lamp["box"] == pytest.approx([40, 60, 30, 60], abs=2)
    assert lamp["colours"][0]["share"] == 1
    # There are no words to search shops with, and no links that would search with none.
    assert offers_of(client, look, lamp["number"]) == []


def test_what_stands_out_from_nothing_is_the_frame_itself(client) -> None:
    look = look_of(client, picture_file(np.full((200, 100, 3), 120, np.uint8)))
    (found,) = frame(client, look, 10, 20, 50, 60).json["garments"]
    assert found["box"] == pytest.approx([10, 20, 50, 60], abs=1)


def test_a_frame_is_there_when_the_picture_comes_again(client) -> None:
    look = look_of(client, room())
    frame(client, look, 34, 54, 42, 72)
    assert categories(look_of(client, room())) == ["other"]
    assert categories(client.get(f"{LOOKS}/{look['id']}").json) == ["other"]


def test_a_frame_beyond_the_picture_is_cut_to_it(client) -> None:
    look = look_of(client)
    answer = frame(client, look, -500, -500, 5_000, 5_000)
    assert answer.status_code == 201
    x, y, width, height = answer.json["garments"][-1]["box"]
    assert min(x, y) >= 0
    assert x + width <= look["width"]
    assert y + height <= look["height"]


@pytest.mark.parametrize(
    ("box", "status", "code"),
    [
        ((10, 10, 5, 50), 422, "bad-frame"),
        ((200, 10, 50, 50), 422, "bad-frame"),
        ((50, 50, -30, -30), 422, "bad-frame"),
        ((0, 0, 0, 0), 422, "bad-frame"),
        ((1e300, 0, 5, 5), 400, "invalid-request"),
        ((1, 2, 3), 400, "invalid-request"),
        (("a", 2, 3, 4), 400, "invalid-request"),
        ([[1, 2], 3, 4, 5], 400, "invalid-request"),
    ],
)
def test_a_hostile_frame_is_refused_with_a_problem(client, box, status, code) -> None:
    answer = frame(client, look_of(client), *box)
    assert (answer.status_code, answer.json["code"]) == (status, code)
    assert answer.json["hint"]


def test_numbers_that_json_does_not_know_are_refused(client) -> None:
    address = f"{LOOKS}/{look_of(client)['id']}/garments"
    answer = client.post(
        address, data='{"box": [NaN, 1, 2, Infinity]}', content_type="application/json"
    )
    assert (answer.status_code, answer.json["code"]) == (400, "invalid-request")


def test_a_look_that_is_not_kept_takes_no_frame(client) -> None:
    answer = frame(client, {"id": "0" * 32}, 1, 2, 30, 40)
    assert (answer.status_code, answer.json["code"]) == (404, "look-not-found")


def test_a_picture_takes_so_many_frames_and_no_more(client, monkeypatch) -> None:
    monkeypatch.setattr("server.looks.editing.MOST_CORRECTIONS", 2)
    look = look_of(client, room())
    assert frame(client, look, 0, 0, 30, 30).status_code == 201
    assert frame(client, look, 60, 150, 30, 30).status_code == 201
    answer = frame(client, look, 34, 54, 42, 72)
    assert (answer.status_code, answer.json["code"]) == (422, "too-many-corrections")
    assert len(client.get(f"{LOOKS}/{look['id']}").json["garments"]) == 2


def test_another_category_changes_the_words_and_the_offers(client) -> None:
    look = look_of(client)
    before = offers_of(client, look, 2)
    answer = change(client, look, 2, category="skirt")
    assert answer.status_code == 200
    skirt = answer.json["garments"][1]
    assert (skirt["number"], skirt["category"], skirt["kind"]) == (2, "skirt", "bottom")
    assert skirt["search_text"]["en"].endswith("skirt")
    assert skirt["keywords"][-1] == "skirt"
    assert skirt["polygons"] == look["garments"][1]["polygons"]
    after = offers_of(client, look, 2)
    assert "skirt" in str(after)
    assert "skirt" not in str(before)


def test_what_a_garment_may_be_as_well_is_told_until_a_person_says_what_it_is(
    client, segmenter
) -> None:
    segmenter.rivals = (category_by_name("skirt"),)
    look = look_of(client)
    for garment in look["garments"]:
        [rival] = garment["rivals"]
        assert (rival["category"], rival["words"]["en"]) == ("skirt", "skirt")
    said = change(client, look, 2, category="trousers").json["garments"]
    assert [len(garment["rivals"]) for garment in said] == [1, 0]
    again = client.get(f"{LOOKS}/{look['id']}").json
    assert again["garments"] == said


def test_a_garment_may_be_something_else_altogether(client) -> None:
    look = look_of(client)
    bag = change(client, look, 2, category="other").json["garments"][1]
    assert (bag["category"], bag["kind"], bag["search_text"]) == ("other", None, {})
    skirt = change(client, look, 2, category="skirt").json["garments"][1]
    assert skirt["search_text"]["en"].endswith("skirt")


def test_what_is_no_garment_goes_and_stays_gone(client) -> None:
    look = look_of(client)
    answer = change(client, look, 1, garment=False)
    assert numbers(answer.json) == [2]
    assert numbers(look_of(client)) == [2]
    assert client.get(f"{LOOKS}/{look['id']}/garments/1/crop.png").status_code == 404
    (listed,) = client.get(LOOKS).json["looks"]
    assert numbers(listed) == [2]
    # The other one still goes by its number.
    assert client.get(f"{LOOKS}/{look['id']}/garments/2/crop.png").status_code == 200


def test_what_was_put_away_may_be_brought_back(client) -> None:
    look = look_of(client)
    change(client, look, 1, garment=False)
    answer = change(client, look, 1, garment=True)
    assert answer.json["garments"] == look["garments"]


def test_a_number_is_never_given_twice(client) -> None:
    look = look_of(client, room())
    first = frame(client, look, 34, 54, 42, 72).json["garments"][-1]["number"]
    change(client, look, first, garment=False)
    assert frame(client, look, 34, 54, 42, 72).json["garments"][-1]["number"] == first + 1


def test_one_garment_may_be_two(client, segmenter) -> None:
    rgb = np.full((200, 200, 3), 205, np.uint8)
    look = look_of(client, picture_file(rgb))
    whole = frame(client, look, 20, 20, 160, 160).json["garments"][-1]["number"]
    refused = change(client, look, whole, parts=2)
    assert (refused.status_code, refused.json["code"]) == (422, "not-two")
    assert numbers(client.get(f"{LOOKS}/{look['id']}").json) == [whole]

    look = look_of(client)
    whole = frame(client, look, 0, 0, 100, 200).json["garments"][-1]["number"]
    parts = change(client, look, whole, parts=2).json
    assert sorted(categories(parts)) == ["long sleeve top", "trousers"]
    assert min(numbers(parts)) > whole


def test_two_garments_may_be_one(client) -> None:
    look = look_of(client)
    (suit,) = change(client, look, 1, same_as=2).json["garments"]
    assert (suit["number"], suit["category"]) == (3, "long sleeve top")
    assert suit["box"] == pytest.approx([20, 10, 60, 170], abs=1)
    assert change(client, look, 3, same_as=3).status_code == 404


@pytest.mark.parametrize(
    "what",
    [
        {}, {"category": "hat stand"}, {"category": "skirt", "garment": False}, {"parts": 3},
        {"parts": 1}, {"same_as": 0}, {"colour": "red"}, {"garment": "perhaps"},
    ],
)  # fmt: skip
def test_a_change_that_makes_no_sense_is_refused(client, what) -> None:
    answer = change(client, look_of(client), 1, **what)
    assert (answer.status_code, answer.json["code"]) == (400, "invalid-request")


def test_a_garment_that_is_not_there_cannot_be_changed(client) -> None:
    look = look_of(client)
    for what in ({"garment": False}, {"garment": True}, {"category": "vest"}, {"parts": 2}):
        answer = change(client, look, 9, **what)
        assert (answer.status_code, answer.json["code"]) == (404, "garment-not-found")


def test_deleting_the_pictures_deletes_what_was_said_about_them(client, application) -> None:
    look = look_of(client)
    change(client, look, 1, garment=False)
    client.delete(LOOKS)
    assert numbers(look_of(client)) == [1, 2]


def test_a_frame_needs_the_access_token_as_a_look_does(application_with) -> None:
    client = application_with(access_token="a-token-long-enough-for-this").client
    refused = client.post(f"{LOOKS}/{'0' * 32}/garments", json={"box": [1, 2, 30, 40]})
    assert (refused.status_code, refused.json["code"]) == (401, "unauthorized")


def test_every_category_has_a_word_in_every_language(client) -> None:
    found = client.get("/api/v1/categories").json["categories"]
    words = {each["name"]: each["words"] for each in found}
    assert words["skirt"]["en"] == "skirt"
    assert words["skirt"]["es"] == "falda"
    assert {"en", "es", "ja", "ko"} <= set.intersection(*map(set, words.values()))
