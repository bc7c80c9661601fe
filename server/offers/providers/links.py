"""Links that open in the user's own browser: search engines and shops' own search.

They are built here without asking anybody, so they never fail. Only a link that the user opens
discloses something: the words, or the picture's public address, to that site.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import ClassVar
from urllib.parse import quote, urlencode

from server.goods.languages import language
from server.offers.offer import GarmentQuery, Offer, SearchContext

_AMAZON = {
    "AU": "com.au", "BR": "com.br", "CA": "ca", "DE": "de", "ES": "es", "FR": "fr", "GB": "co.uk",
    "IN": "in", "IT": "it", "JP": "co.jp", "MX": "com.mx", "NL": "nl", "SE": "se", "PL": "pl",
}  # fmt: skip
_EBAY = {
    "AU": "com.au", "CA": "ca", "DE": "de", "ES": "es", "FR": "fr", "GB": "co.uk", "IT": "it",
    "NL": "nl", "PL": "pl",
}  # fmt: skip
# Countries where Vinted has a site; elsewhere people cannot buy there.
_VINTED = {
    "AT": "at", "BE": "be", "CZ": "cz", "DE": "de", "DK": "dk", "ES": "es", "FI": "fi", "FR": "fr",
    "GB": "co.uk", "GR": "gr", "HR": "hr", "HU": "hu", "IE": "ie", "IT": "it", "LT": "lt",
    "LU": "lu", "NL": "nl", "PL": "pl", "PT": "pt", "RO": "ro", "SE": "se", "SK": "sk",
    "US": "com",
}  # fmt: skip
# eBay's number of the condition "Used".
_USED = "3000"


@dataclass(frozen=True, slots=True)
class _LocalShop:
    """A shop of one country, searched in that country's language."""

    key: str
    title: str
    search: str
    parameter: str
    country: str
    language: str


_LOCAL_SHOPS = (
    _LocalShop(
        "naver", "네이버 쇼핑", "https://search.shopping.naver.com/search/all", "query", "KR", "ko"
    ),
    _LocalShop("coupang", "쿠팡", "https://www.coupang.com/np/search", "q", "KR", "ko"),
)


class LinksProvider:
    """Makes links from the garment's words and the picture's public address."""

    name: ClassVar[str] = "links"
    title: ClassVar[str] = "Search elsewhere"
    needs: ClassVar[tuple[str, ...]] = ("words", "picture address")
    discloses: ClassVar[str] = (
        "Nothing, until you open a link: then that site sees the words or the picture's"
        " public address."
    )
    cost: ClassVar[str] = "Nothing."
    runs_early: ClassVar[bool] = True
    compares: ClassVar[bool] = False

    def search(self, query: GarmentQuery, context: SearchContext) -> list[Offer]:
        """Return the links, those by picture first."""
        return [
            Offer(
                id=f"links-{key}",
                provider=self.name,
                type="search",
                title=title,
                link=link,
                shop=title.partition(":")[0],
                kind=query.kind,
            )
            for key, title, link in (*_links(query, context), *_second_hand(query, context))
        ]

    def version(self) -> object:
        """Return a constant: links depend on nothing but the garment."""
        return None


def google_shopping(words: str, context: SearchContext) -> str:
    """Return the address of Google's search of shops for some words."""
    query = {"udm": "28", "q": words, "hl": context.language, "gl": context.country.lower()}
    return "https://www.google.com/search?" + urlencode(query)


def _links(query: GarmentQuery, context: SearchContext) -> Iterator[tuple[str, str, str]]:
    phrases = language(context.language).search
    if query.picture_url is not None:
        address = quote(query.picture_url, safe="")
        whole = phrases.whole_picture
        yield (
            "google-lens",
            f"Google Lens: {whole}",
            f"https://lens.google.com/uploadbyurl?url={address}",
        )
        bing = "view=detailv2&iss=sbi&FORM=IRSBIQ&q=imgurl:" + address
        yield "bing-picture", f"Bing: {whole}", f"https://www.bing.com/images/search?{bing}"
        yield (
            "yandex-picture",
            f"Yandex: {whole}",
            f"https://yandex.com/images/search?rpt=imageview&url={address}",
        )
    if not query.has_words:
        return
    words = query.words(context.language)
    yield "google-shopping", "Google Shopping", google_shopping(words, context)
    for shop in _LOCAL_SHOPS:
        if context.country == shop.country or context.language == shop.language:
            asked = urlencode({shop.parameter: query.words(shop.language)})
            yield shop.key, shop.title, f"{shop.search}?{asked}"
    yield "bing", "Bing Shopping", "https://www.bing.com/shop?" + urlencode({"q": words})
    amazon = _AMAZON.get(context.country, "com")
    yield "amazon", "Amazon", f"https://www.amazon.{amazon}/s?" + urlencode({"k": words})
    ebay = _EBAY.get(context.country, "com")
    yield "ebay", "eBay", f"https://www.ebay.{ebay}/sch/i.html?" + urlencode({"_nkw": words})
    buy = phrases.buy.format(words=words)
    yield "yandex", "Yandex", "https://yandex.com/search/?" + urlencode({"text": buy})


def _second_hand(query: GarmentQuery, context: SearchContext) -> Iterator[tuple[str, str, str]]:
    """Yield searches for used things, whose sites have no search for programs."""
    if not query.has_words:
        return
    words = query.words(context.language)
    used = language(context.language).search.second_hand
    ebay = f"https://www.ebay.{_EBAY.get(context.country, 'com')}/sch/i.html?"
    asked = urlencode({"_nkw": words, "LH_ItemCondition": _USED})
    yield "ebay-used", f"eBay: {used}", ebay + asked
    if ending := _VINTED.get(context.country):
        asked = urlencode({"search_text": words})
        yield "vinted", f"Vinted: {used}", f"https://www.vinted.{ending}/catalog?{asked}"
    asked = urlencode({"q": words})
    yield "depop", f"Depop: {used}", f"https://www.depop.com/search/?{asked}"
    vestiaire = f"https://www.vestiairecollective.com/search/?{asked}"
    yield "vestiaire", f"Vestiaire Collective: {used}", vestiaire
