"""What a user asks to see of the offers, and in which order, over HTTP."""

import json

import pytest

from server.catalog.catalog import Given
from tests.api.test_looks import upload
from tests.support.ecb_file import ecb_file
from tests.support.feeds import feed_file, item

TODAY_FAR = "2999-01-01"


@pytest.fixture
def application(application_with, tmp_path):
    """A catalogue of one shop; the garment is navy."""
    made = application_with(rates="EUR=1,USD=1.25,KRW=1500")
    _fill(made, tmp_path)
    return made


def _fill(made, tmp_path):
    path = feed_file(
        tmp_path,
        item("cheap", "Navy Tee", price="15.00 USD"),
        item("dear", "Red Tee", price="90.00 USD"),
        item(
            "won", "Blue Tee", price="24000 KRW",
            condition="used",
        ),
        item("pounds", "Green Tee", price="1.00 GBP"),
    )  # fmt: skip
    made.services.offers.catalog.import_feed(str(path), Given(name="Corner"))


@pytest.fixture
def look(client):
    return upload(client).json


def asked(client, look, query="", *, as_list=True):
    headers = {"Accept": "application/json"} if as_list else {}
    answer = client.get(f"/api/v1/looks/{look['id']}/garments/1/offers?{query}", headers=headers)
    assert answer.status_code == 200, answer.text
    return answer.json if as_list else [json.loads(line) for line in answer.text.splitlines()]


def titles(found):
    return [offer["title"] for offer in found["offers"] if offer["type"] == "product"]


def test_a_converted_price_is_beside_the_shops_own(client, look):
    found = {offer["title"]: offer for offer in asked(client, look)["offers"]}
    won = found["Blue Tee"]
    assert (won["price"], won["currency"]) == ("24000", "KRW")
    assert won["converted"] == {
        "price": "20.00", "currency": "USD", "rate": "0.0008333333333", "as_of": None,
        "source": "given",
    }  # fmt: skip
    assert found["Navy Tee"]["converted"] is None, "it is in the user's currency"
    assert found["Green Tee"]["converted"] is None, "no rate is known"
    korean = {o["title"]: o for o in asked(client, look, "currency=KRW")["offers"]}
    assert korean["Navy Tee"]["converted"]["price"] == "18000"
    assert korean["Navy Tee"]["price"] == "15.00"


def test_sorted_by_price_across_currencies_with_unknown_prices_last(client, look):
    found = asked(client, look, "sort=price")
    assert titles(found) == ["Navy Tee", "Blue Tee", "Red Tee", "Green Tee"]
    assert found["offers"][-1]["type"] == "search"
    assert found["left_out"] == {}


def test_a_price_range_leaves_out_offers_and_counts_them(client, look):
    found = asked(client, look, "min_price=18&max_price=20.00")
    assert titles(found) == ["Blue Tee"]
    assert found["left_out"] == {"price": 2, "price_unknown": 1}
    in_won = asked(client, look, "max_price=20000&currency=KRW")
    assert titles(in_won) == ["Navy Tee"]


def test_the_stream_is_filtered_as_well(client, look):
    lines = asked(client, look, "max_price=16&sort=price", as_list=False)
    streamed = [o for line in lines if line["event"] == "offers" for o in line["offers"]]
    assert [o["title"] for o in streamed if o["type"] == "product"] == ["Navy Tee"]
    assert sorted(lines[-1]["order"]) == sorted(offer["id"] for offer in streamed)
    assert lines[-1]["left_out"] == {"price": 2, "price_unknown": 1}
    assert {line.get("provider") for line in lines} == {"catalog", "links", None}


def test_second_hand_or_new(client, look):
    assert titles(asked(client, look, "condition=used")) == ["Blue Tee"]
    new = asked(client, look, "condition=new")
    assert set(titles(new)) == {"Navy Tee", "Red Tee", "Green Tee"}
    assert new["left_out"] == {"condition": 1}
    [used] = [o for o in asked(client, look)["offers"] if o["title"] == "Blue Tee"]
    assert used["condition"] == "used"


def test_the_garments_colour_only(client, look):
    assert "navy" in look["garments"][0]["keywords"]
    found = asked(client, look, "same_colour=true")
    assert set(titles(found)) == {"Navy Tee", "Blue Tee"}
    assert found["left_out"] == {"colour": 2}
    by_title = {offer["title"]: offer["same_colour"] for offer in asked(client, look)["offers"]}
    assert (by_title["Navy Tee"], by_title["Red Tee"]) == (True, False)


def test_shops_can_be_blocked_and_preferred(client, look):
    blocked = asked(client, look, "block_shop=Other&block_shop=corner&prefer_shop=Corner")
    assert titles(blocked) == []
    assert blocked["left_out"] == {"shop": 4}
    assert {offer["type"] for offer in blocked["offers"]} == {"search"}
    preferred = asked(client, look, "prefer_shop=shop.example")["offers"]
    assert all("preferred shop" in o["why"] for o in preferred if o["type"] == "product")


@pytest.mark.parametrize(
    "query",
    [
        "min_price=-1", "min_price=abc", "max_price=NaN", "max_price=Infinity", "max_price=1e99",
        "min_price=5&max_price=4", "sort=random", "condition=broken", "same_colour=perhaps",
        "block_shop=", "block_shop=" + "x" * 201, "&".join(["prefer_shop=x"] * 201),
    ],
)  # fmt: skip
def test_nonsense_is_a_problem_that_names_the_parameter(client, look, query):
    answer = client.get(f"/api/v1/looks/{look['id']}/garments/1/offers?{query}")
    assert (answer.status_code, answer.json["code"]) == (400, "invalid-request")
    assert query.partition("=")[0] in answer.json["detail"]
    assert "body" not in answer.json["detail"]


def test_the_document_has_every_parameter(client):
    document = client.get("/api/v1/openapi.json").json
    path = document["paths"]["/api/v1/looks/{look_id}/garments/{number}/offers"]["get"]
    parameters = {entry["name"]: entry["schema"] for entry in path["parameters"]}
    assert parameters.keys() >= {
        "min_price", "max_price", "sort", "condition", "prefer_shop", "block_shop", "same_colour",
    }  # fmt: skip
    assert parameters["sort"]["enum"] == ["similarity", "price"]
    assert parameters["block_shop"]["type"] == "array"


def test_rates_that_cannot_be_trusted_convert_nothing(application_with, tmp_path):
    path = tmp_path / "ecb.xml"
    path.write_bytes(ecb_file(TODAY_FAR, USD="1.25", KRW="1500"))
    made = application_with(rates_ecb=str(path))
    _fill(made, tmp_path)
    client = made.client
    found = asked(client, upload(client).json, "sort=price")
    assert {offer["converted"] for offer in found["offers"]} == {None}
    assert titles(found)[:2] == ["Navy Tee", "Red Tee"]
    state = client.get("/api/v1/rates").json
    assert state == {
        "source": None, "as_of": None, "currencies": [],
        "problem": "The exchange rates are of a day that is yet to come.",
        "problem_code": "of-the-future", "problem_details": [],
    }  # fmt: skip


def test_the_rates_in_force_are_returned(client, application_with):
    assert client.get("/api/v1/rates").json == {
        "source": "given", "as_of": None, "currencies": ["EUR", "KRW", "USD"], "problem": None,
        "problem_code": None, "problem_details": [],
    }  # fmt: skip
    none = application_with().client.get("/api/v1/rates").json
    assert (none["source"], none["problem"]) == (None, None)
