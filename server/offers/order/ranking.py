"""One list over all providers, most similar first.

The order is by similarity, adjusted a little for what else matters to a buyer. Every number that
moves an offer is in this file, and every one that moved it is a reason in ``why``.
"""

from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass, fields
from typing import Literal

from model.categories import Category
from model.colours import Colour
from model.likeness import is_alike
from server.config import MOST_MOVED
from server.goods.colour_names import (
    main_colour_names,
    named_colours,
    palette_name,
    share_a_colour,
)
from server.goods.kinds import categories_of_product
from server.offers.offer import (
    NEARLY_EQUAL,
    SAME_COLOURS,
    ComparedOffer,
    Offer,
    RankedOffer,
)

# An offer that is more similar by this much is clearly more similar: all boosts together lift
# no other offer above it.
CLEARLY = MOST_MOVED
MOST_BOOST = 0.05


@dataclass(frozen=True, slots=True)
class Boosts:
    """What moves an offer besides its similarity, each 0 to `MOST_BOOST`, `CLEARLY` in all.

    Attributes:
        in_stock: Its shop says that it can be shipped now.
        price: Its price is known.
        partner: Its shop is a partner of this server's operator.
        ships: Its shop states the cost of shipping to the user's country.
        opened: The user opened offers of its shop before (`server.history.clicks.OpenedShops`).
    """

    in_stock: float = 0.02
    price: float = 0.01
    partner: float = 0.02
    ships: float = 0.01
    opened: float = 0.01

    def __post_init__(self) -> None:
        """Check the bounds that keep the list honest.

        Raises:
            ValueError: A boost is out of range, or their sum is.
        """
        amounts = [getattr(self, each.name) for each in fields(self)]
        if not all(0 <= amount <= MOST_BOOST for amount in amounts):
            raise ValueError(f"each boost is 0 to {MOST_BOOST}")
        if sum(amounts) > CLEARLY + 1e-9:
            raise ValueError(f"all boosts together are at most {CLEARLY}")


DEFAULT_BOOSTS = Boosts()

# Least similarities that are called so. Of the garments of one kind and other styles in a
# sample shop of 333 products, 1 in 40 is "similar" and 1 in 300 "very similar".
VERY_SIMILAR = 0.75
SIMILAR = 0.5

VERY_SIMILAR_REASON, SIMILAR_REASON, SAME_COLOUR_REASON = "very similar", "similar", "same colour"
# Reasons that hold whichever shop sells the product.
PICTURE_REASONS = frozenset({VERY_SIMILAR_REASON, SIMILAR_REASON, SAME_COLOUR_REASON})

# Likeness of colours from which they are called the same, unless the shop names another.
SAME_COLOUR = 0.8

Likeness = Literal["same", "very similar", "alike"]
# Score of the first link into a search engine, below every product.
SEARCH_LINK = -1.0
# Score of a product of another category that is not similar at all, and how much of its own
# score is added: each is below every product that may be of the garment's category.
_OTHER_CATEGORY, _OTHER_SHARE = -0.9, 0.5


@dataclass(frozen=True, slots=True)
class Ranking:
    """How the offers of one search are ordered.

    Attributes:
        boosts: How much each circumstance moves an offer.
        opened: Returns whether the user opened offers of an offer's shop before; None if that
            is not to count.
        colours: Colours of the garment, largest share first.
        categories: The garment's, several where it is in doubt; none if any will do.
    """

    boosts: Boosts = DEFAULT_BOOSTS
    opened: Callable[[Offer], bool] | None = None
    colours: tuple[Colour, ...] = ()
    categories: tuple[Category, ...] = ()

    def ranked(self, offers: Iterable[ComparedOffer]) -> list[RankedOffer]:
        """Return the offers with similarity, score and reasons, sorted best first.

        A product that could not be compared counts as not similar at all: the list promises
        nothing that is not known. Links into search engines keep their own order, at the end.
        """
        return best_first(self.rank(offer, place) for place, offer in enumerate(offers))

    def rank(self, compared: ComparedOffer, place: int = 0) -> RankedOffer:
        """Return one offer with similarity, score and reasons.

        Args:
            compared: The offer.
            place: Its place among the offers it came with, from 0; orders search links.
        """
        offer, match = compared.offer, compared.match
        if offer.type == "search":
            return RankedOffer(compared, None, SEARCH_LINK - place / 1000)
        similarity = None if match is None else match.similarity
        why: list[str] = []
        if similarity is not None and similarity >= SIMILAR:
            why.append(VERY_SIMILAR_REASON if similarity >= VERY_SIMILAR else SIMILAR_REASON)
        colours_match = match is not None and match.colour_likeness >= SAME_COLOUR
        if colours_match and is_same_colour(offer, self.colours):
            why.append(SAME_COLOUR_REASON)
        boosts = self._boosts_of(offer)
        # A boost of 0 moved nothing and is no reason; a partner is labelled as one all the same.
        why += [reason for reason, amount in boosts.items() if amount > 0]
        score = (similarity or 0.0) + sum(boosts.values())
        if is_same_category(offer, self.categories) is False:
            score = among_other_categories(score)
        return RankedOffer(compared, compared.similarity, round(score, 4), tuple(why))

    def _boosts_of(self, offer: Offer) -> dict[str, float]:
        """Return how much each circumstance moves an offer, by the reason that is shown."""
        boosts = self.boosts
        return {
            "in stock": boosts.in_stock if offer.availability == "in_stock" else 0.0,
            "price known": boosts.price if offer.price is not None else 0.0,
            "ships to you": boosts.ships if offer.shipping is not None else 0.0,
            "partner": boosts.partner if offer.partner else 0.0,
            "you opened this shop before": (
                boosts.opened if self.opened is not None and self.opened(offer) else 0.0
            ),
        }


def best_first(offers: Iterable[RankedOffer]) -> list[RankedOffer]:
    """Sort offers by score, highest first; the order they come in does not matter."""
    return sorted(offers, key=lambda each: (-each.score, each.offer.provider, each.offer.id))


def is_same_colour(offer: Offer, garment: Iterable[Colour]) -> bool | None:
    """Return whether an offer has the garment's colour.

    The colour that the shop states counts, in the title or in its own field; if it states
    none, the colours in the picture count.

    Returns:
        None if it is not known: the garment has no colours, or the offer has none.
    """
    wanted = main_colour_names(garment)
    offered = named_colours(offer.title) or tuple(map(palette_name, offer.colours))
    if not wanted or not offered or offer.type == "search":
        return None
    return share_a_colour(wanted, offered)


def is_same_category(offer: Offer, categories: Collection[Category]) -> bool | None:
    """Return whether an offer is of a garment's category: shorts are no trousers.

    Args:
        offer: Of a shop.
        categories: Those that the garment may be.

    Returns:
        None if it is not known: the garment has no category, or the offer's words leave open
        which of its kind it is.
    """
    if not categories or offer.type == "search":
        return None
    named = categories_of_product(offer.title, offer.types)
    return None if named is None else any(each.name in named for each in categories)


def among_other_categories(score: float) -> float:
    """Return where a score stands below every offer that may be of the garment's category."""
    return round(_OTHER_CATEGORY + _OTHER_SHARE * score, 4)


def is_among_other_categories(ranked: RankedOffer) -> bool:
    """Return whether an offer is known to be of another category than the garment."""
    return SEARCH_LINK < ranked.score < 0 and ranked.offer.type == "product"


def likeness_of(compared: ComparedOffer) -> Likeness | None:
    """Return how an offer is like the garment, in one word for a buyer.

    Returns:
        "same": its picture shows the very thing. "very similar": see `VERY_SIMILAR`. "alike":
        it is only of the same kind. None if its picture was not compared.
    """
    match = compared.match
    if match is None:
        return None
    if match.cosine >= NEARLY_EQUAL and match.colour_likeness >= SAME_COLOURS:
        return "same"
    return "very similar" if match.similarity >= VERY_SIMILAR else "alike"


def is_close(compared: ComparedOffer) -> bool | None:
    """Return whether an offer has more in common with the garment than its kind.

    Returns:
        None if its picture was not compared.
    """
    match = compared.match
    if match is None:
        return None
    return is_alike(match.similarity)
