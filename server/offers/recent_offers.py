"""The offers that searches found recently, so that a click on one can be recorded."""

from collections.abc import Iterable
from dataclasses import replace

from server.offers.lru import LruCache
from server.offers.offer import ComparedOffer, GarmentQuery, RankedOffer

OFFERS_KEPT = 5000


class RecentOffers:
    """Offers by look, garment and id; safe to share between threads."""

    def __init__(self) -> None:
        self._offers: LruCache[tuple[str, int, str], RankedOffer] = LruCache(OFFERS_KEPT)

    def add(self, query: GarmentQuery, offers: Iterable[RankedOffer]) -> None:
        """Remember offers for a garment."""
        for ranked in offers:
            # Without the features of its picture, which take most of the memory.
            plain = replace(ranked, compared=ComparedOffer(ranked.offer))
            self._offers.put((query.look_id, query.number, ranked.offer.id), plain)

    def find(self, look_id: str, number: int, offer_id: str) -> RankedOffer | None:
        """Return an offer that was found for a garment recently; its match is not kept."""
        return self._offers.get((look_id, number, offer_id))
