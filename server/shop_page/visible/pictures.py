"""Choose the product's pictures among those that the page shows, for pages without any in markup.

A picture is the product's for its names, for ``itemprop``, for a text that repeats the heading,
or for a link to its large version. Without any of these, the first ordinary picture beside the
heading is taken.
"""

import re

from bs4 import Tag

from server.goods.names import same_name, words_of
from server.shop_page.document.buy_area import BuyArea
from server.shop_page.document.identity import absolute, path_of
from server.shop_page.document.tree import Document
from server.shop_page.visible.other_products import others_from

_MAX_PICTURES = 8
# How many are looked at.
_MAX_SEEN = 200
# Points of a picture whose text repeats the heading, or that is marked up; of one in a text about
# the product, than which an ordinary picture beside the heading is better.
_SURE = 40
_IN_TEXT = 5
# Below this width or height in pixels it is an icon.
_ICON = 80
_OWN_NAMES = re.compile(
    r"product|main|gallery|zoom|pdp|item-?image|goods|hero|landing|detail|woocommerce|fotorama"
)
# Around pictures in a text about the product, which show details of it.
_TEXT_NAMES = re.compile(r"descri|tabs?-?_?panel|wysiwyg|\beditor|review|\brte\b", re.IGNORECASE)
_OTHER_NAMES = re.compile(
    r"banner|promo|logo|icon|payment|badge|flag|avatar|swatch|rating|\bstars?\b|sprite|advert|social"
    r"|trust|brand|shipping|usp\b|author"
)
_OTHER_ADDRESS = re.compile(
    r"\.(?:svg|gif)(?:$|\?)|sprite|placeholder|logo|icon|banner|/flags?/|payment|pixel|spacer"
    r"|blank\.|loading|loader|no[-_]?image|trust-?badge|avatar"
    r"|/(?:vendors?|manufacturers?|hersteller|brands?|marcas?|marques?)/[^/]{1,99}$"
)
_LOGO = re.compile(r"(?:^|[/_.-])(?:logo|banner|placeholder|no[-_]?image|favicon)(?:[/_.-]|$)")
_PICTURE_PATH = re.compile(r"\.(?:jpe?g|png|webp|avif)$")
# What shops put behind a picture's name for each of its sizes: ``lamp_1024x1024.jpg``.
_SIZE = re.compile(
    r"(?:_(?:\d{2,4}x\d{0,4}|grande|large|medium|small|compact|master|thumb)[@\w]{0,8}"
    r"|-\d{2,4}x\d{2,4})?\.\w{3,4}$"
)
_LARGE = ("data-zoom-image", "data-old-hires", "data-large_image", "data-large-image", "data-zoom",
          "data-full", "data-original")  # fmt: skip
_SOURCES = ("srcset", "data-srcset", "data-lazy-srcset")
# A JSON object with an address for each size.
_BY_SIZE = "data-a-dynamic-image"
_IN_OBJECT = re.compile(r'"(https?://[^"\s]{1,500})"\s*:\s*\[')
_PLAIN = ("data-src", "data-lazy-src", "data-lazy", "src")
# An address, which may have commas, and its width or density.
_IN_SRCSET = re.compile(r"([^ ,]\S*?)(?:,(?= |$)| (\d{1,6}(?:\.\d{1,3})?)[wx](?: ?,| |$)| |$)")
_MAX_SRCSET = 2_000


def product_pictures(addresses: tuple[str, ...]) -> tuple[str, ...]:
    """Return pictures in markup without logos and banners."""
    return tuple(each for each in addresses if not _LOGO.search(path_of(each)))


def as_shown(addresses: tuple[str, ...], shown: tuple[str, ...]) -> tuple[str, ...]:
    """Return pictures in meta tags, whose order means little, with the one first that is shown.

    Args:
        addresses: The pictures in the tags.
        shown: Those that the page shows, the best first; the same in other sizes.
    """
    named = [_name(address) for address in addresses]
    first = next((named.index(name) for each in shown[:1] if (name := _name(each)) in named), 0)
    return (*addresses[first : first + 1], *addresses[:first], *addresses[first + 1 :])


def _name(address: str) -> str:
    """Return a picture's file name without its size."""
    return _SIZE.sub("", path_of(address).rpartition("/")[2])


def read_pictures(area: BuyArea, document: Document) -> tuple[str, ...]:
    """Return the addresses of the product's pictures, the best first; at most eight."""
    end = others_from(area)
    heading = document.heading_text
    found: list[tuple[int, str]] = []
    ordinary: str | None = None
    images = [(tag, order) for tag, order in area.tags if tag.name == "img"][:_MAX_SEEN]
    for tag, order in images:
        if order >= end or _is_small(tag):
            continue
        around = [tag, *list(tag.parents)[:3]]
        names = " ".join(w for t in around for w in _words(t, "class", "id")).lower()
        link = _link(tag, document)
        large = link if link is not None and _PICTURE_PATH.search(path_of(link)) else None
        address = large or _address(tag, document.base)
        if address is None or _OTHER_ADDRESS.search(address.lower()):
            continue
        points = _points(tag, names, heading) + (30 if large else 0)
        if _OTHER_NAMES.search(_own_names(tag)):
            continue
        if large is None and link is not None and path_of(link) != path_of(document.url):
            # It leads to another page, as banners and other products do.
            points -= 45
        if 0 < points < _SURE and _is_in_text(tag):
            points = _IN_TEXT
        if points > 0:
            found.append((points, address))
        elif points == 0 and ordinary is None and _is_near(area, order):
            ordinary = address
    if ordinary is not None and max(found, default=(0, ""))[0] <= _IN_TEXT:
        found = []
    # The best first, the others in the page's order.
    if found:
        best = max(found, key=lambda each: each[0])
        # Those with less than a name to say for them are banners among them.
        addresses = [best[1], *(address for points, address in found if points >= min(best[0], 20))]
    else:
        addresses = [ordinary] if ordinary else []
    return tuple(dict.fromkeys(addresses))[:_MAX_PICTURES]


def _points(tag: Tag, names: str, heading: str | None) -> int:
    points = 20 if _OWN_NAMES.search(names) else 0
    if "image" in _text(tag, "itemprop").lower().split():
        points += 50
    for text in {_text(tag, "alt")[:300], _text(tag, "title")[:300]}:
        if heading and text and len(words_of(text)) > 0 and same_name(text, heading):
            points += 40
            break
    alt = words_of(_text(tag, "alt")[:300])
    if alt and heading and points and set(alt).isdisjoint(words_of(heading)):
        # It shows something else, or another side of it.
        points -= 5
    return points


def _is_in_text(tag: Tag) -> bool:
    around = list(tag.parents)[:6]
    return any(_TEXT_NAMES.search(" ".join(_words(each, "class", "id"))) for each in around)


def _own_names(tag: Tag) -> str:
    """Return the names of the picture and of the elements that it fills."""
    names = _words(tag, "class", "id")
    for parent in list(tag.parents)[:2]:
        if len(parent.find_all("img", limit=2)) == 1:
            names += _words(parent, "class", "id")
    return " ".join(names).lower()[:400]


def _is_near(area: BuyArea, order: int) -> bool:
    """Return True beside the heading, where an ordinary picture is the product's."""
    return area.heading is not None and area.heading - 2 <= order <= area.heading + 12


def _is_small(tag: Tag) -> bool:
    for name in ("width", "height"):
        value = re.match(r"\d{1,5}(?=\s*(?:px)?$)", _text(tag, name).strip())
        if value is not None and int(value[0]) < _ICON:
            return True
    return False


def _link(tag: Tag, document: Document) -> str | None:
    """Return the address of the link around a picture, unless it leads nowhere."""
    for parent in list(tag.parents)[:4]:
        if parent.name == "a":
            address = _text(parent, "href")
            return None if address.startswith("#") else absolute(address, document.base)
    return None


def _address(tag: Tag, base: str) -> str | None:
    for name in _LARGE:
        if (address := absolute(_text(tag, name), base)) and not _OTHER_ADDRESS.search(address):
            return address
    by_size = _IN_OBJECT.search(_text(tag, _BY_SIZE)[:_MAX_SRCSET])
    if by_size and (address := absolute(by_size[1], base)):
        return address
    # Parsers nest the sources, which have no end tags.
    picture = next((each for each in list(tag.parents)[:9] if each.name == "picture"), None)
    sources = picture.find_all("source", limit=8) if picture is not None else []
    sets = [_text(each, name) for each in (tag, *sources) for name in _SOURCES]
    listed = [found for text in sets if text for found in _in_srcset(text)]
    sized = [(size, address) for address, size in listed if size]
    if sized and (address := absolute(max(sized, key=lambda each: each[0])[1], base)):
        return address
    plain = [_text(tag, name) for name in _PLAIN]
    for text in [*plain, *(address for address, _ in listed)]:
        address = absolute(text, base)
        if address and not _OTHER_ADDRESS.search(address.lower()):
            return address
    return None


def _in_srcset(text: str) -> list[tuple[str, float]]:
    """Return the addresses in a ``srcset`` with their width or density, which may be 0."""
    plain = " ".join(text[:_MAX_SRCSET].split())
    return [(match[1], float(match[2] or 0)) for match in _IN_SRCSET.finditer(plain)]


def _text(tag: Tag, name: str) -> str:
    value = tag.get(name)
    return value if isinstance(value, str) else ""


def _words(tag: Tag, *names: str) -> list[str]:
    return [" ".join(tag.get_attribute_list(name)) for name in names if tag.get(name)]
