"""Read JSON as found in pages: with comments, raw newlines, trailing commas, several values.

Numbers keep their digits (``Decimal``), so that a price is exactly what the page says.
"""

import html
import json
import re
from collections.abc import Iterator
from decimal import Decimal
from typing import Any

MAX_VALUES = 200
_MAX_REPAIRED = 150_000

_decoder = json.JSONDecoder(strict=False, parse_float=Decimal, parse_constant=lambda _: None)
_WRAPPING = re.compile(
    r"<!--|-->|/\*\s*<!\[CDATA\[\s*\*/|/\*\s*\]\]>\s*\*/|//\s*<!\[CDATA\[|<!\[CDATA\["
    r"|//\s*\]\]>|\]\]>"
)
_BETWEEN = re.compile(r"[\s,;\ufeff\u00a0]*")
_OPENING = re.compile(r"[{\[]")
# One token of almost-JSON. A string reaches to the next quote; what follows decides whether that
# quote ends it.
_TOKEN = re.compile(
    r"(?P<space>[\s\ufeff\u00a0]++)"
    r"|(?P<comment>//[^\n]*+|/\*(?:[^*]++|\*(?!/))*+(?:\*/|\Z))"
    r"|(?P<mark>[{}\[\]:,])"
    r"|(?P<quote>\")"
    r"|(?P<single>'(?:[^'\\\n]++|\\.)*+')"
    r"|(?P<word>[^\s{}\[\]:,\"'/]++|.)",
    re.DOTALL,
)
_PIECE = re.compile(r"[^\"\\]*+(?:\\.[^\"\\]*+)*+", re.DOTALL)
_CLOSES_STRING = re.compile(r"\s*+(?:[:\]},]|\Z|\"[^\"\n]{1,60}\"\s*:)|\s++/[/*]")
_COMMA_AND_MORE = (
    r"\s*+,\s*+(?:[\"{}\[\]]|-?\d|true|false|null|/[/*]|\Z|[A-Za-z_$][\w$]{0,40}+\s*+:)"
)
_AFTER_COMMA = re.compile(_COMMA_AND_MORE)
# The form of nearly all strings, in one go: nothing escaped, and the first quote ends them.
_PLAIN_STRING = re.compile(rf"([^\"\\]*+)\"(?=\s*+[:\]}}]|{_COMMA_AND_MORE})")
_BAD_ESCAPE = re.compile(r"\\(?![\"\\/bfnrt]|u[0-9a-fA-F]{4})")
_NUMBER = re.compile(r"-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?")


def read_values(text: str) -> list[Any]:
    """Return every JSON value in the readable part of a script's text; never raise.

    Strict JSON is tried first. Mistakes that nobody notices in a browser are repaired: HTML
    comments and CDATA marks around it, control characters in strings, trailing and missing
    commas, comments, single quotes, quotes inside strings, JavaScript's ``undefined``,
    entities instead of quotes, a missing end.
    """
    text = text.strip().lstrip("\ufeff")
    if not text:
        return []
    values = list(_strict(text))
    if values:
        return values
    text = _WRAPPING.sub(" ", text).strip()
    if "&quot;" in text and '"' not in text:
        text = html.unescape(text)
    return list(_strict(text)) or list(_repaired(text[:_MAX_REPAIRED]))


def _strict(text: str) -> Iterator[Any]:
    """Yield the values one after the other; none at all if any part of the text is not JSON."""
    values = []
    position = _skip(text, 0)
    while position < len(text):
        try:
            value, position = _decoder.raw_decode(text, position)
        except (ValueError, RecursionError):
            return
        values.append(value)
        if len(values) >= MAX_VALUES:
            break
        position = _skip(text, position)
    yield from values


def _skip(text: str, position: int) -> int:
    match = _BETWEEN.match(text, position)
    return match.end() if match else position


def _repaired(text: str) -> Iterator[Any]:
    opening = _OPENING.search(text)
    if opening is None:
        return
    for repaired in _rewritten(text[opening.start() :]):
        try:
            yield _decoder.decode(repaired)
        except (ValueError, RecursionError):
            continue


class _Writer:
    """Writes the tokens that it is given as valid JSON, one value at a time."""

    def __init__(self) -> None:
        self.parts: list[str] = []
        self.open: list[str] = []

    def last(self) -> str:
        return self.parts[-1] if self.parts else ""

    def before_value(self) -> None:
        """Add the comma that is missing between two values."""
        if self.last() and self.last() not in "{[,:":
            self.parts.append(",")

    def value(self, text: str) -> None:
        self.before_value()
        self.parts.append(text)

    def mark(self, mark: str) -> None:
        if mark in "{[":
            self.before_value()
            self.open.append("}" if mark == "{" else "]")
            self.parts.append(mark)
        elif mark in "}]":
            self.close(mark)
        elif mark == ",":
            if self.last() and self.last() not in "{[,:":
                self.parts.append(",")
        elif self.last() not in ("", ":", ",", "{", "["):
            self.parts.append(":")

    def close(self, mark: str) -> None:
        if mark not in self.open:
            return
        while self.open:
            if self.last() == ",":
                self.parts.pop()
            elif self.last() == ":":
                self.parts.append("null")
            closed = self.open.pop()
            self.parts.append(closed)
            if closed == mark:
                return

    def finish(self) -> str:
        while self.open:
            self.close(self.open[-1])
        return "".join(self.parts)


def _rewritten(text: str) -> Iterator[str]:
    writer = _Writer()
    position = written = 0
    while position < len(text) and written < MAX_VALUES:
        match = _TOKEN.match(text, position)
        if match is None:
            break
        position = match.end()
        kind = match.lastgroup
        if kind == "quote":
            content, position = _string(text, position)
            writer.value(f'"{content}"')
        elif kind == "single":
            inner = match["single"][1:-1].replace("\\'", "'").replace('"', '\\"')
            writer.value(f'"{_BAD_ESCAPE.sub("", inner)}"')
        elif kind == "mark":
            writer.mark(match["mark"])
        elif kind == "word" and writer.open:
            writer.value(_word(match["word"]))
        if writer.parts and not writer.open:
            yield writer.finish()
            written += 1
            writer = _Writer()
    if writer.parts:
        yield writer.finish()


def _string(text: str, position: int) -> tuple[str, int]:
    """Return the content of a string from behind its opening quote, and where it ends."""
    plain = _PLAIN_STRING.match(text, position)
    if plain is not None:
        return plain[1], plain.end()
    pieces = []
    while True:
        piece = _PIECE.match(text, position)
        end = piece.end() if piece else position
        pieces.append(_BAD_ESCAPE.sub("", text[position:end]))
        if end >= len(text) or _ends_string(text, end + 1):
            return '\\"'.join(pieces).removesuffix("\\"), end + 1
        position = end + 1


def _ends_string(text: str, position: int) -> bool:
    """Return True if the quote before ``position`` ends its string rather than being part of it."""
    match = _CLOSES_STRING.match(text, position)
    if match is None:
        return False
    return not match[0].endswith(",") or _AFTER_COMMA.match(text, position) is not None


def _word(word: str) -> str:
    if word in ("true", "false", "null") or _NUMBER.fullmatch(word):
        return word
    if word in ("undefined", "NaN", "Infinity", "None"):
        return "null"
    if word in ("True", "False"):
        return word.lower()
    return json.dumps(word)
