"""What is asked of the catalogue over the API."""

from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field, StringConstraints

from server.catalog.browsing import State
from server.goods.availability import Availability
from server.goods.gender import Gender, suiting
from server.goods.wanted import Wanted

# Most brands, and most sizes.
MOST_NAMES = 20
_Name = Annotated[
    str,
    StringConstraints(min_length=1, max_length=100, strip_whitespace=True),
    Field(json_schema_extra={"pattern": r"\S"}),
]


class ShopRequest(BaseModel):
    """The address of a shop or of a feed."""

    model_config = ConfigDict(extra="forbid")

    source: str = Field(min_length=4, max_length=2048)
    name: str | None = Field(None, max_length=200)
    currency: str | None = Field(None, pattern="^[A-Z]{3}$")


class RefreshRequest(BaseModel):
    """How to refresh a shop."""

    model_config = ConfigDict(extra="forbid")

    accept_smaller: bool = False


class ScheduleRequest(BaseModel):
    """How often the server refreshes a shop, in hours; 0 is never."""

    model_config = ConfigDict(extra="forbid")

    every_hours: int = Field(ge=0, le=24 * 365)


class WantedFields(BaseModel):
    """What products have to be, as filters of offers say it; the default is anything."""

    # Only of these brands, and only in these sizes, as shops write them, in any case.
    brand: Annotated[list[_Name], Field(max_length=MOST_NAMES)] = []
    size: Annotated[list[_Name], Field(max_length=MOST_NAMES)] = []
    # Without what is known to be for others; "unisex" is for everybody.
    gender: Gender | None = None
    # Only what is said to be so.
    availability: Availability | None = None

    @property
    def wanted(self) -> Wanted:
        """The filters."""
        return Wanted(
            brands=frozenset(self.brand),
            sizes=frozenset(self.size),
            genders=suiting(self.gender),
            availability=frozenset({self.availability} if self.availability else ()),
        )


class StatsQuery(BaseModel):
    """Whose products to count."""

    model_config = ConfigDict(extra="ignore")

    shop: int | None = Field(None, ge=1, le=2**31)


class ProductsQuery(StatsQuery, WantedFields):
    """Which products to show."""

    words: str | None = Field(None, max_length=200)
    state: State | None = None
    reason: str | None = Field(None, max_length=24)
    offset: int = Field(0, ge=0, le=2**31)


class SearchFields(WantedFields):
    """What the products have to be, beside the picture."""

    model_config = ConfigDict(extra="forbid")
