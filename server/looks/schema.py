"""A look as the API returns it and as the database stores it."""

from datetime import datetime
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field

from model.categories import CATEGORIES, OTHER, Kind
from model.pattern_names import OTHER as OTHER_PATTERN
from model.pattern_names import PATTERNS
from server.goods.languages import Tag

CategoryName = Annotated[
    str, Field(json_schema_extra={"enum": [*(category.name for category in CATEGORIES), OTHER]})
]
PatternName = Annotated[
    str, Field(json_schema_extra={"enum": [p for p in PATTERNS if p != OTHER_PATTERN]})
]
Point = tuple[float, float]


class _Out(BaseModel):
    # Clients read what they know, and the database may hold what another version wrote.
    model_config = ConfigDict(extra="ignore", frozen=True)


class ColourOut(_Out):
    """One colour of a garment and the part of it that it covers."""

    # One of the palette: a stable English identifier.
    name: str
    hex: str = Field(pattern="^#[0-9a-f]{6}$")
    share: float = Field(ge=0, le=1)


class RivalOut(_Out):
    """Another category that a garment was taken for."""

    category: CategoryName
    # What it is called, by language.
    words: dict[Tag, str]


class GarmentOut(_Out):
    """One garment; pixels are those of the look's ``width`` and ``height``."""

    # Stands for it in this picture, for good: another garment never gets it.
    number: int = Field(ge=1)
    # "other" for what a person framed and is no garment; then there is no id and no kind.
    category: CategoryName
    category_id: int | None = Field(ge=1, le=len(CATEGORIES))
    kind: Kind | None
    score: float = Field(ge=0, le=1)
    # ``[x, y, width, height]``
    box: tuple[float, float, float, float]
    polygons: list[list[Point]]
    colours: list[ColourOut]
    keywords: list[str]
    # What to type into a shop's search, by language. English is always there, unless the
    # category is "other"; looks from before a language was added lack it.
    search_text: dict[Tag, str]
    # Null where unsure, and in looks from before patterns were recognised.
    pattern: PatternName | None = None
    # Other categories that it was taken for, likeliest first: its own is in doubt then.
    rivals: list[RivalOut] = Field(default=[], max_length=len(CATEGORIES))
    # Path of the cut-out, a PNG, on this server.
    crop: str


class LookOut(_Out):
    """One analysed picture."""

    id: str
    width: int = Field(ge=1)
    height: int = Field(ge=1)
    image_url: str | None
    page_url: str | None
    created_at: datetime
    garments: list[GarmentOut]


Background = Literal["transparent", "white"]
