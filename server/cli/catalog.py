"""`where-to-buy catalog`: import the feeds of shops you know, list them, remove them."""

import sys

import click
from rich.console import Console
from rich.markup import escape
from rich.progress import BarColumn, Progress, TaskProgressColumn, TextColumn, TimeElapsedColumn
from rich.table import Table

from server.catalog.report import BrokenOffError, ImportReport
from server.catalog.sources.product import SourceError
from server.catalog.store import CatalogStore, canonical_source
from server.config import read_settings
from server.goods.currencies import MINOR_UNITS
from server.goods.safe_text import safe_link
from server.parts import Parts

_STEPS = 1000


@click.group()
def catalog() -> None:
    """Keep the products of shops you know, to be searched on this machine."""


def _read_currency(_ctx: click.Context, _option: click.Parameter, value: str | None) -> str | None:
    code = value.strip().upper() if value else None
    if code is not None and code not in MINOR_UNITS:
        raise click.BadParameter(f"{value} is not the code of a currency, such as EUR.")
    return code


def _read_site(_ctx: click.Context, _option: click.Parameter, value: str | None) -> str | None:
    site = value.strip() if value else None
    if site and "://" not in site:
        site = f"https://{site}"
    if site is not None and safe_link(site) is None:
        raise click.BadParameter(f"{value} is not an address, such as https://shop.example.")
    return site


@catalog.command("import")
@click.argument("source")
@click.option("--shop", metavar="NAME", help="What to call the shop; else its feed says.")
@click.option(
    "--partner/--no-partner",
    default=None,
    help="Whether it is a partner: labelled so, and shown before equally similar offers.",
)
@click.option(
    "--currency",
    metavar="CODE",
    callback=_read_currency,
    help="The currency of prices that name none, such as EUR.",
)
@click.option(
    "--site",
    metavar="ADDRESS",
    callback=_read_site,
    help="The shop's address, for Shopify's export, which has no links.",
)
@click.option("--yes", is_flag=True, help="Rename a shop that is known without asking.")
def import_command(
    source: str,
    *,
    shop: str | None,
    partner: bool | None,
    currency: str | None,
    site: str | None,
    yes: bool,
) -> None:
    """Import SOURCE, a feed of products: a file or an address.

    It may be a Google Merchant feed (RSS, Atom, TSV, CSV or JSON Lines), Facebook's catalogue or
    Shopify's product export, also packed with gzip or zip; which it is shows in its content.

    Importing it again updates what changed and removes what is gone. A broken item costs itself
    only, and the report counts it; the exit status is 1 if the feed could not be read to its end
    or has no product that can be used.
    """
    if not yes:
        _confirm_rename(source, shop)
    console = Console(stderr=True)
    parts = Parts(read_settings())
    with console.status("Loading the model"):
        catalog_ = parts.catalog
    with _progress(console) as progress:
        task = progress.add_task("Importing", total=_STEPS, items=0)

        def problem(line: str) -> None:
            progress.console.print(f"[yellow]{escape(line)}[/]", highlight=False, soft_wrap=True)

        try:
            report = catalog_.import_feed(
                source,
                name=shop,
                partner=partner,
                currency=currency,
                site=site,
                on_progress=lambda p: progress.update(
                    task, completed=p.part * _STEPS, items=p.items
                ),
                on_problem=problem,
            )
        except SourceError as error:
            progress.stop()
            console.print(f"[red]{escape(str(error))}[/]", highlight=False, soft_wrap=True)
            if error.hint:
                console.print(escape(error.hint), highlight=False, soft_wrap=True)
            if isinstance(error, BrokenOffError) and error.report.products:
                console.print("Products that came before are kept, and nothing was removed.")
                _print_report(error.report)
            sys.exit(1)
        progress.update(task, completed=_STEPS)
    _print_report(report)
    if not report.products:
        console.print("[red]The feed has no product that can be used; nothing was changed.[/]")
        sys.exit(1)


def _confirm_rename(source: str, name: str | None) -> None:
    """Ask before a shop that is known gets another name."""
    if not name:
        return
    canonical = canonical_source(source)
    shops = CatalogStore(Parts(read_settings()).database).shops()
    known = next((shop.name for shop in shops if shop.source == canonical), name)
    if known == name:
        return
    question = f"This source was imported before, as “{known}”. Rename that shop to “{name}”"
    if sys.stdin is None or not sys.stdin.isatty():
        click.echo(f"{question}? Give --yes to do so, or leave out --shop.", err=True)
        sys.exit(1)
    click.confirm(question, abort=True)


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


def _print_report(report: ImportReport) -> None:
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
