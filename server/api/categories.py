"""The categories of garments, and what each language calls them."""

from pydantic import BaseModel

from model.categories import CATEGORIES, Kind
from server.api.openapi import Answer, Resource
from server.goods.languages import Noun, Tag, languages
from server.looks.schema import CategoryName

blueprint = Resource("categories", __name__, "/categories")


class CategoryOut(BaseModel):
    """A category that a garment may have."""

    name: CategoryName
    kind: Kind
    # By language.
    words: dict[Tag, str]


class CategoriesOut(BaseModel):
    """All categories, without "other"."""

    categories: list[CategoryOut]


@blueprint.operation(
    "get",
    "",
    "What a garment may be",
    Answer(200, "Every category", CategoriesOut),
)
def show() -> dict[str, object]:
    """Return the categories with their words."""
    categories = [
        CategoryOut(name=category.name, kind=category.kind, words=_words(category.name))
        for category in CATEGORIES
    ]
    return CategoriesOut(categories=categories).model_dump(mode="json")


def _words(category: str) -> dict[str, str]:
    nouns = {tag: language.search.categories[category] for tag, language in languages().items()}
    return {tag: noun.word if isinstance(noun, Noun) else noun for tag, noun in nouns.items()}
