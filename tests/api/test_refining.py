"""What a person asks for in words, and does with an offer that was found, over HTTP."""

import json

import pytest
from skimage.data import astronaut

from server.catalog.catalog import Given
from tests.api.test_looks import upload
from tests.api.test_offer_filters import titles
from tests.support.feeds import feed_file, item
from tests.support.http_server import local_server, reply
from tests.support.pictures import picture_file


@pytest.fixture
def application(application_with, tmp_path):
    """A catalogue of two shops; the garment is navy."""
    made = application_with()
    path = feed_file(
        tmp_path,
        item("navy", "Navy Tee", price="15.00 USD"),
        item("red", "Red Linen Tee", price="90.00 USD"),
        item("stripes", "Striped Navy Tee", price="30.00 USD", brand="Acme"),
    )
    made.services.offers.catalog.import_feed(str(path), Given(name="Corner"))
    return made


@pytest.fixture
def look(client):
    return upload(client).json


@pytest.fixture
def sized(application_with, tmp_path):
    """A client of a catalogue whose tees come in sizes, for women, men and everybody."""
    made = application_with()
    tees = [
        item("s", "Navy Tee", brand="Acme", size="S", gender="female", item_group_id="1"),
        item("m", "Navy Tee", brand="Acme", size="M", gender="female", item_group_id="1",
             availability="out_of_stock", link="https://shop.example/p/m"),
        item("l", "Blue Tee", brand="Kite", size="L", gender="male"),
        item("u", "Sky Tee", gender="unisex", size="S, M"),
        item("n", "Zephyr Sea Tee", availability=""),
    ]  # fmt: skip
    path = feed_file(tmp_path, *tees)
    made.services.offers.catalog.import_feed(str(path), Given(name="Corner"))
    return made.client


@pytest.mark.parametrize(
    ("query", "fitting", "left_out"),
    [
        ("brand=ACME", ["Acme Navy Tee"], {"asked_brand": 3}),
        ("brand=acme&brand=kite", ["Acme Navy Tee", "Kite Blue Tee"], {"asked_brand": 2}),
        # Where a shop names no brand, the title may.
        ("brand=zephyr", ["Zephyr Sea Tee"], {"asked_brand": 3}),
        ("size=m", ["Acme Navy Tee", "Sky Tee"], {"asked_size": 2}),
        ("gender=male", ["Kite Blue Tee", "Sky Tee", "Zephyr Sea Tee"], {"asked_gender": 1}),
        (
            "availability=in_stock",
            ["Acme Navy Tee", "Kite Blue Tee", "Sky Tee"],
            {"asked_availability": 1},
        ),
        ("size=m&availability=in_stock", ["Sky Tee"], {"asked_size": 3, "asked_availability": 0}),
    ],
)
def test_brand_size_gender_and_stock_are_asked_for(sized, query, fitting, left_out):
    found = asked(sized, upload(sized).json, query)
    assert sorted(titles(found)) == fitting
    assert found["left_out"] == {reason: n for reason, n in left_out.items() if n}


def test_the_size_that_is_asked_for_stands_for_its_style(sized):
    look = upload(sized).json
    plain = offer_of(sized, look, "Acme Navy Tee")
    assert (plain["sizes"], plain["also_in"]) == (["S"], ["M"])
    assert (plain["brand"], plain["gender"]) == ("Acme", "female")
    found = asked(sized, look, "size=M")["offers"]
    [navy] = [each for each in found if each["title"] == "Acme Navy Tee"]
    assert navy["link"] == "https://shop.example/p/m"


def asked(client, look, query=""):
    headers = {"Accept": "application/json"}
    answer = client.get(f"/api/v1/looks/{look['id']}/garments/1/offers?{query}", headers=headers)
    assert answer.status_code == 200, answer.text
    return answer.json


@pytest.mark.parametrize(
    ("query", "fitting", "left_out"),
    [
        ("colour=red", ["Red Linen Tee"], {"asked_colour": 2}),
        ("pattern=striped", ["Acme Striped Navy Tee"], {"asked_pattern": 2}),
        ("word=linen", ["Red Linen Tee"], {"asked_words": 2}),
        ("word=acme", ["Acme Striped Navy Tee"], {"asked_words": 2}),
        ("word=CORNER&colour=red", ["Red Linen Tee"], {"asked_colour": 2}),
        ("only_shop=elsewhere", [], {"asked_shop": 3}),
        ("colour=red&max_price=20", [], {"asked_colour": 2, "price": 1}),
    ],
)
def test_other_offers_are_left_out_and_counted(client, look, query, fitting, left_out):
    found = asked(client, look, query)
    assert titles(found) == fitting
    assert found["left_out"] == left_out


def test_marked_offers_stay_and_say_why_they_would_not(client, look):
    found = asked(client, look, "colour=red&mark=true")
    products = [offer for offer in found["offers"] if offer["type"] == "product"]
    assert {offer["title"]: offer["against"] for offer in products} == {
        "Red Linen Tee": None,
        "Navy Tee": "asked_colour",
        "Acme Striped Navy Tee": "asked_colour",
    }
    assert found["left_out"] == {"asked_colour": 2}


def test_sources_are_asked_by_what_is_asked_for(client, look):
    found = asked(client, look, "colour=red&word=linen&language=en")
    (link,) = {offer["link"] for offer in found["offers"] if "google" in offer["link"]}
    assert "red+" in link
    assert "linen" in link
    assert "navy" not in link


@pytest.mark.parametrize("query", ["colour=puce", "pattern=other", "sleeves=wide", "category=hut"])
def test_unknown_names_are_refused(client, look, query):
    answer = client.get(f"/api/v1/looks/{look['id']}/garments/1/offers?{query}")
    assert answer.status_code == 400
    assert answer.json["code"] == "invalid-request"


def test_a_text_is_understood(client):
    answer = client.get("/api/v1/asked?text=blue+linen,+long+sleeves,+under+50+euros&language=en")
    assert answer.json == {
        "colour": ["blue"], "pattern": None, "sleeves": "long", "category": None,
        "word": ["linen"], "min_price": None, "max_price": "50", "currency": "EUR",
    }  # fmt: skip
    colours = client.get("/api/v1/asked/colours").json["colours"]
    assert {"name": "black", "hex": "#2a292b"} in colours


def offer_of(client, look, title):
    offers = asked(client, look, "mark=true")["offers"]
    return next(offer for offer in offers if offer["title"] == title)


def put_away(client, look, offer, away, number=1):
    path = f"/api/v1/looks/{look['id']}/garments/{number}/offers"
    return client.patch(path, json={"offer_id": offer["id"], "put_away": away})


def test_an_offer_that_was_put_away_stays_away_for_its_garment_until_it_is_put_back(client, look):
    navy = offer_of(client, look, "Navy Tee")
    assert put_away(client, look, navy, True).status_code == 204
    assert put_away(client, look, navy, True).status_code == 204
    found = asked(client, look)
    assert "Navy Tee" not in titles(found)
    assert found["left_out"] == {"put_away": 1}
    assert offer_of(client, look, "Navy Tee")["against"] == "put_away"
    assert put_away(client, look, navy, False).status_code == 204
    assert "Navy Tee" in titles(asked(client, look))


def test_what_was_put_away_goes_with_its_picture(client, look, application):
    navy = offer_of(client, look, "Navy Tee")
    put_away(client, look, navy, True)
    assert client.delete(f"/api/v1/looks/{look['id']}").status_code == 204
    assert client.get(f"/api/v1/looks/{look['id']}").status_code == 404
    assert client.delete(f"/api/v1/looks/{look['id']}").status_code == 404
    again = upload(client).json
    assert again["id"] == look["id"]
    assert "Navy Tee" in titles(asked(client, again))


def test_only_offers_that_were_found_can_be_put_away_or_liked(client, look):
    path = f"/api/v1/looks/{look['id']}/garments/1"
    unknown = {"offer_id": "catalog-999999"}
    answers = [
        client.patch(f"{path}/offers", json=unknown | {"put_away": True}),
        client.post(f"{path}/like", json=unknown),
        client.post(f"{path[:-1]}99/like", json=unknown),
    ]
    assert [(each.status_code, each.json["code"]) for each in answers] == [
        (404, "offer-not-found"), (404, "offer-not-found"), (404, "garment-not-found"),
    ]  # fmt: skip


def test_an_offers_own_picture_becomes_a_look_with_the_garment_that_it_is(client, look, segmenter):
    navy = offer_of(client, look, "Navy Tee")
    path = f"/api/v1/looks/{look['id']}/garments/1/like"
    answer = client.post(path, json={"offer_id": navy["id"]})
    assert answer.status_code == 201, answer.text
    liked = answer.json["look"]
    assert liked["id"] != look["id"]
    numbers = [garment["number"] for garment in liked["garments"]]
    assert answer.json["garment"] in numbers
    again = client.post(path, json={"offer_id": navy["id"]}).json
    assert again == answer.json, "the same picture is the same look"


def test_the_picture_itself_is_taken_before_the_small_one(application_with, tmp_path):
    large = picture_file(astronaut(), "JPEG")
    with local_server({"/a.jpg": reply(large, headers={"Content-Type": "image/jpeg"})}) as shop:
        made = application_with(fetch_allow=(shop.address,))
        feed = feed_file(tmp_path, item("one", "Navy Tee", image_link=shop.url("/a.jpg")))
        made.services.offers.catalog.import_feed(str(feed), Given(name="Corner"))
        look = upload(made.client).json
        navy = offer_of(made.client, look, "Navy Tee")
        path = f"/api/v1/looks/{look['id']}/garments/1/like"
        liked = made.client.post(path, json={"offer_id": navy["id"]}).json["look"]
    assert liked["image_url"] == shop.url("/a.jpg")
    assert (liked["width"], liked["height"]) == (512, 512)


def test_events_carry_the_marks(client, look):
    answer = client.get(f"/api/v1/looks/{look['id']}/garments/1/offers?colour=red&mark=true")
    events = [json.loads(line) for line in answer.text.splitlines()]
    marks = [o["against"] for e in events if e["event"] == "offers" for o in e["offers"]]
    assert marks.count("asked_colour") == 2
    assert events[-1]["left_out"] == {"asked_colour": 2}
