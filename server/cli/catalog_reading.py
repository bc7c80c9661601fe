"""`where-to-buy catalog show`, `search`, `stats` and `export`: what the catalogue has."""

import sys
from functools import partial
from pathlib import Path

import click
from rich.console import Console
from rich.markup import escape
from rich.table import Table

from model.errors import WeightsError
from server.catalog.browsing import CatalogBrowser, Chosen, Stats
from server.catalog.exporting import Format, export
from server.catalog.report import LeftOut
from server.catalog.store import CatalogStore, StoredProduct
from server.config import read_settings
from server.models import has_embedder
from server.parts import Parts

_SHOWN = 20


@click.command("show")
@click.argument("shop")
def show_command(shop: str) -> None:
    """Show SHOP (its number, name or source): what can be found, why the rest cannot."""
    store, browser = _open()
    found = store.find(shop)
    click.echo(f"{found.name}, {found.source}")
    click.echo(f"Read as: {found.form}. Last asked: {found.checked_at or found.imported_at:%F %R}.")
    if found.unfinished:
        click.echo("Its import was interrupted; refreshing it goes on.")
    if found.note and found.note.get("text"):
        click.echo(found.note["text"])
    _print_stats(browser.stats(found.id))
    _print_waiting(found.id)
    _print_products(browser.products(Chosen(shop_id=found.id), _SHOWN))


@click.command("search")
@click.argument("words", nargs=-1)
@click.option("--picture", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--shop", metavar="SHOP", help="Only this shop: its number, name or source.")
@click.option("--limit", type=click.IntRange(1, 500), default=_SHOWN, show_default=True)
def search_command(
    words: tuple[str, ...], *, picture: Path | None, shop: str | None, limit: int
) -> None:
    """Find products by WORDS, or by a picture of one garment."""
    store, browser = _open()
    if picture is not None:
        parts = Parts(read_settings())
        hits = parts.catalog.similar.search_picture(picture.read_bytes(), limit)
        _print_products([hit.product for hit in hits])
        return
    if not words:
        raise click.UsageError("Give words, or --picture FILE.")
    shop_id = store.find(shop).id if shop else None
    chosen = Chosen(" ".join(words), shop_id)
    _print_products(browser.products(chosen, limit))
    click.echo(f"{browser.count(chosen):,} products.")


@click.command("stats")
def stats_command() -> None:
    """Count shops and products, those that can be found, and why the rest cannot."""
    _, browser = _open()
    _print_stats(browser.stats())
    _print_waiting()


@click.command("export")
@click.argument("file", type=click.Path(dir_okay=False, writable=True, allow_dash=True))
@click.option("--shop", metavar="SHOP", help="Only this shop: its number, name or source.")
@click.option("--format", "form", type=click.Choice(["jsonl", "csv"]), default="jsonl")
def export_command(file: str, *, shop: str | None, form: Format) -> None:
    """Write the products into FILE (- for the screen) as a feed that can be imported again."""
    store, browser = _open()
    chosen = Chosen(shop_id=store.find(shop).id if shop else None)
    if file == "-":
        export(browser.every(chosen), form, sys.stdout)
        return
    with Path(file).open("w", encoding="utf-8", newline="") as into:
        count = export(browser.every(chosen), form, into)
    click.echo(f"{count:,} products are in {file}.")


def _open() -> tuple[CatalogStore, CatalogBrowser]:
    database = Parts(read_settings()).database
    store = CatalogStore(database)
    return store, CatalogBrowser(database, store)


def _print_stats(stats: Stats) -> None:
    click.echo(
        f"{stats.products:,} products, of which {stats.searchable:,} can be found by a picture; "
        f"{stats.without_price:,} have no price; {stats.gone:,} more are gone from their shops."
    )
    if stats.kinds:
        click.echo("By kind: " + ", ".join(f"{name} {n:,}" for name, n in stats.kinds.items()))
    for name, count in stats.left_out.items():
        click.echo(f"  {count:,} cannot be found by a picture: {LeftOut[name.upper()].value}")


def _print_waiting(shop_id: int | None = None) -> None:
    """Say how many products wait for their new vector after a change of weights, if any do."""
    # They are slow to load, and `catalog list` needs neither.
    from model.weights_description import load_description  # noqa: PLC0415
    from server.catalog.preparing import count_waiting  # noqa: PLC0415

    settings = read_settings()
    try:
        embedder = load_description(settings.weights_in_force).embedder.fingerprint
    except WeightsError as error:
        click.echo(f"Whether pictures have to be prepared anew is not known: {error}")
        return
    waiting = count_waiting(
        Parts(settings).database, embedder, partial(has_embedder, settings), shop_id
    )
    if waiting is None:
        return
    until = (
        f"until then {waiting.hidden:,} of them are not found by a picture"
        if waiting.hidden
        else "until then the old weights find them"
    )
    click.echo(
        f"The pictures of {waiting.left:,} of {waiting.total:,} products are still to be prepared "
        f"for the weights in force; the server does it while it runs, and {until}."
    )


def _print_products(products: list[StoredProduct]) -> None:
    if not products:
        click.echo("No product.")
        return
    table = Table("Product", "Shop", "Price", "Stock", "Kind", "Link")
    for product in products:
        price = f"{product.price.amount} {product.price.currency}" if product.price else ""
        table.add_row(
            escape(product.title),
            escape(product.shop),
            price,
            product.availability or "",
            product.kind or "",
            escape(product.link),
        )
    Console().print(table)
