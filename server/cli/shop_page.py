"""`where-to-buy shop-page`: read the offer out of a page, from a file or from the network."""

import json
import sys
from pathlib import Path
from urllib.parse import urlsplit

import click

from model.errors import WhereToBuyError
from server.shop_page.document.decode import MAX_BYTES
from server.shop_page.read_page import read_shop_page

# What pages say that sell nothing.
_OF_ANY_PAGE = {"title", "pictures", "link"}


class PageFileError(WhereToBuyError):
    """A page cannot be read, or has nothing to say of a product."""

    code = "unreadable-page"


@click.command("shop-page")
@click.argument("page", metavar="FILE_OR_URL")
@click.option(
    "--url",
    metavar="URL",
    help="The address of a page that is read from a file, for its links and its currency.",
)
def shop_page(page: str, url: str | None) -> None:
    """Read the product, its price and availability out of a shop's page; prints JSON.

    FILE_OR_URL is an HTML file, - for standard input, or an http(s) address. What the page
    does not say is null; "sources" names where each value was read from. The exit status says
    whether there was any product.
    """
    if urlsplit(page).scheme.lower() in ("http", "https"):
        data, address, content_type = _download(page)
        answer = read_shop_page(data, url or address, content_type=content_type)
    else:
        answer = read_shop_page(_read_file(page), url or "")
    click.echo(json.dumps(answer.to_json(), indent=2, ensure_ascii=False))
    if answer.sources.keys() <= _OF_ANY_PAGE:
        raise PageFileError(
            f"No product was found on {page}: neither a price nor anything else that a shop says.",
            hint="Is it the page of one product, as a browser gets it?",
        )


def _download(address: str) -> tuple[bytes, str, str | None]:
    # Slow to import, and a file needs neither settings nor network.
    from server.config import read_settings  # noqa: PLC0415
    from server.parts import Parts  # noqa: PLC0415

    fetched = Parts(read_settings()).fetcher.page(address, MAX_BYTES)
    charset = f"; charset={fetched.charset}" if fetched.charset else ""
    return fetched.data, fetched.url, fetched.media_type + charset


def _read_file(name: str) -> bytes:
    try:
        if name == "-":
            return sys.stdin.buffer.read(MAX_BYTES)
        with Path(name).open("rb") as file:
            return file.read(MAX_BYTES)
    except OSError as error:
        raise PageFileError(
            f"The page {name} cannot be read: {error.strerror or error}.",
            hint="Give the path of an HTML file, or an address that starts with http or https.",
        ) from error
