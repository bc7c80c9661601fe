"""`where-to-buy catalog add`, `import` and `refresh`: what reads the products of shops."""

import sys
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import click
from rich.console import Console
from rich.markup import escape
from rich.progress import BarColumn, Progress, TaskProgressColumn, TextColumn, TimeElapsedColumn

from server.catalog.locks import ShopBusyError
from server.catalog.report import BrokenOffError, ImportReport
from server.catalog.sources.product import SourceError
from server.catalog.store import CatalogStore, canonical_source
from server.config import read_settings
from server.goods.currencies import MINOR_UNITS
from server.goods.safe_text import safe_link
from server.parts import Parts

if TYPE_CHECKING:
    from server.catalog import catalog as catalog_module
    from server.catalog.catalog import Catalog

_STEPS = 1000


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


_shop_options = (
    click.option("--shop", metavar="NAME", help="What to call the shop; else its feed says."),
    click.option(
        "--partner/--no-partner",
        default=None,
        help="Whether it is a partner: labelled so, and shown before equally similar offers.",
    ),
    click.option(
        "--currency",
        metavar="CODE",
        callback=_read_currency,
        help="The currency of prices that name none, such as EUR.",
    ),
    click.option(
        "--site",
        metavar="ADDRESS",
        callback=_read_site,
        help="The shop's address, for the exports of shop systems, which have no links.",
    ),
    click.option("--yes", is_flag=True, help="Rename a shop that is known without asking."),
)


def _with_shop_options(command: Callable[..., None]) -> Callable[..., None]:
    for option in reversed(_shop_options):
        command = option(command)
    return command


@click.command("add")
@click.argument("source")
@_with_shop_options
def add_command(source: str, *, yes: bool, shop: str | None, **options: Any) -> None:
    """Add SOURCE: a shop, a feed of products, or the file of one.

    It may be the address of a Shopify or WooCommerce shop, of a shop that speaks UCP, or of any
    other shop with a sitemap, whose pages are then read one a second; or a Google Merchant feed
    (RSS, Atom, TSV, CSV or JSON), Facebook's catalogue or the product export of Shopify,
    WooCommerce or Magento, which needs the options --site and --currency; feeds may also be
    packed with gzip or zip. Which it is shows in what it answers.

    Adding it again updates what changed, and marks what is gone. An import that was interrupted
    goes on where it stopped. A broken item costs itself only, and the report counts it; the exit
    status is 1 if the source could not be read to its end or has no product that can be used.
    """
    _import(source, yes=yes, shop=shop, **options)


@click.command("import")
@click.argument("source")
@_with_shop_options
def import_command(source: str, *, yes: bool, shop: str | None, **options: Any) -> None:
    """Import SOURCE as `add` does, but only if it is a feed: a file or an address."""
    _import(source, yes=yes, shop=shop, only_feeds=True, **options)


def _import(
    source: str, *, yes: bool, shop: str | None, only_feeds: bool = False, **options: Any
) -> None:
    from server.catalog.catalog import Given  # noqa: PLC0415 - slow, and other commands need none

    if not yes:
        _confirm_rename(source, shop)
    given = Given(name=shop, **options)

    def importing(catalog_: "Catalog", **on: Any) -> ImportReport:
        take = catalog_.import_feed if only_feeds else catalog_.add
        return take(source, given, **on)

    _run(importing)


@click.command("refresh")
@click.argument("shops", nargs=-1, metavar="[SHOP]...")
@click.option("--all", "every", is_flag=True, help="Refresh every shop.")
@click.option(
    "--everything", is_flag=True, help="Read feeds again that say that they did not change."
)
@click.option(
    "--accept-smaller",
    is_flag=True,
    help="Believe a shop that lost half of its products or more.",
)
def refresh_command(
    shops: tuple[str, ...], *, every: bool, everything: bool, accept_smaller: bool
) -> None:
    """Take what changed in each SHOP (its number, name or source), or in all.

    A feed that did not change is not downloaded again. What vanished is marked as gone. The exit
    status is 1 if a shop could not be read.
    """
    store = CatalogStore(Parts(read_settings()).database)
    chosen = store.shops() if every else [store.find(name) for name in shops]
    if not chosen:
        raise click.UsageError("Name a shop, or give --all.")
    failed = False
    for shop in chosen:
        try:
            _run(
                lambda catalog_, number=shop.id, **on: catalog_.refresh(
                    number, accept_smaller=accept_smaller, everything=everything, **on
                )
            )
        except SystemExit:
            failed = True
        except ShopBusyError as error:
            click.echo(f"{shop.name}: {error}", err=True)
            failed = True
    if failed:
        sys.exit(1)


def _run(importing: Callable[..., ImportReport]) -> None:
    """Run an import with a progress bar and print its report; exit with 1 if it failed."""
    console = Console(stderr=True)
    parts = Parts(read_settings())
    with console.status("Loading the model"):
        catalog_ = parts.catalog
    with _progress(console) as progress:
        task = progress.add_task("Importing", total=None, items="")

        def problem(line: str) -> None:
            progress.console.print(f"[yellow]{escape(line)}[/]", highlight=False, soft_wrap=True)

        def shown(state: "catalog_module.Progress") -> None:
            of = f" of about {state.total:,}" if state.total else ""
            progress.update(
                task,
                completed=state.part * _STEPS,
                total=_STEPS if state.part else None,
                items=f"{state.items:,}{of} items{_time_left(state.seconds_left)}",
            )

        try:
            report = importing(catalog_, on_progress=shown, on_problem=problem)
        except SourceError as error:
            progress.stop()
            console.print(f"[red]{escape(str(error))}[/]", highlight=False, soft_wrap=True)
            if error.hint:
                console.print(escape(error.hint), highlight=False, soft_wrap=True)
            if isinstance(error, BrokenOffError) and error.report.products:
                console.print("Products that came before are kept, and nothing was removed.")
                _print_report(error.report)
            sys.exit(1)
        except KeyboardInterrupt:
            progress.stop()
            console.print("Stopped. The same command goes on from here.")
            sys.exit(130)
        progress.update(task, completed=_STEPS, total=_STEPS)
    if report.as_before:
        click.echo(f"{report.shop}: nothing has changed.")
        return
    _print_report(report)
    if not report.products:
        console.print("[red]It has no product that can be used; nothing was changed.[/]")
        sys.exit(1)


def _time_left(seconds: float | None) -> str:
    if seconds is None:
        return ""
    minutes, rest = divmod(round(seconds), 60)
    hours, minutes = divmod(minutes, 60)
    shown = f"{hours}:{minutes:02}:{rest:02}" if hours else f"{minutes}:{rest:02}"
    return f", about {shown} left"


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
        TextColumn("{task.fields[items]}"),
        TimeElapsedColumn(),
        console=console,
    )
