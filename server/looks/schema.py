"""A look as the API gives it, and as it is kept."""

from datetime import datetime
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field

from model.categories import CATEGORIES, Kind
from model.patterns import OTHER, PATTERNS

CategoryName = Annotated[
    str, Field(json_schema_extra={"enum": [category.name for category in CATEGORIES]})
]
PatternName = Annotated[str, Field(json_schema_extra={"enum": [p for p in PATTERNS if p != OTHER]})]
Point = tuple[float, float]


class _Out(BaseModel):
    # A client reads what it knows; a database may hold what a later version wrote.
    model_config = ConfigDict(extra="ignore", frozen=True)


class ColourOut(_Out):
    """One colour of a garment and the part of it that it covers."""

    name: str
    name_ko: str
    hex: str = Field(pattern="^#[0-9a-f]{6}$")
    share: float = Field(ge=0, le=1)


class SearchTextOut(_Out):
    """What to type into a shop's search, by language."""

    en: str
    ko: str


class GarmentOut(_Out):
    """One garment; pixels are those of the look's ``width`` and ``height``."""

    # Its place, best score first.
    number: int = Field(ge=1)
    category: CategoryName
    category_id: int = Field(ge=1, le=13)
    kind: Kind
    score: float = Field(ge=0, le=1)
    # ``[x, y, width, height]``
    box: tuple[float, float, float, float]
    polygons: list[list[Point]]
    colours: list[ColourOut]
    keywords: list[str]
    search_text: SearchTextOut
    # Null where it is unsure, and in looks that were kept before patterns were named.
    pattern: PatternName | None = None
    # Path of the cut-out PNG on this server.
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
