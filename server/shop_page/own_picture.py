"""Which picture a page says is its own, as what is shown where the page is shared."""

from server.shop_page.document.decode import read_text
from server.shop_page.document.strip import strip_page
from server.shop_page.document.tree import parse
from server.shop_page.markup.meta_tags import read_meta_tags


def own_picture(html: bytes | str, url: str, *, content_type: str | None = None) -> str | None:
    """Return the address of the picture that a page names in its meta tags; None for none.

    Args:
        html: The page as it was received; anything else names none.
        url: Its address, which relative addresses in it are relative to.
        content_type: The ``Content-Type`` header, for the character set.
    """
    document = parse(strip_page(read_text(html, content_type)).markup, url)
    return next(iter(read_meta_tags(document).pictures), None)
