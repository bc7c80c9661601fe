"""One analysed picture and the garments in it."""

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from model.categories import Category, Kind, category_by_id
from model.colours import Colour
from model.garment import Polygon
from server.looks.schema import ColourOut, GarmentOut, LookOut

Box = tuple[float, float, float, float]


@dataclass(frozen=True, slots=True)
class LookGarment:
    """A garment of a look.

    Attributes:
        number: Its position in the look, from 1, best score first.
        category: One of the 13 DeepFashion2 categories.
        score: Confidence of the detector, 0 to 1.
        box: ``(x, y, width, height)`` in pixels of the look.
        polygons: The silhouette; pixels of the look.
        colours: Largest share first.
        keywords: The names of its colours, its pattern, then its category.
        search_text: What to type into a shop's search, by language. Looks from before a
            language was added lack it.
        pattern: One of `model.patterns.PATTERNS`; None where unknown.
    """

    number: int
    category: Category
    score: float
    box: Box
    polygons: tuple[Polygon, ...]
    colours: tuple[Colour, ...]
    keywords: tuple[str, ...]
    search_text: dict[str, str]
    pattern: str | None = None

    @property
    def kind(self) -> Kind:
        """Return the part of an outfit that it is."""
        return self.category.kind

    def to_view(self, look_id: str) -> GarmentOut:
        """Return it as the API gives it."""
        return GarmentOut(
            number=self.number,
            category=self.category.name,
            category_id=self.category.id,
            kind=self.category.kind,
            score=round(self.score, 4),
            box=_rounded(self.box),
            polygons=[[(round(x, 1), round(y, 1)) for x, y in ring] for ring in self.polygons],
            colours=[
                ColourOut(name=c.name, hex=c.hex, share=round(c.share, 3)) for c in self.colours
            ],
            keywords=list(self.keywords),
            search_text=self.search_text,
            pattern=self.pattern,
            crop=f"/api/v1/looks/{look_id}/garments/{self.number}/crop.png",
        )

    @classmethod
    def from_view(cls, view: GarmentOut) -> "LookGarment":
        """Read what `to_view` returned, now or in an earlier version."""
        return cls(
            number=view.number,
            category=category_by_id(view.category_id),
            score=view.score,
            box=view.box,
            polygons=tuple([list(point) for point in ring] for ring in view.polygons),
            colours=tuple(Colour(name=c.name, hex=c.hex, share=c.share) for c in view.colours),
            keywords=tuple(view.keywords),
            search_text=dict(view.search_text),
            pattern=view.pattern,
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
        garments: Best score first.
    """

    id: str
    width: int
    height: int
    image_url: str | None
    page_url: str | None
    created_at: datetime
    garments: tuple[LookGarment, ...]

    def garment(self, number: int) -> LookGarment | None:
        """Return the garment with this number, or None."""
        return self.garments[number - 1] if 1 <= number <= len(self.garments) else None

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
