"""Find parts of a page that are surely not about its product, by tag, role, style, class and id."""

import re

from lxml import etree

_DROPPED_TAGS = frozenset({
    "script", "style", "nav", "footer", "iframe", "svg", "noscript", "template", "math", "object",
    "embed", "head", "link", "dialog", "map", "video", "audio", "canvas",
})  # fmt: skip
_DROPPED_ROLES = frozenset({
    "navigation", "contentinfo", "dialog", "search", "menu", "menubar",
})  # fmt: skip
_OTHER_PRODUCTS = re.compile(
    r"(?:^|[\s_-])(?:related\w*|recommend\w*|recs|upsells?\w*|up-sells?|cross-?_?sells?\w*"
    r"|similar\w*"
    r"|also-?_?(?:like|bought|view|shop)\w*|you-?may\w*|recent(?:ly)?\w*|last-?seen|history"
    r"|best-?sell\w*|trending|complementary|accessor(?:y|ies)|alternativ\w*|sponsor\w*|ads?"
    r"|advert\w*|(?<!price-)(?<!price_)comparison\w*|compare-?_?(?:table|products?|list|grid)"
    r"|product-?(?:carousel|slider|recs)|products-?(?:list|grid|carousel|slider)"
    r"|product-?(?:tiles?|cards?|miniatures?)(?=$|\s)"
    r"|frequently\w*|fbt|bought-?together|other-?products|mini-?cart\w*|minibasket|cart-?(?:drawer"
    r"|flyout"
    r"|sidebar|popup|modal|preview|dropdown|notification)|side-?cart|cart-side"
    r"|newsletter\w*|mega-?menu\w*"
    r"|cookie\w*|nav|navbar|navigation|main-?menu|reviews?|reviews?-\w+|comments?"
    r"|testimonials?"
    r"|customer-?reviews|faq|blog\w*|sticky-?(?:bar|atc|add)\w*|tooltip-?_?(?:content|text|inner|body|box)"
    r"|country-?select\w*|modal|popup|drawer|off-?canvas|lightbox|top-?bar"
    r"|(?:site|page|global|main|masthead)-?_?header)(?:$|[\s_-])"
    r"|(?:^|\s)(?:(?:site|page|global|main|shop|store|layout|app|l|c|o)[-_]{1,2})?footer(?:$|[\s_-])"
    r"|^\s*tooltip\s*$"
)
_HIDDEN_STYLE = re.compile(
    r"display\s*:\s*none|(?<!backface-)visibility\s*:\s*hidden", re.IGNORECASE
)
_HIDDEN_CLASS = re.compile(
    r"(?:^|\s)(?:hidden|hide|d-none|is-hidden|[a-z]{1,3}-hidden|aok-hidden|a-popover-preload"
    r"|ng-hide|displaynone|nodisplay|uk-hidden"
    r"|u-hidden)(?:$|\s)"
)


def _is_unclosed(header: etree._Element) -> bool:
    """Return True if a header took in the rest of the page, for lack of its end tag."""
    element: etree._Element | None = header
    while element is not None and element.tag != "body":
        if any(True for _ in element.itersiblings()):
            return False
        element = element.getparent()
    return True


class ForeignParts:
    """Recognises the foreign parts of one page."""

    def __init__(self) -> None:
        # By class and id, since pages repeat them.
        self._names: dict[tuple[str, str], bool] = {}

    def has(self, element: etree._Element, attributes: dict[str, str]) -> bool:
        """Return True for navigation, other products, reviews and the like, and hidden elements.

        Args:
            element: Any element.
            attributes: Its attributes, which the caller has at hand.
        """
        tag = element.tag
        if tag in _DROPPED_TAGS:
            return True
        if attributes:
            if "hidden" in attributes or (
                "style" in attributes and _HIDDEN_STYLE.search(attributes["style"][:300])
            ):
                return tag != "input"
            if "role" in attributes and attributes["role"].lower() in _DROPPED_ROLES:
                return True
        if tag == "header" and element.find(".//ul") is not None and not _is_unclosed(element):
            return True
        return bool(attributes) and self._has_foreign_name(attributes)

    def _has_foreign_name(self, attributes: dict[str, str]) -> bool:
        key = attributes.get("class", ""), attributes.get("id", "")
        found = self._names.get(key)
        if found is None:
            names = " ".join(key).lower()[:400]
            found = bool(_HIDDEN_CLASS.search(names) or _OTHER_PRODUCTS.search(names))
            self._names[key] = found
        return found
