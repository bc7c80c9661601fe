"""Find the data in a page's scripts: JSON blocks, and objects that JavaScript assigns or passes.

Strict JSON is decoded where it starts. Objects in JavaScript's own notation (keys without
quotes, single quotes) are cut out by their brackets and read as lenient JSON. That takes longer,
so it is only done for objects in which the caller finds what it wants.
"""

import json
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from server.shop_page.document.strip import Script
from server.shop_page.markup.lenient_json import read_values

_MAX_TRIED = 40
_MAX_OBJECT = 60_000
_decoder = json.JSONDecoder(strict=False, parse_float=Decimal, parse_constant=lambda _: None)
# Where a value may start: behind "=" or the bracket of a call. The pattern is only tried at these
# characters (and the n of "new"), and looks back at what must precede them. Searching from the
# preceding words took most of the time that scripts take.
_VALUE = r"(?=\{\s*[\"'\w}]|\[\s*\{)"
_WORDS = r"(?:\s*[\"'][\w: -]{1,40}[\"']\s*,)*\s*"
_START = re.compile(
    rf"(?P<assigned>=)\s*{_VALUE}"
    rf"|\((?<=\.push\()\s*{_VALUE}"
    r"|\((?:(?<=\bgtag\()|(?<=\bfbq\()|(?<=\bpintrk\()|(?<=\bsnaptr\()|(?<=\bttq\.track\()"
    rf"|(?<=\banalytics\.track\()){_WORDS}{_VALUE}"
    rf"|n(?<=\bn)ew [\w.]{{2,40}}\({_WORDS}{_VALUE}"
    r"|(?P<parsed>\((?<=JSON\.parse\())\s*(?=[\"'])"
)
# How far a name may be from the "=" behind it.
_FARTHEST_NAME = 200
_IN_JS_STRING = re.compile(r"\\(u[0-9a-fA-F]{4}|x[0-9a-fA-F]{2}|.)", re.DOTALL)
_JS_STRING = re.compile(r"\"((?:[^\"\\]++|\\.)*+)\"|'((?:[^'\\]++|\\.)*+)'", re.DOTALL)
_TOKEN = re.compile(
    r"[^{}\[\]\"'`/]++|\"(?:[^\"\\\n]++|\\.)*+\"?|'(?:[^'\\\n]++|\\.)*+'?|`[^`]*+`?"
    r"|//[^\n]*+|/\*(?:[^*]++|\*(?!/))*+(?:\*/)?|.",
    re.DOTALL,
)


@dataclass(slots=True)
class Budget:
    """What may still be spent on the scripts of one page."""

    # In characters that are searched and read as lenient JSON.
    lenient: int = 200_000


def values_in(script: Script, wanted: Callable[[str], bool], budget: Budget) -> Iterator[Any]:
    """Yield the script's values in order, but those that are not strict JSON only if ``wanted``."""
    text = script.text
    if "json" in script.type or text.lstrip()[:1] in ("{", "["):
        yield from read_values(text)
        return
    position = 0
    for _ in range(_MAX_TRIED):
        match = _next_start(text, position)
        if match is None:
            return
        position = match.end()
        if match["parsed"]:
            string = _JS_STRING.match(text, position)
            if string is not None and wanted(string[0]):
                yield from read_values(_unescaped(string[1] or string[2] or ""))
            continue
        try:
            value, position = _decoder.raw_decode(text, position)
        except (ValueError, RecursionError):
            if budget.lenient <= 0 or not wanted(text[position : position + _MAX_OBJECT]):
                continue
            end = _end_of(text, position)
            budget.lenient -= end - position
            if wanted(text[position:end]):
                yield from read_values(text[position:end])
                position = end
            continue
        yield value


def _next_start(text: str, position: int) -> re.Match[str] | None:
    for match in _START.finditer(text, position):
        if not match["assigned"]:
            return match
        begin = match.start()
        before = text[max(position, begin - _FARTHEST_NAME) : begin].rstrip()[-1:]
        if before and (before.isalnum() or before in "_$]\"'"):
            return match
    return None


def _end_of(text: str, start: int) -> int:
    """Return where the bracket at ``start`` is closed, or how far the search went."""
    depth = 0
    position = start
    limit = min(len(text), start + _MAX_OBJECT)
    while position < limit:
        match = _TOKEN.match(text, position, limit)
        if match is None:
            break
        position = match.end()
        if match[0] in ("{", "["):
            depth += 1
        elif match[0] in ("}", "]"):
            depth -= 1
            if depth <= 0:
                return position
    return limit


def _unescaped(string: str) -> str:
    """Return a JavaScript string's value; double escapes are left to the JSON inside it."""

    def value(match: re.Match[str]) -> str:
        escape = match[1]
        if escape[0] in "ux" and len(escape) > 1:
            return chr(int(escape[1:], 16))
        return {"n": "\n", "t": "\t", "r": "\r", "b": "", "f": ""}.get(escape, escape)

    return _IN_JS_STRING.sub(value, string)
