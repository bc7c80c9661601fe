"""One list over all providers, most similar first.

The order is similarity, moved a little by what else a buyer cares about. Every number that
moves an offer is in this file, and every one that moved it is told in ``why``.
"""

from collections.abc import Iterable
from dataclasses import replace

from server.offers.offer import Offer

COSINE_OF_STRANGERS = 0.6
COSINE_OF_TWINS = 0.92
"""Similarity is the cosine brought from this range to 0 to 1, and clipped.

The vectors are features behind a ReLU: no two of them are opposed, and any two garments on
white have a cosine far above 0. The ends were measured on a sample shop of 333 products: two
different styles of one kind have 0.57 to 0.62 in the median, one style in two colours on the
same photo 0.91. Beyond the words below lie, of two different styles, 1 in 12 for "similar" and
1 in 100 for "very similar"; a product seen from behind has 0.82 in the median, which is
"similar". `benchmarks/offers.py --quality` measures it again for other weights."""

IN_STOCK = 0.02
PRICE_KNOWN = 0.01
PARTNER = 0.02
"""All bonuses together are 0.05: what is clearly more similar always stands above."""

VERY_SIMILAR = 0.75
SIMILAR = 0.5
"""From here on an offer is called so."""

SEARCH_LINK = -1.0
"""Score of a link into a search engine, below every product."""


def similarity_of(cosine: float) -> float:
    """Bring a cosine to 0 (no more alike than two garments of a kind) to 1 (the same)."""
    span = COSINE_OF_TWINS - COSINE_OF_STRANGERS
    return min(1.0, max(0.0, (cosine - COSINE_OF_STRANGERS) / span))


def ranked(offers: Iterable[Offer]) -> list[Offer]:
    """Give offers their similarity, score and reasons, and sort them, best first.

    A product that could not be compared counts as not similar at all: what is not known is
    not promised. Links into search engines stay in their own order at the end.
    """
    scored = [_scored(offer, place) for place, offer in enumerate(offers)]
    return sorted(scored, key=lambda offer: (-offer.score, offer.provider, offer.id))


def _scored(offer: Offer, place: int) -> Offer:
    if offer.type == "search":
        score = offer.score if offer.score <= SEARCH_LINK else SEARCH_LINK - place / 1000
        return replace(offer, score=score)
    why: list[str] = []
    similarity = similarity_of(offer.cosine) if offer.cosine is not None else None
    score = similarity or 0.0
    if similarity is not None and similarity >= SIMILAR:
        why.append("very similar" if similarity >= VERY_SIMILAR else "similar")
    if offer.availability == "in_stock":
        score += IN_STOCK
        why.append("in stock")
    if offer.price is not None:
        score += PRICE_KNOWN
        why.append("price known")
    if offer.partner:
        score += PARTNER
        why.append("partner")
    return replace(
        offer,
        similarity=None if similarity is None else round(similarity, 4),
        score=round(score, 4),
        why=tuple(why),
    )
