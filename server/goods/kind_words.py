"""Words that name a kind of what is worn, another kind of thing, or a department of a shop.

They come from the languages' files and are searched in texts that were casefolded.
"""

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import cache
from typing import Any, Final

from model.categories import Kind
from server.goods.languages import Language, categories_of_key, kinds_of_key, languages

Kinds = frozenset[Kind]

# Texts are casefolded before they are searched: re.IGNORECASE would also match letters, such
# as the long s, that no look-up in a table finds again.
_NEVER: Final = re.compile(r"(?!)")
# Marks the end of a word in a tree of letters.
_END: Final = ""
_MARKS_JOINING: Final = r"[,;&+/・·、]"
# A name says what a thing is before it says what it comes with.
_MARKS_OF_CLAUSES: Final = r"\s[-–—|/·]\s|[,;:()\[\]|]"


@dataclass(frozen=True, slots=True)
class KindWord:
    """What a word means.

    Attributes:
        kinds: One or several kinds; empty if the word names something of no category.
        noun_first: Whether all its languages begin a phrase with what a thing is.
        categories: Names of the categories of those kinds that it leaves possible; empty where
            it leaves all of them.
    """

    kinds: Kinds
    noun_first: bool
    categories: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Found:
    """A word that was found in a text, and where."""

    start: int
    end: int
    text: str
    word: KindWord


class KindWords:
    """The words of some languages, ready to be searched for; safe to share between threads."""

    def __init__(self, known: Iterable[Language]) -> None:
        known = tuple(known)
        # Whole words and phrases, singular; words that are part of longer ones.
        self.whole: dict[str, KindWord] = {}
        self.parts: dict[str, KindWord] = {}
        for language in known:
            self._add(language)
        self._whole = _whole_words(self.whole)
        self._parts = _anywhere(self.parts)
        titles = [language.titles for language in known]
        departments = [language.departments for language in known]
        self._set_aside = _set_aside(phrase for each in titles for phrase in each.set_aside)
        joints = (joint for each in titles for joint in each.joints)
        self._clause = _separator(_MARKS_OF_CLAUSES, joints)
        joined_by = (word for each in departments for word in each.joined_by)
        self._joint_of_departments = _separator(_MARKS_JOINING, joined_by)
        self.front_page = frozenset(_plain(w) for each in departments for w in each.front_page)
        self.roots = frozenset(_plain(w) for each in departments for w in each.roots)
        self._clothing = _Departments(known, lambda each: each.departments.clothing)
        self._accessories = _Departments(known, lambda each: each.departments.accessories)
        self._elsewhere = _Departments(known, lambda each: each.departments.elsewhere)

    def without_lookalikes(self, text: str) -> str:
        """Remove phrases that only look like words of a kind."""
        return self._set_aside.sub(" ", text)

    def clauses(self, title: str) -> list[str]:
        """Split a title where it stops saying what the thing is."""
        return self._clause.split(title)

    def departments(self, text: str) -> list[str]:
        """Split a name of several departments, "dresses & skirts"."""
        return [part.strip() for part in self._joint_of_departments.split(text) if part.strip()]

    def find(self, text: str) -> list[Found]:
        """Find all words of kinds, in the order of their ends."""
        found = [_found(match, _singular(match.group(), self.whole)) for match in self._whole(text)]
        found += [_found(match, self.parts[match.group()]) for match in self._parts(text)]
        return sorted(found, key=lambda each: each.end)

    def clothing_at(self, text: str) -> int | None:
        """Return where the last word for clothes of any kind ends in a department's name."""
        return self._clothing.last_end(text)

    def is_of_accessories(self, text: str) -> bool:
        """Return whether a department's name ends with one of accessories."""
        return self._accessories.last_end(text) == len(text)

    def is_elsewhere(self, text: str) -> bool:
        """Return whether a department's name ends with one where no clothes are sold."""
        return self._elsewhere.last_end(text) == len(text)

    def _add(self, language: Language) -> None:
        titles = language.titles
        table = self.parts if titles.compounds else self.whole
        named: dict[str, frozenset[str]] = {}
        for key, words in titles.categories.items():
            named |= dict.fromkeys(map(_plain, words), categories_of_key(key))
        for key, words in titles.kinds.items():
            kinds = kinds_of_key(key)
            for word in map(_plain, words):
                # A word that two languages use for different things leaves both open.
                same = table.get(word, KindWord(kinds, titles.noun_first))
                noun_first = same.noun_first and titles.noun_first
                categories = same.categories | named.get(word, frozenset())
                table[word] = KindWord(same.kinds | kinds, noun_first, categories)


@cache
def kind_words() -> KindWords:
    """Return the words of the languages that are shipped."""
    return KindWords(languages().values())


class _Departments:
    """Names of departments, in languages that separate words and in those that do not."""

    def __init__(
        self, known: Iterable[Language], words_of: Callable[[Language], Iterable[str]]
    ) -> None:
        whole: set[str] = set()
        parts: set[str] = set()
        for language in known:
            table = parts if language.titles.compounds else whole
            table.update(map(_plain, words_of(language)))
        self._patterns = (_whole_words(whole), _anywhere(parts))

    def last_end(self, text: str) -> int | None:
        ends = [match.end() for find in self._patterns for match in find(text)]
        return max(ends, default=None)


_Find = Callable[[str], Iterable[re.Match[str]]]


def _plain(word: str) -> str:
    return " ".join(word.casefold().split())


def _found(match: re.Match[str], word: KindWord) -> Found:
    return Found(match.start(), match.end(), match.group(), word)


def _singular(word: str, table: dict[str, KindWord]) -> KindWord:
    for singular in (word, word.removesuffix("s"), word.removesuffix("es")):
        if singular in table:
            return table[singular]
    raise AssertionError(f"the pattern matched {word!r}, which is not in the table")


def _alternatives(words: Iterable[str]) -> str:
    """Return a pattern of any of the words, the longest that fits first.

    Letters that several words begin with are tried once: some hundred words a language would
    otherwise be tried one after the other at each letter of a title.
    """
    tree: dict[str, Any] = {}
    for word in words:
        node = tree
        for letter in word:
            node = node.setdefault(letter, {})
        node[_END] = {}
    return _branches(tree)


def _branches(tree: dict[str, Any]) -> str:
    branches = [re.escape(letter) + _branches(rest) for letter, rest in tree.items() if letter]
    if not branches:
        return ""
    joined = "|".join(branches)
    return f"(?:{joined})?" if _END in tree else f"(?:{joined})"


def _whole_words(words: Iterable[str]) -> _Find:
    listed = _alternatives(words)
    return re.compile(rf"(?<!\w){listed}(?:e?s)?(?!\w)").finditer if listed else _NEVER.finditer


def _anywhere(words: Iterable[str]) -> _Find:
    listed = _alternatives(words)
    return re.compile(listed).finditer if listed else _NEVER.finditer


def _set_aside(phrases: Iterable[str]) -> re.Pattern[str]:
    listed = _alternatives(_plain(phrase) for phrase in phrases).replace(r"\ ", "[ -]?")
    return re.compile(rf"\b{listed}\b") if listed else _NEVER


def _separator(marks: str, words: Iterable[str]) -> re.Pattern[str]:
    listed = _alternatives(_plain(word) for word in words)
    return re.compile(rf"{marks}|\b{listed}\b" if listed else marks)
