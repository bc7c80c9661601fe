"""Whether offers for a garment that were opened or saved are cheaper now."""

from datetime import datetime

from pydantic import BaseModel, ConfigDict

from server.api.access import from_own_pages_only
from server.api.bodies import query
from server.api.offers import Country, Currency, Language
from server.api.openapi import Answer, Resource
from server.goods.availability import Availability
from server.history.clicks import Click
from server.history.saved import SavedThing
from server.history.schema import picture_path
from server.offers.offer import FailedEvent, Offer, OffersEvent, SearchContext
from server.offers.price_again import Change, PriceAgain, PriceThen, compare_prices
from server.offers.schema import FailureOut
from server.services import current_services

blueprint = Resource("prices", __name__, "/looks/<look_id>/garments/<int:number>")


class PricesQuery(BaseModel):
    """Whom the search is for."""

    model_config = ConfigDict(extra="ignore")

    country: Country | None = None
    language: Language | None = None
    currency: Currency | None = None


class PriceThenOut(BaseModel):
    """An offer as it was when it was opened or saved."""

    offer_id: str
    title: str
    link: str
    shop: str | None
    price: str | None
    currency: str | None
    picture: str | None
    at: datetime
    saved: bool


class PriceNowOut(BaseModel):
    """Where it is sold now."""

    offer_id: str
    link: str
    shop: str | None
    price: str | None
    currency: str | None
    availability: Availability | None
    # Another shop sells the same product; the one from then was not found.
    elsewhere: bool


class PriceAgainOut(BaseModel):
    """An offer then and now."""

    then: PriceThenOut
    # Null if this search did not find it.
    now: PriceNowOut | None
    change: Change

    @classmethod
    def of(cls, again: PriceAgain) -> "PriceAgainOut":
        """Return a comparison as the API shows it."""
        then, now = again.then, again.now
        return cls(
            then=PriceThenOut(
                offer_id=then.offer_id,
                title=then.title,
                link=then.link,
                shop=then.shop,
                price=then.price.amount if then.price else None,
                currency=then.price.currency if then.price else None,
                picture=picture_path(then.picture),
                at=then.at,
                saved=then.is_saved,
            ),
            now=None
            if now is None
            else PriceNowOut(
                offer_id=now.offer_id,
                link=now.link,
                shop=now.shop,
                price=now.price.amount if now.price else None,
                currency=now.price.currency if now.price else None,
                availability=now.availability,
                elsewhere=now.elsewhere,
            ),
            change=again.change,
        )


class PricesAgainOut(BaseModel):
    """What a new search says of the offers from before."""

    offers: list[PriceAgainOut]
    failed: list[FailureOut]


@blueprint.operation(
    "get",
    "/prices",
    "Search again, and compare the prices of offers that were opened or saved with those now",
    Answer(200, "The offers, each then and now", PricesAgainOut),
    query=PricesQuery,
    problems=(400, 404, 503),
)
@from_own_pages_only
def again(look_id: str, number: int) -> dict[str, object]:
    """Search for a garment once more, like anybody who looks at its offers."""
    services = current_services()
    settings = services.settings
    wanted = query(PricesQuery)
    context = SearchContext(
        country=wanted.country or settings.country,
        language=wanted.language or settings.language,
        currency=wanted.currency or settings.currency,
        seconds=settings.search_seconds,
    )
    look = services.looks.get(look_id)
    garment = services.looks.garment(look, number).number
    before = [
        *map(_saved, services.saved.of(look.id, garment)),
        *map(_opened, services.clicks.of(look.id, garment)),
    ]
    found: dict[str, Offer] = {}
    failed: list[FailureOut] = []
    for event in services.offers.search.stream(look, garment, context):
        if isinstance(event, OffersEvent):
            found |= {ranked.offer.id: ranked.offer for ranked in event.offers}
        elif isinstance(event, FailedEvent):
            failed.append(FailureOut.of(event))
    compared = compare_prices(before, list(found.values()))
    return PricesAgainOut(
        offers=[PriceAgainOut.of(each) for each in compared], failed=failed
    ).model_dump(mode="json")


def _opened(click: Click) -> PriceThen:
    return PriceThen(
        offer_id=click.offer_id,
        title=click.title,
        link=click.link,
        shop=click.shop,
        price=click.price,
        gtin=click.gtin,
        picture=click.picture,
        at=click.created_at,
        is_saved=False,
    )


def _saved(thing: SavedThing) -> PriceThen:
    return PriceThen(
        offer_id=thing.offer_id or "",
        title=thing.title,
        link=thing.link or "",
        shop=thing.shop,
        price=thing.price,
        gtin=thing.gtin,
        picture=thing.picture,
        at=thing.created_at,
        is_saved=True,
    )
