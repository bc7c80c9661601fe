"""How soon offers arrive, and how good their order is, on this machine.

    python benchmarks/offers.py --data ../photos --repeat 5
    python benchmarks/offers.py --data ../photos --quality

Speed: from the click on a garment to the first offers and to the whole list, with a catalogue
on this machine and three services on loopback, in a separate process, that answer after 100,
400 and 1,500 ms in the protocol of Shopify's catalogue, each with 24 products. Of the 72
pictures, 24 are downloaded and compared; those that an earlier search saw cost nothing. "New
pictures" were never seen before; "known pictures" all were. The last line is the time for one
new picture alone on this machine at this moment, which puts the other figures into proportion
on a busy machine.

Quality (`--quality`): see `benchmarks/offer_quality.py`.
"""

import json
import os
import statistics
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

import click
from rich.console import Console
from rich.table import Table

from benchmarks import offer_quality
from benchmarks.services_apart import Service, services_apart
from benchmarks.shop_of_pictures import PictureShop
from model.categories import Kind
from model.picture import decode_picture
from model.product_picture import embed_product
from server.config import Settings
from server.looks.look import Look
from server.offers.offer import DoneEvent, OffersEvent, SearchContext
from server.offers.pictures.compare import DECODED_SIDE
from server.offers.providers.ucp import UcpProvider
from server.offers.providers.ucp_request import UcpCatalogue
from server.offers.search import OfferSearch
from server.offers.vendors.client import VendorClient, VendorPolicy
from server.offers.wiring import build_offers
from server.services import Services, build_services
from tests.support.ucp_server import product

DELAYS_MS = (100, 400, 1500)
PRODUCTS = 24
# Time limit of a search, long enough that the figures contain all of its work.
SECONDS = 60.0
FIRST_OFFERS_MS = 120
# The goals.
BEHIND_SLOWEST_MS = 150
ONE_PICTURE = "looking at one new picture"
# Seconds between a look's answer and the click, in which early searches run.
A_PERSON_CHOOSES = 1.0


@dataclass(frozen=True)
class Row:
    """A line of the result, in milliseconds; ``goal_ms`` is None where there is no goal."""

    step: str
    median_ms: float
    worst_ms: float
    runs: int
    goal_ms: float | None = None


@click.command(help=__doc__)
@click.option(
    "--data",
    type=click.Path(exists=True, file_okay=False, path_type=Path),
    help="Folder with luma/ (and single/ for --quality); without it, drawn pictures are used.",
)
@click.option("--repeat", type=click.IntRange(1), default=5, show_default=True)
@click.option("--quality", is_flag=True, help="Measure the order instead; needs --data.")
@click.option("--json", "json_path", type=click.Path(dir_okay=False, path_type=Path))
def main(data: Path | None, repeat: int, quality: bool, json_path: Path | None) -> None:
    """Run the benchmark, and print a table."""
    console = Console()
    if quality:
        if data is None:
            raise click.UsageError("--quality needs --data")
        result: Any = offer_quality.run(console, data)
    else:
        with tempfile.TemporaryDirectory(prefix="wtb-benchmark-") as folder:
            rows = speed(Path(folder), data, repeat, console)
        _print(console, rows)
        result = [asdict(row) for row in rows]
    if json_path:
        cores = os.cpu_count()
        json_path.write_text(json.dumps({"cores": cores, "result": result}, indent=2) + "\n")


def speed(folder: Path, data: Path | None, repeat: int, console: Console) -> list[Row]:
    """Time searches; see the module's docstring."""
    with ExitStack() as stack:
        shop, sellers = stack.enter_context(services_apart(folder, data, DELAYS_MS))
        services, search = stack.enter_context(_server(folder / "state", shop, sellers))
        with console.status("Importing the catalogue"):
            report = services.offers.catalog.import_feed(shop.feed_url)
        console.print(f"{report.products} products in the catalogue")
        times: dict[str, list[float]] = {}
        for number in range(repeat + 1):
            with console.status(f"Search {number + 1} of {repeat + 1}"):
                look = services.looks.create(shop.query)
                garment = shop.garment(look)
                kind = garment.kind
                assert kind is not None
                for seller, delay in zip(sellers, DELAYS_MS, strict=True):
                    seller.sell(_products(shop, kind, delay, f"{number}"))
                for wave in ("new pictures", "", "", "known pictures"):
                    search.start_early(look)
                    time.sleep(A_PERSON_CHOOSES)
                    first, whole = _search(search, look, garment.number)
                    if number and wave:  # the first warms up; in between the rest is seen
                        times.setdefault(f"click to first offers, {wave}", []).append(first)
                        times.setdefault(f"click to the whole list, {wave}", []).append(whole)
                times.setdefault(ONE_PICTURE, []).append(_one_picture(services, shop))
    goals = {"first": FIRST_OFFERS_MS, "the whole": max(DELAYS_MS) + BEHIND_SLOWEST_MS}
    return [
        Row(
            step,
            statistics.median(spans) * 1000,
            max(spans) * 1000,
            len(spans),
            next((goal for words, goal in goals.items() if words in step), None),
        )
        for step, spans in sorted(times.items())
    ]


def _one_picture(services: Services, shop: PictureShop) -> float:
    """Return the seconds that one downloaded picture takes to embed."""
    began = time.perf_counter()
    picture = decode_picture(shop.query, max_side=DECODED_SIDE)
    embed_product(picture, services.models.segmenter, services.models.embedder)
    return time.perf_counter() - began


@contextmanager
def _server(
    state: Path, shop: PictureShop, sellers: list[Service]
) -> Iterator[tuple[Services, OfferSearch]]:
    with ExitStack() as stack:
        settings = Settings(
            state_dir=state,
            ucp_enabled=False,
            search_seconds=SECONDS,
            min_score=shop.min_score,
            fetch_allow=(shop.address, *(seller.address for seller in sellers)),
        )
        services = build_services(settings)
        stack.callback(services.close)
        providers = [
            UcpProvider(
                VendorClient(services.fetcher, VendorPolicy(f"after-{ms}", f"After {ms} ms")),
                UcpCatalogue(seller.url, settings.ucp_profile),
                PRODUCTS,
            )
            for seller, ms in zip(sellers, DELAYS_MS, strict=True)
        ]
        offers = build_offers(
            settings=settings,
            database=services.database,
            personal=services.database,
            fetcher=services.fetcher,
            segmenter=services.models.segmenter,
            embedder=services.models.embedder,
            looks=services.looks,
            more_providers=providers,
        )
        stack.callback(offers.close)
        services.looks.on_created(offers.search.start_early)
        yield services, offers.search


def _products(shop: PictureShop, kind: Kind, delay: int, pictures: str) -> list[dict[str, Any]]:
    return [
        product(
            # The three shops sell different products: equal ones would be joined.
            f"{title} {delay}",
            number=number,
            picture=f"{picture}?{delay}-{pictures}",
            link=f"https://{delay}.example/{number}",
        )
        for number, (title, picture) in enumerate(shop.pictures(kind, PRODUCTS))
    ]


def _search(search: OfferSearch, look: Look, number: int) -> tuple[float, float]:
    """Return the seconds from the click to the first product and to the end."""
    began = time.perf_counter()
    first: float | None = None
    arrived: dict[str, int] = {}
    for event in search.stream(look, number, SearchContext(seconds=SECONDS)):
        if isinstance(event, OffersEvent):
            products = sum(each.offer.type == "product" for each in event.offers)
            arrived[event.provider] = arrived.get(event.provider, 0) + products
            if products and first is None:
                first = time.perf_counter() - began
        elif isinstance(event, DoneEvent):
            whole = time.perf_counter() - began
    missing = [f"after-{ms}" for ms in DELAYS_MS if arrived.get(f"after-{ms}") != PRODUCTS]
    if first is None or not arrived.get("catalog") or missing:
        # A search that found nothing is quick and means nothing.
        raise click.ClickException(f"not all offers came: {arrived}")
    return first, whole


def _print(console: Console, rows: list[Row]) -> None:
    table = Table(title=f"Where to buy it, on {os.cpu_count()} cores")
    for heading in ("step", "median", "worst", "goal", "runs"):
        table.add_column(heading, justify="left" if heading == "step" else "right")
    for row in rows:
        goal = "" if row.goal_ms is None else f"{row.goal_ms:,.0f} ms"
        table.add_row(
            row.step,
            f"{row.median_ms:,.0f} ms",
            f"{row.worst_ms:,.0f} ms",
            goal,
            str(row.runs),
        )
    console.print(table)


if __name__ == "__main__":
    main()
