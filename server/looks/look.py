"""One analysed picture and the garments in it."""

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from model.categories import OTHER, Category, Kind, category_by_id, category_by_name
from model.colours import Colour
from model.garment import Polygon
from server.goods.search_text import search_texts
from server.looks.schema import ColourOut, GarmentOut, LookOut, RivalOut

Box = tuple[float, float, float, float]


@dataclass(frozen=True, slots=True)
class LookGarment:
    """A garment of a look.

    Attributes:
        number: Stands for it in the look's picture, from 1, for good: never given to another.
        category: One of `model.categories`; None for what is none of them, such as a lamp.
        score: Confidence of the detector, 0 to 1; 1 where a person's word is all there is.
        box: ``(x, y, width, height)`` in pixels of the look.
        polygons: The silhouette; pixels of the look.
        colours: Largest share first.
        keywords: The names of its colours, its pattern, then its category.
        search_text: What to type into a shop's search, by language; empty without a category.
            Looks from before a language was added lack it.
        pattern: One of `model.patterns.PATTERNS`; None where unknown.
        rivals: Other categories that it was taken for, likeliest first; none where its own is
            hardly in doubt, or a person's word.
    """

    number: int
    category: Category | None
    score: float
    box: Box
    polygons: tuple[Polygon, ...]
    colours: tuple[Colour, ...]
    keywords: tuple[str, ...]
    search_text: dict[str, str]
    pattern: str | None = None
    rivals: tuple[Category, ...] = ()

    @property
    def kind(self) -> Kind | None:
        """Return which part of an outfit it is; None for something that is not worn."""
        return self.category.kind if self.category else None

    @property
    def categories(self) -> tuple[Category, ...]:
        """Return those that it may be, its own first; none for something that is not worn."""
        return (self.category, *self.rivals) if self.category else ()

    @property
    def category_name(self) -> str:
        """Return the name of its category, or "other"."""
        return self.category.name if self.category else OTHER

    def to_view(self, look_id: str) -> GarmentOut:
        """Return it as the API gives it."""
        return GarmentOut(
            number=self.number,
            category=self.category_name,
            category_id=self.category.id if self.category else None,
            kind=self.kind,
            score=round(self.score, 4),
            box=_rounded(self.box),
            polygons=[[(round(x, 1), round(y, 1)) for x, y in ring] for ring in self.polygons],
            colours=[
                ColourOut(name=c.name, hex=c.hex, share=round(c.share, 3)) for c in self.colours
            ],
            keywords=list(self.keywords),
            search_text=self.search_text,
            pattern=self.pattern,
            rivals=[
                RivalOut(category=each.name, words=search_texts((), each)) for each in self.rivals
            ],
            crop=f"/api/v1/looks/{look_id}/garments/{self.number}/crop.png",
        )

    @classmethod
    def from_view(cls, view: GarmentOut) -> "LookGarment":
        """Read what `to_view` returned, now or in an earlier version."""
        return cls(
            number=view.number,
            category=category_by_id(view.category_id) if view.category_id else None,
            score=view.score,
            box=view.box,
            polygons=tuple([list(point) for point in ring] for ring in view.polygons),
            colours=tuple(Colour(name=c.name, hex=c.hex, share=c.share) for c in view.colours),
            keywords=tuple(view.keywords),
            search_text=dict(view.search_text),
            pattern=view.pattern,
            rivals=tuple(category_by_name(each.category) for each in view.rivals),
        )


@dataclass(frozen=True, slots=True)
class Look:
    """One analysed picture.

    Attributes:
        id: 32 hexadecimal digits, from the picture's bytes, the weights and the threshold.
        width: Of the picture as it was analysed, in pixels.
        height: Likewise.
        image_url: Where the picture was last seen, if on the web.
        page_url: The page it was on.
        created_at: UTC.
        garments: Those that were found, best score first, then those that a person added.
        picture_hash: SHA-256 of the picture's file, in hexadecimal.
    """

    id: str
    width: int
    height: int
    image_url: str | None
    page_url: str | None
    created_at: datetime
    garments: tuple[LookGarment, ...]
    picture_hash: str = ""

    def garment(self, number: int) -> LookGarment | None:
        """Return the garment with this number, or None."""
        return next((each for each in self.garments if each.number == number), None)

    def to_view(self) -> LookOut:
        """Return it as the API gives it."""
        return LookOut(
            id=self.id,
            width=self.width,
            height=self.height,
            image_url=self.image_url,
            page_url=self.page_url,
            created_at=self.created_at.astimezone(UTC),
            garments=[garment.to_view(self.id) for garment in self.garments],
        )

    def to_json(self) -> dict[str, Any]:
        """Return it as the API gives it, ready for `json.dumps`."""
        return self.to_view().model_dump(mode="json")


def _rounded(box: Box) -> Box:
    x, y, width, height = box
    return round(x, 1), round(y, 1), round(width, 1), round(height, 1)
