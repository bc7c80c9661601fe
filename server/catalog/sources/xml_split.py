"""The text of an XML feed, split into its entries and what is around them.

An XML parser stops at the first fault, and a feed of a hundred thousand products with one bare
``&`` would be lost. So the entries are cut out by their tags first, and each is parsed alone:
a fault costs the entry that has it.
"""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from enum import Enum, auto

from server.catalog.sources.product import SourceError

# Characters of an entry, a comment or a CDATA section. Descriptions have thousands.
MAX_ITEM = 2**20
# No tag that is searched for is longer.
_LONGEST_TAG = 80
_OPAQUE = r"<!--|<!\[CDATA\[|<\?"
_ENDS = {"<!--": "-->", "<![CDATA[": "]]>", "<?": "?>"}
_NAME = r"(?:[\w.-]{1,30}:)?(?:item|entry)"
_START = re.compile(rf"{_OPAQUE}|<(?P<name>{_NAME})(?=[\s/>])|</{_NAME}\s{{0,9}}>", re.IGNORECASE)
_BRACKET = re.compile("[<>]")


class PartKind(Enum):
    """What a part of the text is."""

    AROUND = auto()
    # The same, but a comment, a CDATA section or a processing instruction.
    OPAQUE = auto()
    ENTRY = auto()
    # An entry whose end tag is missing: the next one, or the feed's end, follows.
    OPEN_ENTRY = auto()
    # The end tag of an entry whose start tag is missing.
    STRAY_END = auto()
    # An entry that the file ends in.
    CUT_ENTRY = auto()


@dataclass(frozen=True, slots=True)
class Part:
    """A part of the text."""

    kind: PartKind
    text: str


def split(pieces: Iterable[str]) -> Iterator[Part]:
    """Yield the parts of a feed in their order; joined, they are its text.

    Raises:
        SourceError: An entry is longer than `MAX_ITEM` characters.
    """
    return _Splitter(pieces).parts()


class _Splitter:
    """Holds the text that was read and not yet yielded."""

    def __init__(self, pieces: Iterable[str]) -> None:
        self._pieces = iter(pieces)
        self._text = ""
        # How much was yielded before; and, by what it ends, where in the whole text the next end
        # is, or up to where there is none. So a feed of nothing but starts is read through once.
        self._before = 0
        self._next_end: dict[str, tuple[int, bool]] = {}

    def parts(self) -> Iterator[Part]:
        while True:
            match = self._next()
            if match is None:
                cut = self._safe_cut()
                if cut:
                    yield Part(PartKind.AROUND, self._take(cut))
                if not self._more():
                    break
                continue
            if match.start():
                yield Part(PartKind.AROUND, self._take(match.start()))
            elif match[0].startswith("</"):
                yield Part(PartKind.STRAY_END, self._take(match.end()))
            elif match["name"] is None:
                yield Part(PartKind.OPAQUE, self._take(self._hidden_by(match)))
            else:
                yield self._entry(match["name"])
        if self._text:
            yield Part(PartKind.AROUND, self._take(len(self._text)))

    def _more(self) -> bool:
        piece = next(self._pieces, "")
        self._text += piece
        return bool(piece)

    def _take(self, length: int) -> str:
        taken, self._text = self._text[:length], self._text[length:]
        self._before += length
        return taken

    def _safe_cut(self) -> int:
        """Return where to cut text without entries, so that no tag or entity is torn."""
        cut = max(0, len(self._text) - _LONGEST_TAG)
        torn = max(self._text.rfind(mark, max(0, cut - _LONGEST_TAG), cut) for mark in "<&")
        return torn if torn >= 0 else cut

    def _next(self) -> re.Match[str] | None:
        """Return the next tag, or the next start of what hides tags."""
        at = 0
        while (match := _START.search(self._text, at)) is not None:
            if match[0] not in _ENDS or self._hidden_by(match):
                return match
            at = match.end()
        return None

    def _hidden_by(self, match: re.Match[str]) -> int:
        """Return where a comment, a CDATA section or a processing instruction ends.

        0 if it hides nothing: one that is never ended, or an instruction that holds a tag. Its
        start is what is left of something else.
        """
        mark = _ENDS[match[0]]
        end = self._end_of(mark, match.end())
        if end is None or (match[0] == "<?" and self._text.find("<", match.end(), end) >= 0):
            return 0
        return end + len(mark)

    def _end_of(self, mark: str, behind: int) -> int | None:
        """Return where the next end behind a place is; None if none is near."""
        position, is_there = self._next_end.get(mark, (0, False))
        known = position - self._before
        if is_there and known >= behind:
            return known
        scanned = max(behind, known)
        while (end := self._text.find(mark, scanned)) < 0:
            scanned = max(scanned, len(self._text) - len(mark) + 1)
            if len(self._text) > MAX_ITEM or not self._more():
                self._next_end[mark] = (self._before + scanned, False)
                return None
        self._next_end[mark] = (self._before + end, True)
        return end

    def _limit(self) -> None:
        if len(self._text) > MAX_ITEM:
            raise SourceError("An entry of the feed is nested or long without end.")

    def _entry(self, name: str) -> Part:
        """Take an entry from the start of the text."""
        marks = re.compile(
            rf"{_OPAQUE}|<(?P<end>/?){re.escape(name)}(?=[\s/>])|</(?:feed|channel\s*>\s*</rss)\s*>",
            re.IGNORECASE,
        )
        scanned = len(name) + 1
        while (bracket := _BRACKET.search(self._text, scanned)) is None:
            if not self._more():
                return Part(PartKind.CUT_ENTRY, self._take(len(self._text)))
            self._limit()
        if self._text[bracket.start() - 1 : bracket.end()] == "/>":
            return Part(PartKind.ENTRY, self._take(bracket.end()))
        while True:
            match = marks.search(self._text, scanned)
            if match is None:
                scanned = max(scanned, len(self._text) - _LONGEST_TAG)
                if not self._more():
                    return Part(PartKind.CUT_ENTRY, self._take(len(self._text)))
                self._limit()
            elif match[0] in _ENDS:
                scanned = self._behind(match)
            elif match["end"]:
                while (close := self._text.find(">", match.end())) < 0:
                    if not self._more():
                        return Part(PartKind.CUT_ENTRY, self._take(len(self._text)))
                    self._limit()
                return Part(PartKind.ENTRY, self._take(close + 1))
            else:
                return Part(PartKind.OPEN_ENTRY, self._take(match.start()))

    def _behind(self, match: re.Match[str]) -> int:
        """Return where the search goes on behind a comment or a CDATA section.

        One that holds the start of another was never ended, and hides nothing.
        """
        start, end = match[0], _ENDS[match[0]]
        scanned = match.end()
        while (found := self._text.find(end, scanned)) < 0:
            if start in self._text[match.end() :] or len(self._text) > MAX_ITEM or not self._more():
                return match.end()
        inner = self._text.find(start, match.end(), found)
        return found + len(end) if inner < 0 else match.end()
