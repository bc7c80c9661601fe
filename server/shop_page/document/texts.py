"""Read the text of an element of a page's tree, and the words in its attributes."""

import re
from itertools import islice

from lxml import etree

# How many elements of a heading are looked at.
_MAX_INNER = 40
# Classes of words that only screen readers say.
_FOR_READERS = re.compile(
    r"(?:^|\s)(?:[a-z]{1,3}-)?(?:visually-?hidden|sr-only|screen-?reader(?:-text|-only)?|g-hdn)"
    r"(?:$|\s)"
)

# In this order: Japanese has Chinese signs, too.
_SIGNS = {
    "ja": re.compile(r"[\u3041-\u30ff]"),
    "ko": re.compile(r"[\uac00-\ud7a3]"),
    "zh": re.compile(r"[\u4e00-\u9fff]"),
    "th": re.compile(r"[\u0e01-\u0e5b]"),
    "he": re.compile(r"[\u05d0-\u05ea]"),
}


def words(element: etree._Element, *names: str) -> str:
    """Return the values of the named attributes in lower case, separated by spaces."""
    values = [value for name in names if (value := element.get(name))]
    return " ".join(values).lower()[:400]


def element_text(element: etree._Element, limit: int = 500) -> str | None:
    """Return the element's text with single spaces, at most ``limit`` characters; None if empty."""
    parts: list[str] = []
    size = 0
    for text in element.itertext():
        parts.append(str(text))
        size += len(text)
        if size > 4 * limit:
            break
    return " ".join("".join(parts).split())[:limit].strip() or None


def language_of_signs(text: str) -> str | None:
    """Return the language (ISO 639) whose signs a text is written in; None where several have them.

    Chinese signs without a Japanese syllable are taken for Chinese.
    """
    for language, signs in _SIGNS.items():
        if signs.search(text):
            return language
    return None


def shown_text(element: etree._Element, limit: int) -> str | None:
    """Return the element's text like `element_text`, without words only for screen readers.

    If it has no others, these are its text.
    """
    inner = islice(element.iterdescendants(), _MAX_INNER)
    unseen = {each for each in inner if _FOR_READERS.search(words(each, "class"))}
    whole = element_text(element, limit)
    if not unseen:
        return whole
    parts: list[str | None] = []
    walk = etree.iterwalk(element, events=("start", "end"))
    for event, each in walk:
        if event == "end":
            parts.append(each.tail if each is not element else None)
        elif each in unseen:
            walk.skip_subtree()
        else:
            parts.append(each.text)
    shown = " ".join("".join(part for part in parts if part).split())
    return shown[:limit].strip() or whole
