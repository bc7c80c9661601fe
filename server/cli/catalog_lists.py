"""`where-to-buy catalog lists`: signed lists of shops, to choose from and to share."""

import json
from pathlib import Path

import click
from rich.console import Console
from rich.markup import escape
from rich.table import Table

from server.catalog.shop_lists import LIST_BYTES, ShopListError, ShopLists, sign_list
from server.catalog.store import canonical_source
from server.config import read_settings
from server.parts import Parts


@click.group("lists")
def lists_group() -> None:
    """Choose shops from signed lists, and share lists of your own."""


@lists_group.command("show")
@click.option("--country", metavar="CODE", help="Only shops in this country, such as KR.")
def show_command(country: str | None) -> None:
    """Show the shops of the list that comes with the program, and of those that were added."""
    for shop_list in ShopLists(read_settings().state_dir).all():
        table = Table("Shop", "Country", "Taste", "Address", title=escape(shop_list.content.name))
        for shop in shop_list.content.shops:
            if country in (None, shop.country):
                table.add_row(
                    escape(shop.name), shop.country, ", ".join(shop.tastes), escape(shop.address)
                )
        Console().print(table)
        click.echo(f"Signed by the key {shop_list.signer}.")


@lists_group.command("add")
@click.argument("source")
def add_command(source: str) -> None:
    """Add a list: SOURCE is its file or address. It adds no shop by itself."""
    settings = read_settings()
    if canonical_source(source).startswith(("http://", "https://")):
        data = Parts(settings).fetcher.file(source, LIST_BYTES).data
    else:
        try:
            data = Path(source).read_bytes()
        except OSError as error:
            raise ShopListError(f"The list {source} cannot be read: {error.strerror}.") from error
    added = ShopLists(settings.state_dir).add(data)
    click.echo(
        f"{added.content.name}: {len(added.content.shops):,} shops, signed by the key "
        f"{added.signer}."
    )


@lists_group.command("sign")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option(
    "--key",
    type=click.Path(dir_okay=False, path_type=Path),
    required=True,
    help="Your private key; it is made if there is none. Keep it to yourself.",
)
def sign_command(file: Path, key: Path) -> None:
    """Sign a list of yours: FILE is JSON with name, number and shops. Prints the signed list."""
    try:
        content = json.loads(file.read_text(encoding="utf-8"))
    except ValueError as error:
        raise ShopListError(f"{file} is not JSON.") from error
    if not isinstance(content, dict):
        raise ShopListError(f"{file} is not a list of shops.")
    click.echo(sign_list(content, key), nl=False)
