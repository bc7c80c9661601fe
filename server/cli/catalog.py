"""`where-to-buy catalog`: import the feeds of shops you know, list them, remove them."""

import sys
from typing import TYPE_CHECKING

import click
from rich.console import Console
from rich.markup import escape
from rich.progress import BarColumn, Progress, TaskProgressColumn, TextColumn, TimeElapsedColumn
from rich.table import Table

from server.catalog.sources.product import SourceError
from server.catalog.store import CatalogStore
from server.config import read_settings
from server.parts import Parts

if TYPE_CHECKING:
    from server.catalog.report import ImportReport

_STEPS = 1000


@click.group()
def catalog() -> None:
    """Keep the products of shops you know, to be searched on this machine."""


@catalog.command("import")
@click.argument("feed")
@click.option("--shop", metavar="NAME", help="What to call the shop; else its feed says.")
@click.option(
    "--partner/--no-partner",
    default=None,
    help="Whether it is a partner: labelled so, and shown before equally similar offers.",
)
def import_command(feed: str, shop: str | None, partner: bool | None) -> None:
    """Import FEED, a Google Merchant feed (RSS or Atom): a file or an address.

    Importing it again updates what changed and removes what is gone. A broken item costs
    one line; the exit status is 1 only if the feed could not be read to its end.
    """
    console = Console(stderr=True)
    parts = Parts(read_settings())
    with console.status("Loading the model"):
        catalog_ = parts.catalog
    with _progress(console) as progress:
        task = progress.add_task("Importing", total=_STEPS, items=0)

        def problem(line: str) -> None:
            progress.console.print(f"[yellow]{escape(line)}[/]", highlight=False)

        try:
            report = catalog_.import_feed(
                feed,
                name=shop,
                partner=partner,
                on_progress=lambda p: progress.update(
                    task, completed=p.part * _STEPS, items=p.items
                ),
                on_problem=problem,
            )
        except SourceError as error:
            progress.stop()
            console.print(f"[red]{escape(str(error))}[/]", highlight=False)
            if error.hint:
                console.print(escape(error.hint))
            console.print("Products that came before are kept, and nothing was removed.")
            sys.exit(1)
        progress.update(task, completed=_STEPS)
    _print_report(report)


@catalog.command("list")
def list_command() -> None:
    """List the shops whose products are kept."""
    shops = CatalogStore(Parts(read_settings()).database).shops()
    if not shops:
        click.echo("No shop yet. `where-to-buy catalog import FEED` adds one.")
        return
    table = Table("No.", "Shop", "Partner", "Products", "Searchable", "Imported (UTC)", "Source")
    for shop in shops:
        table.add_row(
            str(shop.id),
            escape(shop.name),
            "yes" if shop.partner else "",
            f"{shop.products:,}",
            f"{shop.searchable:,}",
            f"{shop.imported_at:%Y-%m-%d %H:%M}",
            escape(shop.source),
        )
    Console().print(table)


@catalog.command("remove")
@click.argument("shop")
def remove_command(shop: str) -> None:
    """Remove SHOP (its number, name or source) with all its products."""
    removed = CatalogStore(Parts(read_settings()).database).remove(shop)
    click.echo(f"Removed {removed.name} with {removed.products:,} products.")


def _print_report(report: "ImportReport") -> None:
    click.echo(
        f"{report.shop}: {report.products:,} products "
        f"({report.added:,} new, {report.updated:,} changed, {report.unchanged:,} as before), "
        f"{report.removed:,} removed, {report.embedded:,} pictures looked at, "
        f"{report.broken:,} broken items."
    )
    for line in report.summary():
        click.echo(line)


def _progress(console: Console) -> Progress:
    return Progress(
        TextColumn("{task.description}"),
        BarColumn(),
        TaskProgressColumn(),
        TextColumn("{task.fields[items]:,} items"),
        TimeElapsedColumn(),
        console=console,
    )
