"""Google Merchant feeds written for tests."""

from html import escape
from pathlib import Path

from tests.support.pictures import outfit, picture_file


def item(key: str, title: str = "Navy Tee", picture: str = "tee.png", **more: str) -> str:
    """Write one entry; ``more`` adds or replaces fields, and an empty value removes one."""
    fields = {
        "id": key,
        "title": title,
        "link": f"https://shop.example/p/{key}",
        "image_link": picture,
        "price": "15.00 USD",
        "availability": "in_stock",
    } | more
    return (
        "<item>"
        + "".join(f"<g:{n}>{escape(v)}</g:{n}>" for n, v in fields.items() if v)
        + "</item>"
    )


def feed(*items: str, title: str = "Corner Shop") -> str:
    """Write a feed."""
    return (
        '<?xml version="1.0"?><rss version="2.0" xmlns:g="http://base.google.com/ns/1.0">'
        f"<channel><title>{title}</title>{''.join(items)}</channel></rss>"
    )


def feed_file(folder: Path, *items: str) -> Path:
    """Write a feed and the picture ``tee.png`` into a folder, and return the feed's path."""
    (folder / "tee.png").write_bytes(picture_file(outfit(width=400, height=800)))
    path = folder / "feed.xml"
    path.write_text(feed(*items))
    return path
