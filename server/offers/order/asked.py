"""What a person asked for in words, applied to offers: which fit, and why the others do not."""

from typing import Literal

from server.goods.asked import Asked
from server.goods.asked_words import patterns_in, sleeves_in
from server.goods.colour_names import named_colours, palette_name, share_a_colour
from server.goods.links import shop_key, shop_keys
from server.goods.names import words_of
from server.goods.wanted import sizes_in
from server.offers.offer import Offer, Seller

# Reasons why an offer is not what was asked for.
AskedReason = Literal[
    "asked_colour",
    "asked_pattern",
    "asked_sleeves",
    "asked_words",
    "asked_shop",
    "asked_brand",
    "asked_size",
    "asked_gender",
    "asked_availability",
]


def asked_reason(offer: Offer, asked: Asked) -> AskedReason | None:
    """Return why an offer is not what was asked for; None where it is, as far as is known.

    A colour counts only where it is known: "blue" is asked for to see what is blue. So does a
    pattern, a brand, a size and what is in stock. Few titles speak of sleeves, and few shops say
    whom a thing is for: there only others than those asked for count.
    """
    if asked.shops and not _is_sold_by(offer, asked.shops):
        return "asked_shop"
    if reason := _facts_against(offer, asked):
        return reason
    if asked.colours and not _has_colour(offer, asked.colours):
        return "asked_colour"
    text = f"{offer.title} {' '.join(offer.types)}"
    if asked.pattern is not None and asked.pattern not in patterns_in(text):
        return "asked_pattern"
    if asked.sleeves is not None and sleeves_in(text) - {asked.sleeves}:
        return "asked_sleeves"
    return "asked_words" if _lacks_words(offer, text, asked.words) else None


def _facts_against(offer: Offer, asked: Asked) -> AskedReason | None:
    """Return which of the facts that a shop states is another one than was asked for."""
    if asked.brands and not _is_of_brand(offer, asked.brands):
        return "asked_brand"
    if asked.sizes and _sizes(asked.sizes).isdisjoint(_sizes(offer.sizes)):
        return "asked_size"
    if asked.gender is not None and offer.gender not in (asked.gender, "unisex", None):
        return "asked_gender"
    sellers: tuple[Offer | Seller, ...] = (offer, *offer.sellers)
    there = asked.availability is None or any(
        each.availability == asked.availability for each in sellers
    )
    return None if there else "asked_availability"


def _is_of_brand(offer: Offer, brands: tuple[str, ...]) -> bool:
    """Return whether an offer is of a brand; one that names none may have it in its title."""
    if offer.brand is not None:
        return offer.brand.casefold() in {brand.casefold() for brand in brands}
    title = words_of(offer.title)
    return any(set(words_of(brand)) <= set(title) for brand in brands if words_of(brand))


def _sizes(texts: tuple[str, ...]) -> frozenset[str]:
    return frozenset().union(*map(sizes_in, texts))


def _is_sold_by(offer: Offer, shops: tuple[str, ...]) -> bool:
    wanted = frozenset(map(shop_key, shops))
    sellers: tuple[Offer | Seller, ...] = (offer, *offer.sellers)
    return any(not wanted.isdisjoint(shop_keys(each.shop, each.link)) for each in sellers)


def _has_colour(offer: Offer, colours: tuple[str, ...]) -> bool:
    named = named_colours(offer.title) or tuple(map(palette_name, offer.colours))
    return share_a_colour(map(palette_name, colours), named)


def _lacks_words(offer: Offer, text: str, words: tuple[str, ...]) -> bool:
    sellers: tuple[Offer | Seller, ...] = (offer, *offer.sellers)
    shops = [name for each in sellers for name in shop_keys(each.shop, each.link)]
    known = " ".join([text, offer.brand or "", *shops]).casefold()
    return not all(word.casefold() in known for word in words)
