"""The natural languages that the server knows: one file each, ``words/<tag>.json``.

A file holds what to type into a shop's search, and the words by which the titles and
categories of shops are understood. Adding a language is adding a file.
"""

import json
from collections.abc import Iterable
from collections.abc import Set as AbstractSet
from functools import cache
from pathlib import Path
from string import Formatter
from typing import Annotated, Final, Literal, Self

from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator

from model.categories import CATEGORIES, Kind
from model.errors import WhereToBuyError
from model.palette import SHADES
from model.pattern_names import OTHER, PATTERNS, SOLID

FOLDER: Final = Path(__file__).parent / "words"
# Spoken where a language is unknown or says nothing.
FALLBACK: Final = "en"
# The key of the words for things that are none of the categories.
NO_GARMENT: Final = "no garment"

_CATEGORIES: Final = frozenset(category.name for category in CATEGORIES)
_COLOURS: Final = frozenset(SHADES)
# Nobody types "plain" into a shop's search.
_PATTERNS: Final = frozenset(PATTERNS) - {SOLID, OTHER}

Text = Annotated[str, Field(min_length=1, pattern=r"^\S(.*\S)?$")]
Tag = Annotated[str, Field(pattern="^[a-z]{2,3}$")]
# One word for all nouns, or one for each form that an adjective takes.
Inflected = Text | dict[str, Text]


class LanguageError(WhereToBuyError):
    """A language's file that cannot be used."""

    code = "bad-language-file"


class _Section(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Noun(_Section):
    """A category's word whose colour and pattern agree with it, such as "falda", "f"."""

    word: Text
    # A key of the inflected colours and patterns of the same file.
    form: Text


class SearchWords(_Section):
    """What to type into a shop's search.

    Attributes:
        order: How a search is put together, "{colour} {pattern} {category}".
        categories: By name in `model.categories`.
        colours: By name in `model.palette`.
        patterns: By name in `model.pattern_names`, but for "solid" and "other".
        buy: How a search of the whole web says that one wants to buy, "{words} buy".
        second_hand: What a search for used things is called: "second-hand".
        whole_picture: That a whole picture is searched by, not one garment.
    """

    order: Text
    categories: dict[str, Text | Noun]
    colours: dict[str, Inflected]
    patterns: dict[str, Inflected]
    buy: Text
    second_hand: Text = "second-hand"
    whole_picture: Text

    @model_validator(mode="after")
    def _is_complete(self) -> Self:
        _same_keys("categories", self.categories, _CATEGORIES)
        _same_keys("colours", self.colours, _COLOURS)
        _same_keys("patterns", self.patterns, _PATTERNS)
        _same_keys("order", _placeholders(self.order), {"category", "colour", "pattern"})
        _same_keys("buy", _placeholders(self.buy), {"words"})
        nouns = self.categories.values()
        forms = {noun.form if isinstance(noun, Noun) else "(none)" for noun in nouns}
        for name, word in (*self.colours.items(), *self.patterns.items()):
            if isinstance(word, dict) and (lacking := forms - set(word)):
                raise ValueError(f"{name}: lacks the form {', '.join(sorted(lacking))}")
        return self


class TitleWords(_Section):
    """The words by which titles are understood, in any case; a plural "s" is understood.

    Attributes:
        compounds: Whether words of kinds and departments are written as part of longer ones.
        noun_first: Whether a phrase begins with what a thing is ("vestido camisero") instead
            of ending with it ("shirt dress").
        joints: Words before what a thing comes with, or is for: "with".
        set_aside: Phrases that only look like words of a kind: "short sleeve". A space may
            also be a hyphen, or nothing.
        kinds: Words by kind: "top", "top or outwear", "no garment".
        categories: Of the words for kinds, those that also say which category of the kind it is:
            "shorts", "shorts or skirt".
        colours: Words by the palette's names; two words at most.
        darker: Words that make the colour after them darker.
        lighter: Words that make it lighter.
        fillers: Words that say nothing of what a thing is: "the", "new". They do not count when
            two titles are compared.
    """

    compounds: bool = False
    noun_first: bool = False
    joints: tuple[Text, ...] = ()
    set_aside: tuple[Text, ...] = ()
    kinds: dict[str, tuple[Text, ...]]
    categories: dict[str, tuple[Text, ...]] = {}
    colours: dict[str, tuple[Text, ...]]
    darker: tuple[Text, ...] = ()
    lighter: tuple[Text, ...] = ()
    fillers: tuple[Text, ...] = ()

    @model_validator(mode="after")
    def _is_known(self) -> Self:
        for key in self.kinds:
            kinds_of_key(key)
        for key in self.categories:
            categories_of_key(key)
        unknown = set(self.colours) - _COLOURS
        if unknown:
            raise ValueError(f"colours: not of the palette: {', '.join(sorted(unknown))}")
        long = [w for words in self.colours.values() for w in words if len(w.split()) > 2]
        if long:
            raise ValueError(f"colours: more than two words: {', '.join(long)}")
        return self


class DepartmentWords(_Section):
    """The words by which shops' categories are understood, beside those of titles.

    Attributes:
        joined_by: Words between departments of one name: "and".
        front_page: How a path names the shop itself: "home".
        clothing: Departments of clothes of any kind.
        accessories: Departments of things beside clothes, of which some are categories: the
            title says whether it is a belt or a watch.
        elsewhere: Departments without clothes, unless something within them says otherwise.
        roots: First parts of paths under which there are never any clothes; those of Google's
            product taxonomy.
    """

    joined_by: tuple[Text, ...] = ()
    front_page: tuple[Text, ...] = ()
    clothing: tuple[Text, ...] = ()
    accessories: tuple[Text, ...] = ()
    elsewhere: tuple[Text, ...] = ()
    roots: tuple[Text, ...] = ()


class PriceWords(_Section):
    """The words of a vendor's or feed's price.

    Attributes:
        beside: Words beside an amount that still is the price: "from". Not "off", or "/month".
    """

    beside: tuple[Text, ...] = ()


class AskedWords(_Section):
    """The words by which people say what they want of a thing in a picture.

    Attributes:
        below: Words for a highest price, before or behind the amount: "under".
        above: Words for a lowest price: "over".
        currencies: What currencies are called, by ISO 4217: "euros".
        multiples: Words behind a number that make it larger, and by how much.
        sleeves: Phrases for sleeves: "long", "short" or "none".
        fillers: Words that ask for nothing: "please".
        endings: What colours and patterns may end with beside a noun: "e" in "blaue".
    """

    below: tuple[Text, ...] = ()
    above: tuple[Text, ...] = ()
    currencies: dict[Annotated[str, Field(pattern="^[A-Z]{3}$")], tuple[Text, ...]] = {}
    multiples: dict[Text, Annotated[int, Field(ge=2)]] = {}
    sleeves: dict[Literal["long", "short", "none"], tuple[Text, ...]] = {}
    fillers: tuple[Text, ...] = ()
    endings: tuple[Text, ...] = ()


class Language(_Section):
    """One language; ``tag`` is its ISO 639 code, the name of its file."""

    tag: Tag
    search: SearchWords
    titles: TitleWords
    departments: DepartmentWords = DepartmentWords()
    prices: PriceWords = PriceWords()
    asked: AskedWords = AskedWords()


@cache
def languages() -> dict[str, Language]:
    """Return the languages that are shipped, by tag; read once, when first needed."""
    return read_languages(FOLDER)


def language(tag: str) -> Language:
    """Return a language, or English where there is no file for it."""
    known = languages()
    return known.get(tag) or known[FALLBACK]


def read_languages(folder: Path) -> dict[str, Language]:
    """Read every language of a folder, by tag, English first.

    Raises:
        LanguageError: A file cannot be used; the message names it and what is wrong.
    """
    paths = sorted(folder.glob("*.json"), key=lambda path: (path.stem != FALLBACK, path.stem))
    return {path.stem: _read(path) for path in paths}


def kinds_of_key(key: str) -> frozenset[Kind]:
    """Return the kinds that a key of `TitleWords.kinds` means.

    Raises:
        ValueError: It names no kind.
    """
    return frozenset() if key == NO_GARMENT else frozenset(map(Kind, key.split(" or ")))


def categories_of_key(key: str) -> frozenset[str]:
    """Return the names of the categories that a key of `TitleWords.categories` means.

    Raises:
        ValueError: It names what is no category.
    """
    named = frozenset(key.split(" or "))
    if unknown := named - _CATEGORIES:
        raise ValueError(f"categories: unknown: {', '.join(sorted(unknown))}")
    return named


def _read(path: Path) -> Language:
    try:
        given = json.loads(path.read_text(encoding="utf-8"))
        return Language.model_validate({**given, "tag": path.stem})
    except ValidationError as error:
        wrong = "; ".join(
            f"{'.'.join(map(str, each['loc']))}: {each['msg']}".lstrip(": ")
            for each in error.errors(include_url=False)
        )
        raise LanguageError(f"{path} is not a language's file: {wrong}") from error
    except (OSError, TypeError, ValueError) as error:
        raise LanguageError(f"{path} cannot be read as a language's file: {error}") from error


def _placeholders(template: str) -> set[str]:
    return {name for _, name, _, _ in Formatter().parse(template) if name is not None}


def _same_keys(where: str, given: Iterable[str], wanted: AbstractSet[str]) -> None:
    found = set(given)
    if missing := wanted - found:
        raise ValueError(f"{where}: missing: {', '.join(sorted(missing))}")
    if unknown := found - wanted:
        raise ValueError(f"{where}: unknown: {', '.join(sorted(unknown))}")
