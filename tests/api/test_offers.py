import io
import json
from typing import Any

import pytest
from PIL import Image

from server.catalog.catalog import Given
from server.offers.schema import OfferList, OfferOut
from tests.api.test_looks import upload
from tests.support.feeds import feed_file, item
from tests.support.http_server import reply
from tests.support.pictures import outfit, picture_file
from tests.support.ucp_server import product, ucp_server

KEYS = {
    "id", "provider", "type", "title", "link", "shop", "price", "currency", "list_price",
    "availability", "picture", "similarity", "score", "kind", "partner", "why",
    "condition", "shipping", "gtin", "brand", "sizes", "also_in", "gender", "sellers",
    "converted", "same_colour", "likeness", "close", "same_category", "against",
}  # fmt: skip


@pytest.fixture
def shopify():
    with ucp_server() as server:
        server.http.routes["/tee.png"] = reply(picture_file(outfit()))
        picture = server.http.url("/tee.png")
        server.products = [
            product("Shopify Tee", number=1, picture=picture),
            product("Black Bag", number=2, picture=picture),
            product("Korean Tee", number=3, picture=picture, amount=39000, currency="KRW"),
        ]
        yield server


@pytest.fixture
def application(application_with, shopify, tmp_path):
    """Three providers: a catalogue with one shop, a local UCP server, links."""
    made = application_with(
        ucp_enabled=True, ucp_endpoint=shopify.url, fetch_allow=(shopify.address,)
    )
    path = feed_file(
        tmp_path, item("tee", "Catalogue Tee"), item("pants", "Catalogue Pants"), item("bag", "Bag")
    )
    made.services.offers.catalog.import_feed(str(path), Given(name="Corner", partner=True))
    return made


@pytest.fixture
def look(client):
    return upload(client, image_url="https://cdn.example.com/photo.jpg").json


def events(answer: Any) -> list[dict[str, Any]]:
    assert answer.status_code == 200
    assert answer.mimetype == "application/x-ndjson"
    return [json.loads(line) for line in answer.text.splitlines()]


def address(look: dict[str, Any], number: int = 1) -> str:
    return f"/api/v1/looks/{look['id']}/garments/{number}/offers"


def offers_of(lines: list[dict[str, Any]], provider: str) -> list[dict[str, Any]]:
    return [
        offer
        for line in lines
        if line["event"] == "offers" and line["provider"] == provider
        for offer in line["offers"]
    ]


def test_offers_stream_an_event_a_line(client, look):
    lines = events(client.get(address(look)))
    [catalog] = offers_of(lines, "catalog")
    assert set(catalog) == KEYS
    assert catalog["title"] == "Catalogue Tee"
    assert (catalog["price"], catalog["currency"]) == ("15.00", "USD")
    assert (catalog["shop"], catalog["partner"], catalog["kind"]) == ("Corner", True, "top")
    assert catalog["similarity"] > 0.5
    assert {"in stock", "price known", "partner"} <= set(catalog["why"])
    shopify = {offer["title"]: offer for offer in offers_of(lines, "ucp")}
    assert set(shopify) == {"Shopify Tee", "Korean Tee"}
    assert shopify["Shopify Tee"]["price"] == "129.00"
    assert shopify["Korean Tee"]["price"] == "39000"
    assert {offer["type"] for offer in offers_of(lines, "links")} == {"search"}
    streamed = [o for line in lines if line["event"] == "offers" for o in line["offers"]]
    done = lines[-1]
    assert done["event"] == "done"
    assert sorted(done["order"]) == sorted(offer["id"] for offer in streamed)
    by_id = {offer["id"]: offer for offer in streamed}
    scores = [by_id[key]["score"] for key in done["order"]]
    assert scores == sorted(scores, reverse=True)
    for offer in streamed:
        OfferOut.model_validate(offer)


def test_first_offers_come_while_others_are_waited_for(client, look, shopify):
    shopify.delay = 30
    answer = client.get(address(look), buffered=False)
    lines = iter(answer.response)
    seen = {json.loads(next(lines))["provider"], json.loads(next(lines))["provider"]}
    assert seen == {"catalog", "links"}
    shopify.released.set()
    rest = [json.loads(line) for line in lines]
    assert {line.get("provider") for line in rest} == {"ucp", None}


def test_one_list_for_who_asks_for_json(client, look):
    answer = client.get(address(look), headers={"Accept": "application/json"})
    assert answer.mimetype == "application/json"
    found = OfferList.model_validate(answer.json)
    assert found.failed == []
    scores = [offer.score for offer in found.offers]
    assert scores == sorted(scores, reverse=True)
    assert {offer.provider for offer in found.offers} == {"catalog", "ucp", "links"}
    assert found.offers[-1].type == "search"


def test_only_the_garment_s_kind_is_offered(client, look):
    lines = events(client.get(address(look, 2)))
    assert [offer["title"] for offer in offers_of(lines, "catalog")] == ["Catalogue Pants"]
    assert offers_of(lines, "ucp") == []


def test_a_provider_that_fails_is_named_with_its_reason(client, look, shopify):
    shopify.mode = "malformed"
    lines = events(client.get(address(look)))
    [failed] = [line for line in lines if line["event"] == "failed"]
    assert failed["provider"] == "ucp"
    assert "nonsense" in failed["reason"]
    assert (failed["code"], failed["details"]) == ("provider-nonsense", [])
    assert offers_of(lines, "catalog")
    answer = client.get(address(look), headers={"Accept": "application/json"})
    assert [failure["provider"] for failure in answer.json["failed"]] == ["ucp"]


def test_nothing_is_sent_before_a_garment_is_chosen(client, look, shopify):
    client.get(f"/api/v1/looks/{look['id']}")
    client.get(look["garments"][0]["crop"])
    assert shopify.http.requests == []
    client.get(address(look))
    # It found nothing, so it was asked once more, by broader words.
    first, second = (request["catalog"]["query"] for request in shopify.requests)
    assert set(second.split()) < set(first.split())


def test_who_the_search_is_for_can_be_given(client, look, shopify):
    client.get(address(look) + "?country=kr&language=ko-KR&currency=krw")
    wanted = {"address_country": "KR", "language": "ko", "currency": "KRW"}
    asked = len(shopify.requests)
    assert [request["catalog"]["context"] for request in shopify.requests] == [wanted] * asked
    client.get(address(look))
    usual = {"address_country": "US", "language": "en", "currency": "USD"}
    later = [request["catalog"]["context"] for request in shopify.requests[asked:]]
    assert asked
    assert later
    assert later == [usual] * len(later)


@pytest.mark.parametrize("query", ["country=Korea", "language=12", "currency=%00", "country="])
def test_a_context_that_makes_no_sense_is_a_problem(client, look, query):
    answer = client.get(f"{address(look)}?{query}")
    assert answer.status_code == 400
    assert answer.json["code"] == "invalid-request"


def test_unknown_looks_and_garments_are_problems_not_streams(client, look):
    for path, code in (
        (f"/api/v1/looks/{'0' * 32}/garments/1/offers", "look-not-found"),
        (address(look, 3), "garment-not-found"),
        (address(look, 0), "garment-not-found"),
    ):
        answer = client.get(path)
        assert (answer.status_code, answer.json["code"]) == (404, code)


def test_a_switched_off_provider_is_not_asked(application_with, shopify):
    client = application_with(
        ucp_enabled=False, ucp_endpoint=shopify.url, fetch_allow=(shopify.address,)
    ).client
    lines = events(client.get(address(upload(client).json)))
    assert {line.get("provider") for line in lines} == {"catalog", "links", None}
    assert shopify.http.requests == []


def test_pictures_of_offers_come_from_this_server_alone(client, look, shopify, tmp_path):
    lines = events(client.get(address(look)))
    (tmp_path / "tee.png").unlink()
    del shopify.http.routes["/tee.png"]
    for offer in offers_of(lines, "catalog") + offers_of(lines, "ucp"):
        answer = client.get(offer["picture"])
        assert answer.status_code == 200
        assert answer.mimetype == "image/jpeg"
        with Image.open(io.BytesIO(answer.data)) as picture:
            assert max(picture.size) <= 320


@pytest.mark.parametrize(
    ("query", "status", "code"),
    [
        ("u=https://evil.example/x.jpg&s=" + "0" * 64, 403, "bad-signature"),
        ("u=http://127.0.0.1/&s=", 400, "invalid-request"),
        ("s=0", 400, "invalid-request"),
        ("", 400, "invalid-request"),
    ],
)
def test_other_pictures_are_not_passed_on(client, query, status, code):
    answer = client.get(f"/api/v1/thumbnails?{query}")
    assert (answer.status_code, answer.json["code"]) == (status, code)


def test_a_picture_that_is_gone_is_a_problem(application, client):
    path = application.services.offers.thumbnails.address("feed-file:0/gone.png")
    answer = client.get(path)
    assert (answer.status_code, answer.json["code"]) == (404, "thumbnail-not-found")


def test_a_click_is_kept_and_forgotten(client, look):
    lines = events(client.get(address(look)))
    [offer] = offers_of(lines, "catalog")
    body = {"look_id": look["id"], "garment": 1, "offer_id": offer["id"]}
    answer = client.post("/api/v1/clicks", json=body)
    assert answer.status_code == 201
    click = answer.json
    for name in ("title", "link", "shop", "price", "currency", "similarity", "provider"):
        assert click[name] == offer[name]
    assert (click["look_id"], click["garment"], click["category"]) == (
        look["id"],
        1,
        "long sleeve top",
    )
    link = offers_of(lines, "links")[0]
    second = client.post("/api/v1/clicks", json=body | {"offer_id": link["id"]}).json
    history = client.get("/api/v1/history")
    assert history.json["clicks"] == [second, click]
    assert client.delete("/api/v1/history").status_code == 204
    assert client.get("/api/v1/history").json["clicks"] == []


def test_a_click_is_kept_under_the_title_that_was_shown(application, client, look, tmp_path):
    branded = item("tee", "Catalogue Tee", brand="White Stuff")
    path = feed_file(tmp_path, branded)
    application.services.offers.catalog.import_feed(str(path), Given(name="Corner", partner=True))
    [offer] = offers_of(events(client.get(address(look))), "catalog")
    assert offer["title"] == "White Stuff Catalogue Tee"
    body = {"look_id": look["id"], "garment": 1, "offer_id": offer["id"]}
    assert client.post("/api/v1/clicks", json=body).json["title"] == offer["title"]


def test_a_shop_that_sells_its_own_brand_is_named_once(application, client, look, tmp_path):
    path = feed_file(tmp_path, item("tee", "Catalogue Tee", brand="corner"))
    application.services.offers.catalog.import_feed(str(path), Given(name="Corner", partner=True))
    [offer] = offers_of(events(client.get(address(look))), "catalog")
    assert (offer["shop"], offer["title"]) == ("Corner", "Catalogue Tee")


def test_a_product_of_the_catalogue_can_be_clicked_after_a_restart(
    application, application_with, client, look
):
    [offer] = offers_of(events(client.get(address(look))), "catalog")
    again = application_with().client
    body = {"look_id": look["id"], "garment": 1, "offer_id": offer["id"]}
    answer = again.post("/api/v1/clicks", json=body)
    assert answer.status_code == 201
    assert answer.json["title"] == "Catalogue Tee"


@pytest.mark.parametrize("offer_id", ["catalog-999", "catalog-x", "catalog-" + "9" * 50, "ucp-1"])
def test_an_offer_that_was_not_given_cannot_be_clicked(client, look, offer_id):
    body = {"look_id": look["id"], "garment": 1, "offer_id": offer_id}
    answer = client.post("/api/v1/clicks", json=body)
    assert (answer.status_code, answer.json["code"]) == (404, "offer-not-found")
    assert client.get("/api/v1/history").json["clicks"] == []


def test_the_client_decides_nothing_about_a_click(client, look):
    [offer] = offers_of(events(client.get(address(look))), "catalog")
    body = {"look_id": look["id"], "garment": 1, "offer_id": offer["id"]}
    for more in ({"link": "https://evil.example/"}, {"garment": "1; DROP"}, {"look_id": "x"}):
        assert client.post("/api/v1/clicks", json=body | more).status_code == 400


def test_providers_say_what_leaves_the_machine(client, application_with):
    answer = client.get("/api/v1/providers").json["providers"]
    assert [entry["name"] for entry in answer if entry["enabled"]] == ["catalog", "ucp", "links"]
    switched_off = {entry["name"]: entry["switch"] for entry in answer if not entry["enabled"]}
    assert switched_off["ebay"] == "WTB_EBAY_ID, WTB_EBAY_SECRET"
    assert all(switched_off.values())
    ucp = answer[1]
    assert ucp["switch"] == "WTB_UCP_ENABLED"
    assert not ucp["runs_early"]
    assert "127.0.0.1" in ucp["discloses"]
    off = application_with(ucp_enabled=False).client.get("/api/v1/providers").json["providers"]
    assert "catalog.shopify.com" in off[1]["discloses"]
    assert [entry["name"] for entry in off if entry["enabled"]] == ["catalog", "links"]


def test_providers_say_how_much_of_the_quota_is_used(application_with, shopify):
    client = application_with(
        ucp_enabled=True,
        ucp_endpoint=shopify.url,
        fetch_allow=(shopify.address,),
        per_day={"ucp": 1},
    ).client
    look = upload(client).json
    first, second = (events(client.get(address(look))) for _ in range(2))
    assert [line["provider"] for line in first if line["event"] == "failed"] == []
    [failed] = [line for line in second if line["event"] == "failed"]
    assert "quota of 1 request is used up. It renews at 00:00 UTC" in failed["reason"]
    assert (failed["code"], failed["details"]) == ("provider-quota-used-up", ["1"])
    listed = client.get("/api/v1/providers").json["providers"]
    quotas = {entry["name"]: entry["quota"] for entry in listed}
    assert (quotas["ucp"]["sent"], quotas["ucp"]["per_day"]) == (1, 1)
    assert quotas["ucp"]["renews_at"].endswith("T00:00:00Z")
    assert (quotas["ebay"]["sent"], quotas["ebay"]["per_day"]) == (0, None)
    assert quotas["catalog"] is quotas["links"] is None


def test_a_vendors_key_switches_it_on_and_is_never_shown(application_with):
    answer = application_with(serper_key="k-1234567890").client.get("/api/v1/providers")
    [serper] = [entry for entry in answer.json["providers"] if entry["name"] == "serper"]
    assert serper["enabled"]
    assert serper["switch"] == "WTB_SERPER_KEY"
    assert "k-1234567890" not in answer.text


def test_a_search_says_who_was_sent_what_and_who_answered(client, look, shopify):
    *_, done = events(client.get(address(look)))
    assert {each["host"] for each in done["receipt"]["sendings"]} == {"127.0.0.1"}
    sending, *_ = (each for each in done["receipt"]["sendings"] if each["what"])
    assert (sending["provider"], sending["outcome"], sending["status"]) == ("ucp", "answered", 200)
    assert "words" in sending["what"]
    assert sending["words"]
    assert set(done["answered"]) == {"catalog", "ucp"}
    kept = client.get(f"/api/v1/looks/{look['id']}/garments/1/receipts").json["receipts"]
    assert kept == [done["receipt"]]
    assert client.get(f"/api/v1/looks/{look['id']}/garments/9/receipts").status_code == 404


def test_a_shop_that_cannot_be_reached_was_sent_nothing_and_did_not_answer(
    application_with, tmp_path
):
    made = application_with(ucp_enabled=True, ucp_endpoint="http://nowhere.invalid/mcp")
    look = upload(made.client).json
    *_, done = events(made.client.get(address(look)))
    assert done["answered"] == [], "an empty catalogue says nothing"
    assert {each["outcome"] for each in done["receipt"]["sendings"]} == {"not sent"}


def test_a_framed_thing_that_is_no_garment_is_sent_to_nobody_who_needs_words(client, look):
    made = client.patch(f"/api/v1/looks/{look['id']}/garments/1", json={"category": "other"}).json
    assert made["garments"][0]["category"] == "other"
    *_, done = events(client.get(address(look)))
    assert done["receipt"]["sendings"] == []
    assert done["answered"] == ["catalog"]
