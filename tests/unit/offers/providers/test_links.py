from urllib.parse import parse_qs, urlsplit

import pytest

from server.goods.safe_text import public_address
from server.offers.offer import ComparedOffer, Offer, SearchContext
from server.offers.order.ranking import Ranking, best_first
from server.offers.providers.links import LinksProvider
from tests.support.garments import garment_query

PICTURE = "https://cdn.example.com/a b.jpg?sig=1&x=2".replace(" ", "%20")


def links(context: SearchContext, image_url: str | None = None) -> dict[str, Offer]:
    found = LinksProvider().search(garment_query(image_url=image_url), context)
    return {offer.id.removeprefix("links-"): offer for offer in found}


def asked(offer: Offer, parameter: str) -> str:
    return parse_qs(urlsplit(offer.link).query)[parameter][0]


def test_every_link_is_a_search_of_its_own() -> None:
    found = links(SearchContext(), PICTURE)
    assert len(found) == 12
    assert {offer.type for offer in found.values()} == {"search"}
    assert all(offer.link.startswith("https://") for offer in found.values())
    assert all(offer.price is offer.picture_url is None for offer in found.values())


def test_words_are_in_the_language_and_shops_of_the_country() -> None:
    found = links(SearchContext("DE", "de", "EUR"))
    assert urlsplit(found["amazon"].link).hostname == "www.amazon.de"
    assert urlsplit(found["ebay"].link).hostname == "www.ebay.de"
    assert asked(found["google-shopping"], "q") == "navy long sleeve outwear"
    assert asked(found["google-shopping"], "gl") == "de"
    assert "coupang" not in found


@pytest.mark.parametrize("context", [SearchContext("KR", "en"), SearchContext("US", "ko")])
def test_koreans_get_korean_shops_in_korean(context: SearchContext) -> None:
    found = links(context)
    assert asked(found["coupang"], "q") == "네이비 긴팔 아우터"
    assert asked(found["naver"], "query") == "네이비 긴팔 아우터"


def test_a_public_picture_can_be_searched_for_as_it_is() -> None:
    found = links(SearchContext(), PICTURE)
    assert asked(found["google-lens"], "url") == PICTURE
    assert asked(found["yandex-picture"], "url") == PICTURE
    assert asked(found["bing-picture"], "q") == f"imgurl:{PICTURE}"
    assert list(found)[:3] == ["google-lens", "bing-picture", "yandex-picture"]


@pytest.mark.parametrize(
    "address",
    [
        None,
        "http://127.0.0.1/a.jpg",
        "http://192.168.1.5/a.jpg",
        "http://[::1]/a.jpg",
        "http://nas/a.jpg",
        "http://localhost./a.jpg",
        "http://nas.local/a.jpg",
        "http://user:secret@cdn.example.com/a.jpg",
        "data:image/png;base64,AAAA",
    ],
)
def test_a_picture_without_public_address_is_not_sent_to_others(address: str | None) -> None:
    assert public_address(address) is None
    assert "google-lens" not in links(SearchContext(), address)


def test_links_keep_their_order_behind_all_products() -> None:
    found = list(links(SearchContext(), PICTURE).values())
    bare = Offer(id="x", provider="ucp", title="Coat", link="https://shop.example/")
    order = Ranking().ranked(map(ComparedOffer, [*found, bare]))
    assert order[0].offer.id == "x"
    assert [each.offer for each in order[1:]] == found
    again = best_first(reversed(Ranking().ranked(map(ComparedOffer, found))))
    assert [each.offer for each in again] == found


def test_used_things_are_searched_for_by_our_words_and_named_so() -> None:
    found = links(SearchContext("GB", "en", "GBP"))
    used = {key: found[key] for key in ("ebay-used", "vinted", "depop", "vestiaire")}
    assert list(found)[-4:] == list(used)
    assert all(offer.title.endswith(": second-hand") for offer in used.values())
    assert urlsplit(used["ebay-used"].link).hostname == "www.ebay.co.uk"
    assert asked(used["ebay-used"], "LH_ItemCondition") == "3000"
    assert asked(used["ebay-used"], "_nkw") == "navy long sleeve outwear"
    assert urlsplit(used["vinted"].link).hostname == "www.vinted.co.uk"
    assert asked(used["vinted"], "search_text") == "navy long sleeve outwear"
    assert asked(used["depop"], "q") == asked(used["vestiaire"], "q") == "navy long sleeve outwear"


def test_a_site_that_does_not_sell_to_the_country_is_left_out() -> None:
    found = links(SearchContext("KR", "ko", "KRW"))
    assert "vinted" not in found
    assert found["depop"].title == "Depop: 중고"
