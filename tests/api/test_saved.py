"""Hearts and lists over HTTP."""

import pytest

from server.catalog.catalog import Given
from tests.api.test_looks import upload
from tests.api.test_no_history import keep
from tests.support.feeds import feed_file, item


@pytest.fixture
def application(application_with, tmp_path):
    """The garment is navy, and a shop has a tee."""
    made = application_with()
    path = feed_file(tmp_path, item("navy", "Navy Tee", price="15.00 USD"))
    made.services.offers.catalog.import_feed(str(path), Given(name="Corner"))
    return made


@pytest.fixture
def look(client):
    return upload(client).json


def at(look, number=1):
    return f"/api/v1/looks/{look['id']}/garments/{number}"


def offer_of(client, look):
    headers = {"Accept": "application/json"}
    return client.get(f"{at(look)}/offers", headers=headers).json["offers"][0]


def save(client, look, offer=None, saved=True, number=1):
    body = {"offer_id": offer["id"] if offer else None, "saved": saved}
    return client.patch(f"{at(look, number)}/saved", json=body)


def marks(client, look):
    return client.get(f"/api/v1/looks/{look['id']}/saved").json


def page(client):
    return client.get("/api/v1/saved").json


def test_a_heart_saves_an_offer_and_the_next_tap_removes_it(client, look):
    offer = offer_of(client, look)
    assert save(client, look, offer).status_code == 204
    assert save(client, look, offer).status_code == 204
    assert marks(client, look) == {"garments": [], "offers": [offer["id"]]}
    [one] = page(client)["saved"]
    for name in ("title", "link", "shop", "price", "currency", "provider"):
        assert one[name] == offer[name]
    assert (one["look_id"], one["garment"], one["category"]) == (look["id"], 1, "long sleeve top")
    picture = client.get(one["picture"])
    assert picture.mimetype == "image/jpeg"
    assert picture.data.startswith(b"\xff\xd8")
    assert save(client, look, offer, saved=False).status_code == 204
    assert page(client)["saved"] == []
    assert client.get(one["picture"]).json["code"] == "picture-not-kept"


def test_a_garment_is_saved_with_its_cut_out_and_its_name_in_every_language(client, look):
    assert save(client, look, number=2).status_code == 204
    assert marks(client, look) == {"garments": [2], "offers": []}
    [one] = page(client)["saved"]
    assert one["texts"] == look["garments"][1]["search_text"]
    assert one["link"] is None
    assert client.get(one["picture"]).data.startswith(b"\xff\xd8")
    assert client.delete(f"/api/v1/looks/{look['id']}").status_code == 204
    [one] = page(client)["saved"]
    assert one["look_id"] is None
    assert client.get(one["picture"]).status_code == 200


def test_only_what_was_found_can_be_saved(client, look):
    answers = [
        save(client, look, {"id": "catalog-999999"}),
        save(client, look, number=99),
        client.patch(f"{at(look)}/saved", json={"saved": "yes"}),
        client.patch(f"{at(look)}/saved", json={"saved": True, "link": "https://evil.example/"}),
        client.get("/api/v1/looks/" + "0" * 32 + "/saved"),
    ]
    assert [each.status_code for each in answers] == [404, 404, 400, 400, 404]
    assert page(client)["saved"] == []
    # What is not saved is not saved afterwards either.
    assert save(client, look, {"id": "catalog-999999"}, saved=False).status_code == 204


def test_lists_are_made_named_filled_and_deleted(client, look):
    save(client, look, offer_of(client, look))
    [one] = page(client)["saved"]
    made = client.post("/api/v1/saved/lists", json={"name": " For <b>summer</b> "})
    assert (made.status_code, made.json["name"]) == (201, "For summer")
    number = made.json["id"]
    again = client.post("/api/v1/saved/lists", json={"name": "For summer"})
    assert (again.status_code, again.json["code"]) == (409, "list-exists")
    moved = client.patch(f"/api/v1/saved/{one['id']}", json={"list_id": number})
    assert moved.json == one | {"list_id": number}
    renamed = client.patch(f"/api/v1/saved/lists/{number}", json={"name": "Holiday"})
    assert renamed.json == {"id": number, "name": "Holiday"}
    assert page(client)["lists"] == [renamed.json]
    assert client.delete(f"/api/v1/saved/lists/{number}").status_code == 204
    assert page(client) == {"saved": [one], "lists": []}
    for name in ("", "\u200b", "x" * 81, 5):
        assert client.post("/api/v1/saved/lists", json={"name": name}).status_code == 400
    assert (
        client.patch("/api/v1/saved/999", json={"list_id": None}).json["code"] == "saved-not-found"
    )
    unknown = client.patch(f"/api/v1/saved/{one['id']}", json={"list_id": 2**70})
    assert unknown.json["code"] == "list-not-found"
    assert client.delete(f"/api/v1/saved/{one['id']}").status_code == 204
    assert client.delete(f"/api/v1/saved/{one['id']}").status_code == 404


def test_what_is_saved_is_kept_though_no_history_is(application, application_with):
    client = application.client
    keep(client, False)
    look = upload(client).json
    save(client, look, offer_of(client, look))
    save(client, look)
    assert marks(client, look)["garments"] == [1]
    application.services.close()
    again = application_with().client
    assert again.get("/api/v1/looks").json["looks"] == []
    saved = page(again)["saved"]
    assert [each["title"] for each in saved] == ["long sleeve top", "Navy Tee"] or len(saved) == 2
    # The look was never written, so nothing leads back to it.
    assert [each["look_id"] for each in saved] == [None, None]
    assert all(again.get(each["picture"]).status_code == 200 for each in saved)
    # The garment is known by its picture, and its heart is on when that is seen again.
    look = upload(again).json
    assert marks(again, look)["garments"] == [1]


def test_deleting_the_history_leaves_what_was_saved_and_the_other_way_round(client, look):
    offer = offer_of(client, look)
    save(client, look, offer)
    click = {"look_id": look["id"], "garment": 1, "offer_id": offer["id"]}
    client.post("/api/v1/clicks", json=click)
    client.delete("/api/v1/history")
    assert client.get("/api/v1/history").json["clicks"] == []
    [one] = page(client)["saved"]
    assert client.get(one["picture"]).status_code == 200
    [opened] = [client.post("/api/v1/clicks", json=click).json]
    client.post("/api/v1/saved/lists", json={"name": "Gift"})
    assert client.delete("/api/v1/saved").status_code == 204
    assert page(client) == {"saved": [], "lists": []}
    assert client.get(opened["picture"]).status_code == 200
