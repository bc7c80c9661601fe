"""A list of offers to choose from, as the API returns it."""

from typing import Any

ECB = {"rate": "1388.888889", "as_of": "2026-11-24", "source": "ecb"}
SELLERS = [
    {
        "id": "other-1", "provider": "ucp", "link": "https://other.example/1", "shop": "Other Shop",
        "price": {"amount": "45.00", "currency": "USD"}, "availability": None,
        "converted": {"price": "62500", "currency": "KRW", **ECB},
    },
]  # fmt: skip
OFFERS: list[dict[str, Any]] = [
    {
        "id": "dear", "title": "Dear", "shop": "Northern Mill", "score": 0.9, "similarity": 0.9,
        "price": "90.00", "currency": "USD", "same_colour": True, "sellers": SELLERS,
        "converted": {"price": "125000", "currency": "KRW", **ECB},
        "shipping": {"amount": "0.00", "currency": "USD"},
    },
    {
        "id": "used", "title": "Used", "shop": "Second Wave", "score": 0.8, "similarity": 0.8,
        "price": "30.00", "currency": "USD", "same_colour": False, "condition": "used",
        "converted": {"price": "41667", "currency": "KRW", **ECB},
        "shipping": {"amount": "4.90", "currency": "USD"},
    },
    {
        "id": "won", "title": "Won", "shop": "Atelier", "score": 0.6, "similarity": 0.6,
        "price": "65000", "currency": "KRW", "same_colour": True, "condition": "new",
    },
    {
        "id": "priceless", "title": "Priceless", "shop": "Northern Mill", "score": 0.55,
        "similarity": 0.55, "price": None, "currency": None, "same_colour": None,
    },
]  # fmt: skip
_PLAIN: dict[str, Any] = {
    "provider": "catalog", "type": "product", "list_price": None, "availability": None,
    "condition": None, "shipping": None, "gtin": None, "sellers": [], "picture": None,
    "kind": "top", "partner": False, "why": [], "converted": None,
}  # fmt: skip
LINK = {
    "id": "lens", "type": "search", "title": "Google Lens", "shop": "Google Lens", "score": -1.0,
    "link": "https://search.example/1", "similarity": None, "price": None, "currency": None,
    "same_colour": None,
}  # fmt: skip


def offers() -> list[dict[str, Any]]:
    """Return the four offers and a link into a search engine, each in full."""
    return [
        _PLAIN | {"link": f"https://{entry['id']}.example/x"} | entry for entry in [*OFFERS, LINK]
    ]


def events() -> list[dict[str, Any]]:
    """Return the search that finds them."""
    found = offers()
    return [
        {"event": "offers", "provider": "catalog", "offers": found},
        {"event": "done", "order": [offer["id"] for offer in found], "left_out": {}},
    ]
