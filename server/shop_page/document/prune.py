"""Cuts a page's tree down to the part that may be about its product.

Dropped are navigation, footers, lists of other products, reviews, windows that are not open,
what is hidden and what is empty; nothing that holds the main heading. Of what is left, only
the elements around the heading stay. The tree is therefore looked through from the heading
outwards, and no further than to the last element that stays: most of a large page is beyond.
"""

from collections.abc import Iterator
from itertools import chain, islice

from lxml import etree

from server.shop_page.document.foreign_parts import ForeignParts

# The attribute that marks the main heading for Beautiful Soup.
HEADING_MARK = "data-main-heading"
# Attributes that hold a price, as a script reads it.
PRICE_ATTRIBUTES = (
    "data-price", "data-price-amount", "data-product-price", "data-final-price",
    "data-sale-price", "data-current-price", "data-item-price", "data-selling-price",
    "data-internet-price", "data-unit-price", "data-pricevalue",
)  # fmt: skip
SKU_ATTRIBUTES = (
    "data-sku", "data-product-sku", "data-product_sku", "data-asin", "data-item-sku", "data-sku-id",
    "data-skuid", "data-item-number", "data-part-number", "data-variant-sku",
)  # fmt: skip
# Attributes that hold the shop's own id of a product.
ID_ATTRIBUTES = (
    "data-product-id", "data-productid", "data-product_id", "data-pid", "data-item-id",
    "data-itemid", "data-product", "data-id-product", "data-product-code", "data-article",
)  # fmt: skip

# How many elements around the heading go to Beautiful Soup, which takes time for each.
ELEMENTS_BEFORE, ELEMENTS_AFTER = 400, 800
# The part (one in two) of them that is enough to check what markup says.
FEWER = 2
_TELLING_TAGS = frozenset({"input", "img", "button", "select", "option", "br", "a", "textarea"})
_TELLING_ATTRIBUTES = frozenset((*PRICE_ATTRIBUTES, *SKU_ATTRIBUTES, *ID_ATTRIBUTES, "aria-label"))
# The tag of elements that are taken out; in capitals, which no parsed element's is.
_GONE = "GONE"


def prune(root: etree._Element, heading: etree._Element | None, *, only_nearest: bool) -> None:
    """Cut a body down to what may be about the product of its heading; the tree is changed.

    Args:
        root: The body.
        heading: Its main heading, around which nothing is cut.
        only_nearest: Leave only the nearest part, which is enough to hold markup against it.
    """
    etree.strip_attributes(root, HEADING_MARK)
    part = FEWER if only_nearest else 1
    pruning = _Pruning(root, heading)
    inside = heading is not None and root in heading.iterancestors()
    if heading is not None and inside and pruning.look_after(heading, ELEMENTS_AFTER // part):
        pruning.look_before(heading, ELEMENTS_BEFORE // part)
    else:
        pruning.look_after(root, ELEMENTS_AFTER // part)
    pruning.carry_out()


class _Pruning:
    """What is to be taken out of one tree, which itself is left alone until the end.

    An element is kept if it is not foreign and shows or tells something itself, or holds an
    element that is kept: some shops nest hundreds of empty widgets.
    """

    def __init__(self, root: etree._Element, heading: etree._Element | None) -> None:
        self._root = root
        # What cannot be foreign: the heading, its children and all around it.
        self._own = {root}
        if heading is not None:
            self._own.update((heading, *heading, *heading.iterancestors()))
        self._foreign = ForeignParts()
        # Elements whose place is taken by the text behind them.
        self._dropped: list[etree._Element] = []
        # Elements that go with all of their siblings behind them.
        self._last: list[etree._Element] = []
        # Elements before which all of their siblings go.
        self._first: list[etree._Element] = []

    def look_after(self, start: etree._Element, most: int) -> bool:
        """Look from an element on, until so many elements after it are kept; the rest is cut off.

        Returns:
            Whether ``start`` itself is kept; if not, it was not looked further.
        """
        count = 0
        behind = (inner.itersiblings() for inner in self._lineage(start))
        for top in chain((start,), chain.from_iterable(behind)):
            for element in self._kept(top):
                if count == most:
                    self._cut_after(element)
                    return True
                count += 1
            if not count:
                return False
        return True

    def look_before(self, heading: etree._Element, most: int) -> None:
        """Look from the heading backwards, until so many elements before it are kept."""
        count = 0
        for inner in self._lineage(heading):
            siblings = inner.itersiblings(preceding=True)
            before = (self._kept(sibling, backwards=True) for sibling in siblings)
            around = islice(inner.iterancestors(), 1)
            for element in chain(chain.from_iterable(before), around):
                count += 1
                if count == most:
                    self._cut_before(element)
                    return

    def carry_out(self) -> None:
        """Change the tree."""
        for element in self._dropped:
            element.tag = _GONE
        etree.strip_elements(self._root, _GONE, with_tail=False)
        for element in self._last:
            if (parent := element.getparent()) is not None:
                del parent[parent.index(element) :]
        for element in self._first:
            if (parent := element.getparent()) is not None:
                del parent[: parent.index(element)]

    def _cut_after(self, last: etree._Element) -> None:
        """Keep an element whole, and nothing behind it but the text up to the next that is kept."""
        for _ in self._kept(last):
            pass
        for inner in self._lineage(last):
            for sibling in inner.itersiblings():
                if self._is_kept(sibling):
                    self._last.append(sibling)
                    break

    def _cut_before(self, first: etree._Element) -> None:
        """Keep an element, and nothing before it but the text up to the first that is kept."""
        for inner in self._lineage(first):
            parent = inner.getparent()
            for sibling in () if parent is None else parent:
                if sibling is inner:
                    break
                if self._is_kept(sibling):
                    self._first.append(inner)
                    break

    def _lineage(self, element: etree._Element | None) -> Iterator[etree._Element]:
        """The element and those around it, without the root."""
        while element is not None and element is not self._root:
            yield element
            element = element.getparent()

    def _is_kept(self, element: etree._Element) -> bool:
        return next(self._kept(element), None) is not None

    def _kept(self, top: etree._Element, *, backwards: bool = False) -> Iterator[etree._Element]:
        """The kept elements of a tree in their order, or exactly backwards; notes the others."""
        path: list[etree._Element] = []
        sure = 0  # so many of the path are known to be kept
        ahead = [iter((top,))]
        while ahead:
            element = next(ahead[-1], None)
            if element is None:
                ahead.pop()
                if not path:
                    return
                element = path.pop()
                if sure > len(path):
                    sure = len(path)
                    if backwards:
                        yield element
                else:
                    self._dropped.append(element)
                text = element.tail
            else:
                # All at once, since asking lxml for one after the other takes longer.
                attributes: dict[str, str] = dict(element.items())  # type: ignore[arg-type]
                if element not in self._own and self._foreign.has(element, attributes):
                    self._dropped.append(element)
                    text = element.tail
                else:
                    path.append(element)
                    ahead.append(element.iterchildren(reversed=backwards))
                    text = "told" if self._tells(element, attributes) else element.text
            if text and sure < len(path) and not text.isspace():
                if not backwards:
                    yield from path[sure:]
                sure = len(path)

    def _tells(self, element: etree._Element, attributes: dict[str, str]) -> bool:
        return (
            element.tag in _TELLING_TAGS
            or not _TELLING_ATTRIBUTES.isdisjoint(attributes)
            or element is self._root
        )
