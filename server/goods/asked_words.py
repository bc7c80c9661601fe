"""Reads what a person asks for in words: "blue", "long sleeves", "under 50 euros".

It is understood by the words in the languages' files. What they do not know is kept as words that
a shop's own text must have, such as a brand's name.
"""

import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from functools import cache
from typing import Final, Literal

from server.goods.asked import MOST_WORDS, OF_SLEEVES, Asked, Sleeves, Understood
from server.goods.colour_names import colour_words, named_colours
from server.goods.currencies import MINOR_UNITS, SIGNS, currency_of
from server.goods.languages import Inflected, Language, Noun, language, languages
from server.goods.numerals import NUMBER, read_number, western

LONGEST: Final = 120
_WORD: Final = re.compile(r"[^\W_](?:[\w&'’.-]*[^\W_])?")


def understand(text: str, tag: str, country: str, currency: str) -> Understood:
    """Read what a person typed.

    Args:
        text: At most `LONGEST` characters of it are read.
        tag: The language that it is in; English is understood beside it.
        country: The person's, ISO 3166: decides what "$" means.
        currency: Theirs, ISO 4217: that of an amount without one.
    """
    rest = western(unicodedata.normalize("NFKC", text[:LONGEST])).casefold()
    spoken = tuple(dict.fromkeys((language(tag).tag, "en")))
    grammar = _grammar(spoken)
    rest, (low, high, of) = _prices(rest, grammar, country, currency)
    rest, sleeves = _first(rest, grammar.sleeves)
    rest, pattern = _first(rest, grammar.patterns)
    rest, category = _first(rest, grammar.categories)
    colours = [name.replace("-", " ") for name in named_colours(rest)]
    rest, named = grammar.colours.taken(rest)
    rest = grammar.shades.without(rest)
    words = [word for word in _WORD.findall(rest) if word not in grammar.fillers]
    asked = Asked(
        colours=tuple(colours or dict.fromkeys(named)),
        pattern=pattern,
        sleeves=_sleeves(sleeves),
        category=category,
        words=tuple(dict.fromkeys(words))[:MOST_WORDS],
    )
    return Understood(asked, low, high, of)


def patterns_in(text: str) -> frozenset[str]:
    """Return the patterns that a shop's words name, in any language."""
    return frozenset(_grammar(tuple(languages())).patterns.taken(text.casefold())[1])


def sleeves_in(text: str) -> frozenset[str]:
    """Return the lengths of sleeves that a shop's words name, in any language."""
    return frozenset(_grammar(tuple(languages())).sleeves.taken(text.casefold())[1])


class _Phrases:
    """Phrases and what each means; searched for in casefolded text, the longest first."""

    def __init__(self, meanings: Iterable[tuple[str, str]]) -> None:
        self._meanings: dict[str, str] = {}
        for phrase, meaning in meanings:
            self._meanings.setdefault(" ".join(phrase.casefold().split()), meaning)
        longest = sorted(self._meanings, key=lambda each: (-len(each), each))
        self.source = "|".join(map(_bounded, longest)) or "(?!)"
        self._found = re.compile(self.source)

    def meaning(self, phrase: str | None) -> str | None:
        return self._meanings.get(re.sub(r"[\s-]+", " ", phrase or ""))

    def taken(self, text: str) -> tuple[str, list[str]]:
        """Return a text without the phrases, and what those mean, in order."""
        found = [self._meanings[re.sub(r"[\s-]+", " ", m[0])] for m in self._found.finditer(text)]
        return self.without(text), found

    def without(self, text: str) -> str:
        return self._found.sub(" ", text)


@dataclass(frozen=True, slots=True)
class _Grammar:
    price: re.Pattern[str]
    limits: _Phrases
    currencies: _Phrases
    multiples: dict[str, int]
    sleeves: _Phrases
    patterns: _Phrases
    categories: _Phrases
    colours: _Phrases
    shades: _Phrases
    fillers: frozenset[str]


@cache
def _grammar(tags: tuple[str, ...]) -> _Grammar:
    spoken = [languages()[tag] for tag in tags]
    limits = _Phrases(
        pair
        for each in spoken
        for words, meaning in ((each.asked.below, "below"), (each.asked.above, "above"))
        for pair in ((word, meaning) for word in words)
    )
    currencies = _Phrases(
        [
            *((word, code) for each in spoken for code, words in each.asked.currencies.items()
              for word in words),
            *((code, code) for code in MINOR_UNITS),
        ]
    )  # fmt: skip
    multiples = {word: times for each in spoken for word, times in each.asked.multiples.items()}
    signs = "|".join(re.escape(sign.casefold()) for sign in sorted(SIGNS, key=len, reverse=True))
    unit = rf"{currencies.source}|{signs}|[$¥]"
    times = "|".join(map(re.escape, multiples)) or "(?!)"
    price = (
        rf"(?:(?P<before>{limits.source})\.?\s*)?(?P<unit>{unit})?\s?(?P<number>{NUMBER})"
        rf"(?P<times>{times})?(?:\s?(?P<behind>{unit}))?(?:\s?(?P<after>{limits.source})(?!\.?\s?\d))?"
    )
    words = colour_words()
    return _Grammar(
        price=re.compile(price),
        limits=limits,
        currencies=currencies,
        multiples=multiples,
        sleeves=_Phrases(
            (word, length)
            for each in spoken
            for length, phrases in each.asked.sleeves.items()
            for word in phrases
        ),
        patterns=_Phrases(_inflected(spoken, "patterns")),
        categories=_Phrases(_categories(spoken)),
        colours=_Phrases(
            [
                *_inflected(spoken, "colours"),
                *((word.replace("-", " "), name.replace("-", " "))
                  for word, name in words.colours.items()),
            ]
        ),
        shades=_Phrases((word, word) for word in (*words.darker, *words.lighter)),
        fillers=frozenset(
            word.casefold()
            for each in spoken
            for phrase in (*each.titles.fillers, *each.titles.joints, *each.asked.fillers)
            for word in phrase.split()
        ),
    )  # fmt: skip


def _inflected(
    spoken: Iterable[Language], field: Literal["colours", "patterns"]
) -> list[tuple[str, str]]:
    found: list[tuple[str, str]] = []
    for each in spoken:
        table: dict[str, Inflected] = getattr(each.search, field)
        for name, word in table.items():
            forms = [word] if isinstance(word, str) else word.values()
            found += [(one + end, name) for one in forms for end in ("", *each.asked.endings)]
    return found


def _categories(spoken: Iterable[Language]) -> list[tuple[str, str]]:
    """Return what each language calls the categories."""
    return [
        (noun.word if isinstance(noun, Noun) else noun, name)
        for each in spoken
        for name, noun in each.search.categories.items()
    ]


def _bounded(phrase: str) -> str:
    """Return a pattern for a phrase; spaces in it may also be hyphens."""
    pattern = r"[\s-]+".join(map(re.escape, phrase.split()))
    # Korean and Japanese write such words directly beside others.
    is_attached = unicodedata.east_asian_width(phrase[0]) in {"W", "F"}
    return pattern if is_attached else rf"(?<!\w){pattern}(?!\w)"


def _first(text: str, phrases: _Phrases) -> tuple[str, str | None]:
    rest, found = phrases.taken(text)
    return rest, found[0] if found else None


def _sleeves(length: str | None) -> Sleeves | None:
    return next((each for each in OF_SLEEVES if each == length), None)


def _prices(
    text: str, grammar: _Grammar, country: str, currency: str
) -> tuple[str, tuple[Decimal | None, Decimal | None, str | None]]:
    """Return a text without its prices, and the lowest, the highest and their currency."""
    found = [
        match
        for match in grammar.price.finditer(text)
        # A number alone may be part of a name.
        if match["before"] or match["after"] or match["unit"] or match["behind"]
    ]
    symbol = next((m["unit"] or m["behind"] for m in found if m["unit"] or m["behind"]), None)
    code = (
        grammar.currencies.meaning(symbol) or currency_of(symbol, country, currency)
        if symbol
        else currency
    )
    bounds: dict[str, Decimal] = {}
    rest = text
    for match in reversed(found):
        amount = read_number(match["number"], code)
        if code is None or amount is None:
            continue
        limit = grammar.limits.meaning(match["before"] or match["after"]) or "below"
        bounds[limit] = amount * grammar.multiples.get(match["times"] or "", 1)
        rest = f"{rest[: match.start()]} {rest[match.end() :]}"
    low, high = bounds.get("above"), bounds.get("below")
    if low is not None and high is not None and low > high:
        low, high = high, low
    return rest, (low, high, code if bounds else None)
