"""Repairs of XML that is not well-formed, for the faults that shop systems make."""

import html.entities
import re

# Whole sections that are not markup, which stay as they are.
_OPAQUE = re.compile(r"(<!\[CDATA\[.*?\]\]>|<!--.*?-->)", re.DOTALL)
_AMPERSAND = re.compile(r"&(?:#(\d{1,7});|#[xX]([0-9A-Fa-f]{1,6});|(\w{1,32});)?", re.ASCII)
_BARE_LESS_THAN = re.compile(r"<(?![A-Za-z_/!?])")
_FORBIDDEN = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
_PREDEFINED = frozenset({"amp", "lt", "gt", "quot", "apos"})


def repair(text: str) -> str:
    """Return XML with bare ``&`` and ``<`` escaped and forbidden characters removed.

    Entities of HTML become the characters that they stand for; others become plain text.
    """
    parts = _OPAQUE.split(_FORBIDDEN.sub(" ", text))
    for i in range(0, len(parts), 2):
        parts[i] = _BARE_LESS_THAN.sub("&lt;", _AMPERSAND.sub(_reference, parts[i]))
    return "".join(parts)


def _reference(match: re.Match[str]) -> str:
    decimal, hexadecimal, name = match.groups()
    if decimal or hexadecimal:
        code = int(decimal) if decimal else int(hexadecimal, 16)
        fits = code <= 0x10FFFF and not _FORBIDDEN.match(chr(code))
        return match[0] if fits else " "
    if name is None:
        return "&amp;"
    if name in _PREDEFINED:
        return match[0]
    characters = html.entities.html5.get(f"{name};")
    if characters is None:
        return "&amp;" + match[0][1:]
    return "".join(f"&#{ord(character)};" for character in characters)
