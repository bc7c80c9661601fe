"""Offers for one garment: streamed as they arrive, or all at once."""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from decimal import Decimal
from typing import Annotated, Literal, Self

from flask import Response, request
from pydantic import (
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    RootModel,
    StringConstraints,
    WithJsonSchema,
    model_validator,
)
from pydantic_core import PydanticCustomError

from model.colours import Colour
from model.palette import SHADES
from server.api.access import from_own_pages_only
from server.api.bodies import query
from server.api.known_names import CategoryName, ColourName, PatternName
from server.api.openapi import Answer, Resource
from server.catalog.schema import PreparingOut
from server.goods.asked import MOST_WORDS, Asked, Sleeves
from server.goods.availability import Availability
from server.goods.exchange import Rates
from server.goods.gender import Gender
from server.goods.links import shop_key
from server.goods.money import LARGEST
from server.looks.errors import GarmentNotFoundError
from server.offers.offer import DoneEvent, Event, FailedEvent, RankedOffer, SearchContext
from server.offers.order.choice import Choice, Sort, apply_choice
from server.offers.order.wanted import wanted_by
from server.offers.schema import (
    EventOut,
    FailureOut,
    OfferList,
    OfferOut,
    ReceiptOut,
    Viewer,
    event_out,
    receipt_out,
)
from server.services import current_services

NDJSON = "application/x-ndjson"
# Most shops that one request may prefer, and most that it may block.
SHOPS = 200
# Most brands, and most sizes.
MOST_NAMES = 20
blueprint = Resource("offers", __name__)


def _upper(value: object) -> object:
    return value.upper() if isinstance(value, str) else value


def _language(value: object) -> object:
    """Extract the language from a browser's tag such as "ko-KR"."""
    return value.lower().partition("-")[0] if isinstance(value, str) else value


def _text(pattern: str) -> WithJsonSchema:
    """Describe what is read, where that is more than what it is turned into."""
    return WithJsonSchema({"type": "string", "pattern": pattern})


Price = Annotated[
    Decimal,
    Field(ge=0, le=LARGEST, decimal_places=6),
    _text(r"^[0-9]{1,12}(\.[0-9]{1,6})?$"),
]
Shop = Annotated[
    str,
    StringConstraints(min_length=1, max_length=200, strip_whitespace=True),
    Field(json_schema_extra={"pattern": r"\S"}),
]
Country = Annotated[
    str, BeforeValidator(_upper), Field(pattern="^[A-Z]{2}$"), _text("^[A-Za-z]{2}$")
]
Language = Annotated[
    str,
    BeforeValidator(_language),
    Field(pattern="^[a-z]{2,3}$"),
    _text("^[A-Za-z]{2,3}(-[A-Za-z0-9-]*)?$"),
]
Currency = Annotated[
    str, BeforeValidator(_upper), Field(pattern="^[A-Z]{3}$"), _text("^[A-Za-z]{3}$")
]


Word = Annotated[
    str,
    StringConstraints(min_length=1, max_length=40, strip_whitespace=True),
    Field(json_schema_extra={"pattern": r"\S"}),
]

Brand = Annotated[
    str,
    StringConstraints(min_length=1, max_length=100, strip_whitespace=True),
    Field(json_schema_extra={"pattern": r"\S"}),
]


class OffersQuery(BaseModel):
    """Search context, with defaults from the settings, and filters."""

    model_config = ConfigDict(extra="ignore")

    # ISO 3166, two letters.
    country: Country | None = None
    # ISO 639, or a tag that starts with it.
    language: Language | None = None
    # ISO 4217.
    currency: Currency | None = None
    # In the currency above. Prices in other currencies count where a rate is known; offers
    # without a comparable price are left out if a limit is given.
    min_price: Price | None = None
    max_price: Price | None = None
    # By price: cheapest first, unknown prices last.
    sort: Sort = "similarity"
    # "new" leaves out what is known to be second-hand or refurbished; "used" everything else.
    condition: Literal["new", "used"] | None = None
    # Names or hosts of shops that come first among equally similar offers; repeatable.
    prefer_shop: Annotated[list[Shop], Field(max_length=SHOPS)] = []
    # Names or hosts of shops whose offers are left out; wins over ``prefer_shop``.
    block_shop: Annotated[list[Shop], Field(max_length=SHOPS)] = []
    # Leave out offers that are not known to have the garment's colour.
    same_colour: bool = False
    # Leave out offers known to be of another category than the garment, and those that have
    # hardly more in common with it than their kind.
    close: bool = False
    # What is wanted that the picture does not show: the sources are asked for it, and what they
    # have of something else is left out. Any of these colours will do.
    colour: Annotated[list[ColourName], Field(max_length=len(SHADES))] = []
    pattern: PatternName | None = None
    sleeves: Sleeves | None = None
    # Another category than the garment's own.
    category: CategoryName | None = None
    # Words that a shop's text about a product has, all of them; its shop and brand count as well.
    word: Annotated[list[Word], Field(max_length=MOST_WORDS)] = []
    # Only of these shops, by name or host.
    only_shop: Annotated[list[Shop], Field(max_length=SHOPS)] = []
    # Only of these brands, and only in these sizes, as shops write them, in any case.
    brand: Annotated[list[Brand], Field(max_length=MOST_NAMES)] = []
    size: Annotated[list[Word], Field(max_length=MOST_NAMES)] = []
    # Without what is known to be for others; "unisex" is for everybody.
    gender: Gender | None = None
    # Only what is said to be so.
    availability: Availability | None = None
    # Leave nothing out: each offer says in ``against`` why it would be.
    mark: bool = False

    @property
    def asked(self) -> Asked:
        """What is asked for in words."""
        return Asked(
            colours=tuple(dict.fromkeys(self.colour)),
            pattern=self.pattern,
            sleeves=self.sleeves,
            category=self.category,
            words=tuple(dict.fromkeys(word.casefold() for word in self.word)),
            shops=tuple(dict.fromkeys(self.only_shop)),
            brands=tuple(dict.fromkeys(self.brand)),
            sizes=tuple(dict.fromkeys(self.size)),
            gender=self.gender,
            availability=self.availability,
        )

    @model_validator(mode="after")
    def _has_room_between(self) -> Self:
        if None not in (self.min_price, self.max_price) and self.min_price > self.max_price:  # type: ignore[operator]
            raise PydanticCustomError("price_range", "min_price should not be above max_price")
        return self


class OfferEvent(RootModel[EventOut]):
    """One line of the stream."""


@blueprint.operation(
    "get",
    "/looks/<look_id>/garments/<int:number>/offers",
    "Where to buy a garment: an event a line, or one list for Accept: application/json",
    Answer(200, "Events, one a line", OfferEvent, media_type=NDJSON),
    Answer(200, "The list", OfferList),
    query=OffersQuery,
    problems=(400, 404, 503),
)
@from_own_pages_only
def offers(look_id: str, number: int) -> Response:
    """Search, and return each provider's offers as soon as they arrive."""
    services = current_services()
    settings = services.settings
    wanted = query(OffersQuery)
    context = SearchContext(
        country=wanted.country or settings.country,
        language=wanted.language or settings.language,
        currency=wanted.currency or settings.currency,
        seconds=settings.search_seconds,
    )
    look = services.looks.get(look_id)
    rates = services.offers.rates.current()
    garment = look.garment(number)
    colours = garment.colours if garment else ()
    categories = garment.categories if garment else ()
    put_away = services.offers.put_away.of(look.picture_hash, number)
    choice = _choice(wanted, context.currency, rates, colours, put_away)
    # Errors about the look come before the stream begins, as a problem document.
    context = replace(context, wanted=wanted_by(choice))
    events = services.offers.search.stream(look, number, context, choice.asked)
    events = apply_choice(events, choice)
    viewer = Viewer(
        services.offers.thumbnails,
        context.currency,
        rates,
        colours,
        choice.asked.categories_of(categories),
    )
    if _wants_json():
        return Response(_collected(events, viewer).model_dump_json(), mimetype="application/json")
    return Response(
        _lines(events, viewer),
        mimetype=NDJSON,
        # Asks proxies not to buffer the answer.
        headers={"Cache-Control": "no-store", "X-Accel-Buffering": "no"},
    )


class ReceiptsOut(BaseModel):
    """What recent searches for a garment sent, the latest first; kept until the server stops."""

    receipts: list[ReceiptOut]


@blueprint.operation(
    "get",
    "/looks/<look_id>/garments/<int:number>/receipts",
    "Who was sent what for a garment, when, and what came back",
    Answer(200, "A receipt for each search, the latest first", ReceiptsOut),
    problems=(404, 503),
)
@from_own_pages_only
def receipts(look_id: str, number: int) -> dict[str, object]:
    """Return what was sent; empty if the garment was not searched for since the server started."""
    services = current_services()
    look = services.looks.get(look_id)
    if look.garment(number) is None:
        raise GarmentNotFoundError(number, [each.number for each in look.garments])
    kept = services.offers.search.receipts.of(look_id, number)
    return ReceiptsOut(receipts=[receipt_out(each) for each in kept]).model_dump(mode="json")


def _choice(
    wanted: OffersQuery,
    currency: str,
    rates: Rates | None,
    colours: Sequence[Colour],
    put_away: frozenset[str],
) -> Choice:
    return Choice(
        currency=currency,
        min_price=wanted.min_price,
        max_price=wanted.max_price,
        sort=wanted.sort,
        condition=wanted.condition,
        prefer=frozenset(map(shop_key, wanted.prefer_shop)),
        block=frozenset(map(shop_key, wanted.block_shop)),
        same_colour=wanted.same_colour,
        close=wanted.close,
        colours=colours,
        rates=rates,
        asked=wanted.asked,
        put_away=put_away,
        marks=wanted.mark,
    )


def _wants_json() -> bool:
    accepted = request.accept_mimetypes
    return accepted["application/json"] > accepted[NDJSON]


def _lines(events: Iterator[Event], viewer: Viewer) -> Iterator[str]:
    for event in events:
        yield event_out(event, viewer).model_dump_json() + "\n"


def _collected(events: Iterator[Event], viewer: Viewer) -> OfferList:
    found: dict[str, RankedOffer] = {}
    failed: list[FailureOut] = []
    done = DoneEvent(())
    for event in events:
        if isinstance(event, FailedEvent):
            failed.append(FailureOut.of(event))
        elif isinstance(event, DoneEvent):
            done = event
        else:
            found.update((ranked.offer.id, ranked) for ranked in event.offers)
    return OfferList.model_validate(
        {
            "offers": [OfferOut.of(found[offer_id], viewer) for offer_id in done.order],
            "failed": failed,
            "left_out": done.left_out,
            "answered": list(done.answered),
            "receipt": receipt_out(done.receipt) if done.receipt else None,
            "preparing": PreparingOut.of(done.preparing),
        }
    )
