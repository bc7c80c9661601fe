"""The data in a page's scripts: JSON blocks, and objects that JavaScript assigns or passes on.

Strict JSON is decoded where it starts. Objects in JavaScript's own notation (keys without
quotes, single quotes) are cut out by their brackets and read as lenient JSON; since that takes
longer, only those in which the caller finds what it looks for.
"""

import json
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from server.shop_page.lenient_json import read_values
from server.shop_page.reduction import Script

_MAX_TRIED = 40
_MAX_OBJECT = 60_000
_decoder = json.JSONDecoder(strict=False, parse_float=Decimal, parse_constant=lambda _: None)
_START = re.compile(
    r"(?:[\w$\]\"']\s*=\s*|\.push\(\s*|\b(?:gtag|fbq|pintrk|snaptr|ttq\.track|analytics\.track"
    r"|new [\w.]{2,40})\((?:\s*[\"'][\w: -]{1,40}[\"']\s*,)*\s*)"
    r"(?=\{\s*[\"'\w}]|\[\s*\{)"
    r"|JSON\.parse\(\s*(?=[\"'])"
)
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

    lenient: int = 200_000
    """Characters that are looked through and read as lenient JSON."""


def values_in(script: Script, wanted: Callable[[str], bool], budget: Budget) -> Iterator[Any]:
    """Every value in the script, in order; those that are not strict JSON only where ``wanted``."""
    text = script.text
    if "json" in script.type or text.lstrip()[:1] in ("{", "["):
        yield from read_values(text)
        return
    position = 0
    for _ in range(_MAX_TRIED):
        match = _START.search(text, position)
        if match is None:
            return
        position = match.end()
        if match[0].startswith("JSON.parse"):
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


def _end_of(text: str, start: int) -> int:
    """Where the brackets that open at ``start`` are closed again, or how far was looked."""
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
    """The value of a JavaScript string; what is escaped twice is left to the JSON in it."""

    def value(match: re.Match[str]) -> str:
        escape = match[1]
        if escape[0] in "ux" and len(escape) > 1:
            return chr(int(escape[1:], 16))
        return {"n": "\n", "t": "\t", "r": "\r", "b": "", "f": ""}.get(escape, escape)

    return _IN_JS_STRING.sub(value, string)
