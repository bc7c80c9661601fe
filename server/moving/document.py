"""The file that a history moves in: a ZIP of one JSON document and the pictures that it names.

What is read from such a file may come from anybody, so every field has a limit, and whatever is
shown or opened later is cleaned here as if a shop had sent it.
"""

import math
from datetime import UTC, datetime
from typing import Annotated, Literal, Self

from pydantic import AfterValidator, AwareDatetime, BaseModel, ConfigDict, Field, model_validator

from model.errors import WhereToBuyError
from server.goods.languages import Tag
from server.goods.money import from_major_units
from server.goods.safe_text import LONGEST_LINK, LONGEST_TITLE, clean_text, safe_link
from server.history.saved import MOST as MOST_SAVED
from server.history.saved_lists import LONGEST_NAME, MOST_LISTS
from server.looks.corrections import Verdict
from server.looks.look import LookGarment
from server.looks.schema import GarmentOut

DOCUMENT = "history.json"
# Folders of the pictures: of looks by id, small copies by hash.
LOOKS = "looks/"
COPIES = "copies/"
# Of each kind of thing, and of garments in a picture.
_MOST = 100_000
_MOST_GARMENTS = 1000
_LARGEST_SIDE = 20_000
_MOST_TEXTS = 200
_LONGEST_TEXT = 300


class BadHistoryFileError(WhereToBuyError):
    """A file is no history, is damaged, or breaks a limit."""

    code = "bad-history-file"

    def __init__(self, why: str) -> None:
        super().__init__(
            f"This file cannot be imported: {why}.",
            hint="Choose one that was saved as “one file” here or on another server.",
        )


def _title(text: str) -> str:
    plain = clean_text(text)
    if plain is None:
        raise ValueError("no title")
    return plain


def _link(text: str) -> str:
    safe = safe_link(text)
    if safe is None:
        raise ValueError("not an address that may be opened")
    return safe


def _garment(garment: GarmentOut) -> GarmentOut:
    """Check that a garment can be drawn, and make its texts and addresses anew."""
    numbers = [*garment.box, *(part for ring in garment.polygons for p in ring for part in p)]
    if not all(math.isfinite(n) and -_LARGEST_SIDE <= n <= 2 * _LARGEST_SIDE for n in numbers):
        raise ValueError("a garment outside of any picture")
    texts = [*garment.keywords, *garment.search_text.values(), *(c.name for c in garment.colours)]
    if len(texts) > _MOST_TEXTS or any(len(text) > _LONGEST_TEXT for text in texts):
        raise ValueError("a garment with too many words")
    if garment.number > _MOST_GARMENTS:
        raise ValueError("a garment with such a number")
    try:
        return LookGarment.from_view(garment).to_view("")
    except (KeyError, LookupError) as error:
        raise ValueError("a garment of an unknown category") from error


Id = Annotated[str, Field(pattern=r"^[0-9a-f]{32}$")]
Hash = Annotated[str, Field(pattern=r"^[0-9a-f]{64}$")]
# Looks from before hashes were kept have their ids instead.
PictureHash = Annotated[str, Field(pattern=r"^([0-9a-f]{32}|[0-9a-f]{64})$")]
Title = Annotated[str, Field(max_length=4 * LONGEST_TITLE), AfterValidator(_title)]
Link = Annotated[str, Field(max_length=LONGEST_LINK), AfterValidator(_link)]
# Where a picture was seen: any address, which is only kept if it may be opened.
MaybeLink = Annotated[str | None, Field(max_length=2 * LONGEST_LINK), AfterValidator(safe_link)]
Name = Annotated[str, Field(min_length=1, max_length=40, pattern=r"^[\w .&-]+$")]
OfferId = Annotated[str, Field(max_length=64, pattern=r"^[^\x00-\x1f\x7f]+$")]
Number = Annotated[int, Field(ge=1, le=_MOST_GARMENTS)]
Garment = Annotated[GarmentOut, AfterValidator(_garment)]
Time = Annotated[AwareDatetime, AfterValidator(lambda time: time.astimezone(UTC))]
Text = Annotated[str, Field(max_length=_LONGEST_TEXT)]


class _Record(BaseModel):
    # A newer version may have written more.
    model_config = ConfigDict(extra="ignore", frozen=True)


class LookRecord(_Record):
    """A look; its picture lies beside the document."""

    id: Id
    picture_hash: PictureHash
    width: Annotated[int, Field(ge=1, le=_LARGEST_SIDE)]
    height: Annotated[int, Field(ge=1, le=_LARGEST_SIDE)]
    image_url: MaybeLink = None
    page_url: MaybeLink = None
    garments: Annotated[list[Garment], Field(max_length=_MOST_GARMENTS)]
    created_at: Time


class CorrectionRecord(_Record):
    """What was said about something in a picture."""

    picture_hash: PictureHash
    number: Number
    verdict: Verdict
    garment: Garment
    created_at: Time

    @model_validator(mode="after")
    def _is_of_its_number(self) -> Self:
        if self.garment.number != self.number:
            raise ValueError("something of another number")
        return self


class SeenRecord(_Record):
    """A garment whose offers were looked at."""

    look_id: Id
    number: Number
    created_at: Time


class OfferRecord(_Record):
    """What an offer was like; ``picture`` is the hash of a small copy."""

    title: Title
    link: Link | None = None
    shop: Title | None = None
    price: Annotated[str, Field(pattern=r"^\d{1,13}(\.\d{1,9})?$")] | None = None
    currency: Annotated[str, Field(pattern=r"^[A-Z]{3}$")] | None = None
    category: Name | None = None
    picture: Hash | None = None
    created_at: Time

    @model_validator(mode="after")
    def _is_money(self) -> Self:
        if self.price is not None and from_major_units(self.price, self.currency) is None:
            raise ValueError("a price that is none")
        return self


class ClickRecord(OfferRecord):
    """An offer that was opened."""

    look_id: Id | None = None
    garment: Number | None = None
    provider: Name
    offer_id: OfferId
    link: Link
    similarity: Annotated[float, Field(ge=0, le=1)] | None = None
    gtin: Annotated[str, Field(pattern=r"^\d{8,14}$")] | None = None


class PutAwayRecord(_Record):
    """An offer that was put away, or (``of_offer``) another seller that went with it."""

    picture_hash: PictureHash
    number: Number
    offer_id: OfferId
    of_offer: OfferId | None = None
    offer: OfferRecord | None = None
    created_at: Time


class SavedRecord(OfferRecord):
    """Something that was saved, and the name of its list."""

    key: Annotated[
        str, Field(max_length=160, pattern=r"^(offer:[^\x00-\x1f\x7f]+|garment:[0-9a-f]+:\d+)$")
    ]
    list: (
        Annotated[str, Field(min_length=1, max_length=LONGEST_NAME), AfterValidator(_title)] | None
    )
    look_id: Id | None = None
    garment: Number | None = None
    texts: Annotated[dict[Tag, Text], Field(max_length=50)] | None = None
    provider: Name | None = None
    offer_id: OfferId | None = None
    gtin: Annotated[str, Field(pattern=r"^\d{8,14}$")] | None = None


class HistoryDocument(_Record):
    """Everything but the pictures."""

    format: Literal["where-to-buy-history"] = "where-to-buy-history"
    version: Literal[1] = 1
    made_at: datetime
    looks: Annotated[list[LookRecord], Field(max_length=_MOST)]
    corrections: Annotated[list[CorrectionRecord], Field(max_length=_MOST)]
    garments: Annotated[list[SeenRecord], Field(max_length=_MOST)]
    clicks: Annotated[list[ClickRecord], Field(max_length=_MOST)]
    put_away: Annotated[list[PutAwayRecord], Field(max_length=_MOST)]
    lists: Annotated[
        list[Annotated[str, Field(min_length=1, max_length=LONGEST_NAME), AfterValidator(_title)]],
        Field(max_length=MOST_LISTS),
    ]
    saved: Annotated[list[SavedRecord], Field(max_length=MOST_SAVED)]
