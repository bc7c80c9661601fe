"""What to type into a shop's search for a garment, in every language."""

from collections.abc import Iterable, Sequence

from model.categories import Category
from model.colours import Colour
from server.goods.languages import Inflected, Language, Noun, languages


def search_texts(
    colours: Sequence[Colour],
    category: Category,
    pattern: str | None = None,
    known: Iterable[Language] | None = None,
) -> dict[str, str]:
    """Return the search text of a garment in every language, by tag.

    Args:
        colours: Of the garment, largest share first; only the first is typed.
        category: Of the garment.
        pattern: Of the garment, where it is known; "solid" and "other" are not typed.
        known: The languages; those that are shipped where None.
    """
    return {
        language.tag: search_text(language, colours, category, pattern)
        for language in (languages().values() if known is None else known)
    }


def search_text(
    language: Language,
    colours: Sequence[Colour],
    category: Category,
    pattern: str | None = None,
) -> str:
    """Return the search text of a garment in one language; arguments as for `search_texts`.

    A colour that the language has no word for is left out, since every word narrows a search.
    """
    words = language.search
    noun = words.categories[category.name]
    form = noun.form if isinstance(noun, Noun) else ""
    text = words.order.format(
        category=noun.word if isinstance(noun, Noun) else noun,
        colour=_inflected(words.colours.get(colours[0].name, ""), form) if colours else "",
        pattern=_inflected(words.patterns.get(pattern or "", ""), form),
    )
    return " ".join(text.split())


def _inflected(word: Inflected, form: str) -> str:
    return word if isinstance(word, str) else word[form]
