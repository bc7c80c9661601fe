"""One list over all providers, most similar first.

The order is similarity, moved a little by what else a buyer cares about. Every number that
moves an offer is in this file, and every one that moved it is told in ``why``.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, fields, replace

from model.colours import Colour
from model.likeness import similarity
from server.config import MOST_MOVED
from server.offers.offer import Offer
from server.offers.order.same_colour import is_same_colour

# So much more similar is clearly more similar: no pushes together lift an offer over that.
CLEARLY = MOST_MOVED
MOST_PUSH = 0.05


@dataclass(frozen=True, slots=True)
class Pushes:
    """What moves an offer beside its similarity, each 0 to `MOST_PUSH`, `CLEARLY` in all.

    Attributes:
        in_stock: Its shop says that it can be sent.
        price: Its price is known.
        partner: Its shop is a partner of whoever runs this server.
        ships: Its shop says what sending it to the user's country costs.
        opened: The user opened offers of its shop before (`server.offers.opened_shops`).
    """

    in_stock: float = 0.02
    price: float = 0.01
    partner: float = 0.02
    ships: float = 0.01
    opened: float = 0.01

    def __post_init__(self) -> None:
        """Refuse what would make the list dishonest.

        Raises:
            ValueError: A push is out of range, or all together are.
        """
        amounts = [getattr(self, each.name) for each in fields(self)]
        if not all(0 <= amount <= MOST_PUSH for amount in amounts):
            raise ValueError(f"each push is 0 to {MOST_PUSH}")
        if sum(amounts) > CLEARLY + 1e-9:
            raise ValueError(f"all pushes together are at most {CLEARLY}")


DEFAULT_PUSHES = Pushes()

VERY_SIMILAR = 0.75
# From here on an offer is called so. Of the garments of one kind and other styles in a
# sample shop of 333 products, 1 in 40 is "similar" and 1 in 300 "very similar".
SIMILAR = 0.5

VERY_SIMILAR_REASON, SIMILAR_REASON, SAME_COLOUR_REASON = "very similar", "similar", "same colour"
# Reasons that hold whoever sells the product.
OF_THE_PICTURE = frozenset({VERY_SIMILAR_REASON, SIMILAR_REASON, SAME_COLOUR_REASON})

# Likeness of colours from which they are called the same, if the shop names no other.
SAME_COLOUR = 0.8

# Score of a link into a search engine, below every product.
SEARCH_LINK = -1.0


@dataclass(frozen=True, slots=True)
class Ranking:
    """How the offers of one search are put in order.

    Attributes:
        pushes: How much what moves an offer.
        opened: Says whether the user opened offers of an offer's shop before; None where
            that is not to count.
        colours: Of the garment that is looked for, largest share first.
    """

    pushes: Pushes = DEFAULT_PUSHES
    opened: Callable[[Offer], bool] | None = None
    colours: tuple[Colour, ...] = ()

    def ranked(self, offers: Iterable[Offer]) -> list[Offer]:
        """Give offers their similarity, score and reasons, and sort them, best first.

        A product that could not be compared counts as not similar at all: what is not known
        is not promised. Links into search engines stay in their own order at the end.
        """
        scored = [self._scored(offer, place) for place, offer in enumerate(offers)]
        return sorted(scored, key=lambda offer: (-offer.score, offer.provider, offer.id))

    def _scored(self, offer: Offer, place: int) -> Offer:
        if offer.type == "search":
            score = offer.score if offer.score <= SEARCH_LINK else SEARCH_LINK - place / 1000
            return replace(offer, score=score)
        similar = _similarity(offer)
        why: list[str] = []
        if similar is not None and similar >= SIMILAR:
            why.append(VERY_SIMILAR_REASON if similar >= VERY_SIMILAR else SIMILAR_REASON)
        if (offer.colour_likeness or 0.0) >= SAME_COLOUR and is_same_colour(offer, self.colours):
            why.append(SAME_COLOUR_REASON)
        moved = self._moved(offer)
        # A push of 0 moved nothing, and is no reason; a partner is labelled as one all the same.
        why += [reason for reason, amount in moved.items() if amount > 0]
        return replace(
            offer,
            similarity=None if similar is None else round(similar, 4),
            score=round((similar or 0.0) + sum(moved.values()), 4),
            why=tuple(why),
        )

    def _moved(self, offer: Offer) -> dict[str, float]:
        """Give how much an offer is moved, by the reason that is told."""
        pushes = self.pushes
        return {
            "in stock": pushes.in_stock if offer.availability == "in_stock" else 0.0,
            "price known": pushes.price if offer.price is not None else 0.0,
            "ships to you": pushes.ships if offer.shipping is not None else 0.0,
            "partner": pushes.partner if offer.partner else 0.0,
            "you opened this shop before": (
                pushes.opened if self.opened is not None and self.opened(offer) else 0.0
            ),
        }


def ranked(offers: Iterable[Offer]) -> list[Offer]:
    """Put offers in order by the default `Ranking`."""
    return Ranking().ranked(offers)


def _similarity(offer: Offer) -> float | None:
    if offer.cosine is None:
        return None
    return float(similarity(offer.cosine, offer.colour_likeness or 0.0))
