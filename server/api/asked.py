"""What a person asks for in words, read by what the languages' files know."""

from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field

from model.palette import SHADES
from server.api.bodies import query
from server.api.known_names import CategoryName, ColourName, PatternName
from server.api.offers import Country, Currency, Language
from server.api.openapi import Answer, Resource
from server.goods.asked import Sleeves
from server.goods.asked_words import LONGEST, understand
from server.offers.schema import Amount
from server.services import current_services

blueprint = Resource("asked", __name__, "/asked")


class AskedQuery(BaseModel):
    """What was typed, and by whom."""

    model_config = ConfigDict(extra="ignore")

    text: Annotated[str, Field(max_length=LONGEST)] = ""
    country: Country | None = None
    language: Language | None = None
    # Of an amount that names none.
    currency: Currency | None = None


class UnderstoodOut(BaseModel):
    """What a text asks for, under the names of the parameters of a search for offers."""

    colour: list[ColourName]
    pattern: PatternName | None
    sleeves: Sleeves | None
    category: CategoryName | None
    # What is no such thing: a brand, a shop, a cloth.
    word: list[str]
    min_price: Amount | None
    max_price: Amount | None
    # Of the prices; null without one.
    currency: str | None


class ShadeOut(BaseModel):
    """A colour by name, and how cloth of it looks."""

    name: ColourName
    hex: Annotated[str, Field(pattern="^#[0-9a-f]{6}$")]


class ColoursOut(BaseModel):
    """Every colour that can be asked for, in the order of a shop's list."""

    colours: list[ShadeOut]


@blueprint.operation(
    "get",
    "",
    "What is asked for in words: blue, long sleeves, under 50 euros",
    Answer(200, "What was understood", UnderstoodOut),
    query=AskedQuery,
    problems=(400, 503),
)
def show() -> dict[str, object]:
    """Read what was typed; nothing leaves the machine."""
    settings = current_services().settings
    wanted = query(AskedQuery)
    read = understand(
        wanted.text,
        wanted.language or settings.language,
        wanted.country or settings.country,
        wanted.currency or settings.currency,
    )
    asked = read.asked
    return UnderstoodOut(
        colour=list(asked.colours),
        pattern=asked.pattern,
        sleeves=asked.sleeves,
        category=asked.category,
        word=list(asked.words),
        min_price=None if read.min_price is None else f"{read.min_price:f}",
        max_price=None if read.max_price is None else f"{read.max_price:f}",
        currency=read.currency,
    ).model_dump(mode="json")


@blueprint.operation(
    "get",
    "/colours",
    "The colours that can be asked for",
    Answer(200, "Every colour", ColoursOut),
)
def colours() -> dict[str, object]:
    """Return the palette."""
    shades = [ShadeOut(name=name, hex=shades[len(shades) // 2]) for name, shades in SHADES.items()]
    return ColoursOut(colours=shades).model_dump(mode="json")
