"""Cut a page's tree down to the part that may be about its product.

Navigation, footers, lists of other products, reviews, closed dialogs, hidden and empty elements
are dropped, but nothing that contains the main heading. Of the rest, only the elements around
the heading stay. So the tree is searched from the heading outwards, and no further than the
last element that stays: most of a large page lies beyond it.
"""

from collections.abc import Iterator
from itertools import chain, islice

from lxml import etree

from server.shop_page.document.foreign_parts import ForeignParts

# The attribute that marks the main heading for Beautiful Soup.
HEADING_MARK = "data-main-heading"
# Attributes that hold a price for scripts to read.
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

# How many elements before and after the heading go to Beautiful Soup, which takes time for each.
ELEMENTS_BEFORE, ELEMENTS_AFTER = 400, 800
# One in so many of them is enough to check markup against.
FEWER = 2
_SHOWING_TAGS = frozenset({
    "input", "img", "button", "select", "option", "br", "a", "textarea", "source",
})  # fmt: skip
_SHOWING_ATTRIBUTES = frozenset((*PRICE_ATTRIBUTES, *SKU_ATTRIBUTES, *ID_ATTRIBUTES, "aria-label"))
# The tag of elements to be removed; no parsed element's tag is in capitals.
_GONE = "GONE"


def prune(root: etree._Element, heading: etree._Element | None, *, only_nearest: bool) -> None:
    """Cut a body down to what may be about the product of its heading. Changes the tree.

    Args:
        root: The body.
        heading: Its main heading, around which nothing is cut.
        only_nearest: Leave only the nearest part, which is enough to check markup against.
    """
    etree.strip_attributes(root, HEADING_MARK)
    part = FEWER if only_nearest else 1
    pruning = _Pruning(root, heading)
    inside = heading is not None and root in heading.iterancestors()
    if heading is not None and inside and pruning.keep_after(heading, ELEMENTS_AFTER // part):
        pruning.keep_before(heading, ELEMENTS_BEFORE // part)
    else:
        pruning.keep_after(root, ELEMENTS_AFTER // part)
    pruning.carry_out()


class _Pruning:
    """Collects what to remove from one tree, and leaves the tree alone until the end.

    An element is kept if it is not foreign and either has something to show itself or contains
    an element that is kept: some shops nest hundreds of empty widgets.
    """

    def __init__(self, root: etree._Element, heading: etree._Element | None) -> None:
        self._root = root
        # These cannot be foreign: the heading, its children and everything around it.
        self._own = {root}
        if heading is not None:
            self._own.update((heading, *heading, *heading.iterancestors()))
        self._foreign = ForeignParts()
        # Elements that are replaced by the text behind them.
        self._dropped: list[etree._Element] = []
        # Elements that are removed together with all siblings after them.
        self._last: list[etree._Element] = []
        # Elements before which all siblings are removed.
        self._first: list[etree._Element] = []

    def keep_after(self, start: etree._Element, most: int) -> bool:
        """Search from an element on until ``most`` elements after it are kept; cut off the rest.

        Returns:
            Whether ``start`` itself is kept. If not, the search ended there.
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

    def keep_before(self, heading: etree._Element, most: int) -> None:
        """Search backwards from the heading until ``most`` elements before it are kept."""
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
        """Keep an element whole, and after it only the text up to the next kept element."""
        for _ in self._kept(last):
            pass
        for inner in self._lineage(last):
            for sibling in inner.itersiblings():
                if self._is_kept(sibling):
                    self._last.append(sibling)
                    break

    def _cut_before(self, first: etree._Element) -> None:
        """Keep an element, and before it only the text up to the first kept element."""
        for inner in self._lineage(first):
            parent = inner.getparent()
            for sibling in () if parent is None else parent:
                if sibling is inner:
                    break
                if self._is_kept(sibling):
                    self._first.append(inner)
                    break

    def _lineage(self, element: etree._Element | None) -> Iterator[etree._Element]:
        """Yield the element and those around it, without the root."""
        while element is not None and element is not self._root:
            yield element
            element = element.getparent()

    def _is_kept(self, element: etree._Element) -> bool:
        return next(self._kept(element), None) is not None

    def _kept(self, top: etree._Element, *, backwards: bool = False) -> Iterator[etree._Element]:
        """Yield the kept elements of a tree in order, or exactly backwards; note the others."""
        path: list[etree._Element] = []
        # How many elements of the path are known to be kept.
        sure = 0
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
                # All at once: asking lxml for one after the other takes longer.
                attributes: dict[str, str] = dict(element.items())  # type: ignore[arg-type]
                if element not in self._own and self._foreign.has(element, attributes):
                    self._dropped.append(element)
                    text = element.tail
                else:
                    path.append(element)
                    ahead.append(element.iterchildren(reversed=backwards))
                    shows = self._shows_something(element, attributes)
                    text = "something" if shows else element.text
            if text and sure < len(path) and not text.isspace():
                if not backwards:
                    yield from path[sure:]
                sure = len(path)

    def _shows_something(self, element: etree._Element, attributes: dict[str, str]) -> bool:
        return (
            element.tag in _SHOWING_TAGS
            or not _SHOWING_ATTRIBUTES.isdisjoint(attributes)
            or element is self._root
        )
