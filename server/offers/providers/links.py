"""Links that open in the user's own browser: search engines and shops' own search.

They are built here and ask nobody, so they never fail. What the user then opens tells that
site the words, or the picture's public address.
"""

from collections.abc import Iterator
from typing import ClassVar
from urllib.parse import quote, urlencode

from server.offers.offer import GarmentQuery, Offer, SearchContext
from server.offers.provider import Cost, Leaves

_AMAZON = {
    "AU": "com.au", "BR": "com.br", "CA": "ca", "DE": "de", "ES": "es", "FR": "fr", "GB": "co.uk",
    "IN": "in", "IT": "it", "JP": "co.jp", "MX": "com.mx", "NL": "nl", "SE": "se", "PL": "pl",
}  # fmt: skip
_EBAY = {
    "AU": "com.au", "CA": "ca", "DE": "de", "ES": "es", "FR": "fr", "GB": "co.uk", "IT": "it",
    "NL": "nl", "PL": "pl",
}  # fmt: skip


class LinksProvider:
    """Makes links out of the garment's words and the picture's public address."""

    name: ClassVar[str] = "links"
    title: ClassVar[str] = "Search elsewhere"
    needs: ClassVar[tuple[str, ...]] = ("words", "picture address")
    leaves: ClassVar[Leaves] = Leaves(
        en="Nothing, until you open a link: then that site sees the words or the picture's"
        " public address.",
        ko="링크를 열기 전에는 없음. 열면 해당 사이트가 검색어나 사진의 공개 주소를 보게 됩니다.",
    )
    cost: ClassVar[Cost] = Cost(en="Nothing.", ko="무료.")
    runs_early: ClassVar[bool] = True
    compares: ClassVar[bool] = False

    def search(self, query: GarmentQuery, context: SearchContext) -> list[Offer]:
        """Give the links, those by picture first."""
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
            for key, title, link in _links(query, context)
        ]

    def version(self) -> object:
        """Give the same at all times: links depend on nothing but the garment."""
        return None


def google_shopping(words: str, context: SearchContext) -> str:
    """Give the address of Google's search of shops for some words."""
    query = {"udm": "28", "q": words, "hl": context.language, "gl": context.country.lower()}
    return "https://www.google.com/search?" + urlencode(query)


def _links(query: GarmentQuery, context: SearchContext) -> Iterator[tuple[str, str, str]]:
    if query.picture_url is not None:
        address = quote(query.picture_url, safe="")
        whole = "사진 전체" if context.language == "ko" else "the whole picture"
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
    words = query.words(context.language)
    yield "google-shopping", "Google Shopping", google_shopping(words, context)
    if context.country == "KR" or context.language == "ko":
        korean = query.words("ko")
        yield (
            "naver",
            "네이버 쇼핑",
            "https://search.shopping.naver.com/search/all?" + urlencode({"query": korean}),
        )
        yield "coupang", "쿠팡", "https://www.coupang.com/np/search?" + urlencode({"q": korean})
    yield "bing", "Bing Shopping", "https://www.bing.com/shop?" + urlencode({"q": words})
    amazon = _AMAZON.get(context.country, "com")
    yield "amazon", "Amazon", f"https://www.amazon.{amazon}/s?" + urlencode({"k": words})
    ebay = _EBAY.get(context.country, "com")
    yield "ebay", "eBay", f"https://www.ebay.{ebay}/sch/i.html?" + urlencode({"_nkw": words})
    yield (
        "yandex",
        "Yandex",
        "https://yandex.com/search/?" + urlencode({"text": words + _buy(context.language)}),
    )


def _buy(language: str) -> str:
    return {"ko": " 구매"}.get(language, " buy")
