"""`where-to-buy catalog`: add the shops you know, refresh them, list them, remove them."""

import click
from rich.console import Console
from rich.markup import escape
from rich.table import Table

from server.catalog.store import CatalogStore
from server.cli.catalog_imports import add_command, import_command, refresh_command
from server.cli.catalog_lists import lists_group
from server.cli.catalog_reading import (
    export_command,
    search_command,
    show_command,
    stats_command,
)
from server.config import read_settings
from server.parts import Parts

# Hours between the server's refreshes.
EVERY = {"never": 0, "hourly": 1, "daily": 24, "weekly": 168}


@click.group()
def catalog() -> None:
    """Keep the products of shops you know, to be searched on this machine."""


@catalog.command("schedule")
@click.argument("shop")
@click.argument("every", type=click.Choice(sorted(EVERY, key=EVERY.__getitem__)))
def schedule_command(shop: str, every: str) -> None:
    """Let the server refresh SHOP (its number, name or source) by itself."""
    store = CatalogStore(Parts(read_settings()).database)
    found = store.find(shop)
    store.schedule(found.id, EVERY[every])
    click.echo(
        f"{found.name} is refreshed {every} by the server."
        if EVERY[every]
        else f"{found.name} is refreshed only when you say so."
    )


@catalog.command("list")
def list_command() -> None:
    """List the shops whose products are kept."""
    shops = CatalogStore(Parts(read_settings()).database).shops()
    if not shops:
        click.echo("No shop yet. `where-to-buy catalog add SHOP` adds one.")
        return
    table = Table(
        "No.", "Shop", "Partner", "Products", "Searchable", "Gone", "Read (UTC)", "Source"
    )
    for shop in shops:
        table.add_row(
            str(shop.id),
            escape(shop.name),
            "yes" if shop.partner else "",
            f"{shop.products:,}",
            f"{shop.searchable:,}",
            f"{shop.gone:,}",
            f"{shop.imported_at:%Y-%m-%d %H:%M}",
            escape(shop.source),
        )
    Console().print(table)
    for shop in shops:
        if shop.unfinished:
            click.echo(f"{shop.name}: its import was interrupted; `refresh {shop.id}` goes on.")
        elif shop.note and shop.note.get("text"):
            click.echo(f"{shop.name}: {shop.note['text']}")


@catalog.command("remove")
@click.argument("shop")
def remove_command(shop: str) -> None:
    """Remove SHOP (its number, name or source) with all its products."""
    removed = CatalogStore(Parts(read_settings()).database).remove(shop)
    click.echo(f"Removed {removed.name} with {removed.products:,} products.")


# The commands that import, and those that only read, are in modules of their own.
catalog.add_command(add_command)
catalog.add_command(import_command)
catalog.add_command(refresh_command)
catalog.add_command(show_command)
catalog.add_command(search_command)
catalog.add_command(stats_command)
catalog.add_command(export_command)
catalog.add_command(lists_group)
