"""How many clicks on a garment are answered on a fresh install, with no key and no catalogue.

    python benchmarks/answered_clicks.py --data ../photos --garments 100

The garments are annotated ones of the street photos' validation part, as the segmenter finds
them: a find stands for the annotation that its box overlaps most, so that a coat is no click on
the jumper below it. The only source is a recorded catalogue in the protocol of Shopify's, in a
separate process (`tests/support/recorded_catalogue.py`): real products and pictures, five shops,
answers after 400 ms, ranked by words alone, every fifth result something else, some without a
price.

A click is answered if at least five offers with a price, whose true category is the annotated
garment's, from at least three shops, each said to be the same, very similar or only alike, are
there within 1.5 s; all of its pictures are new to the server. The last lines give the same at the
end of the search, and the time for one new picture alone at this moment, which puts the seconds
into proportion on a busy machine.
"""

import json
import multiprocessing
import os
import statistics
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

import click

from model.categories import CATEGORIES, Kind
from model.picture import decode_picture
from model.product_picture import embed_product
from server.config import Settings
from server.looks.look import LookGarment
from server.offers.offer import OffersEvent, RankedOffer, SearchContext
from server.offers.order.ranking import likeness_of
from server.services import Services, build_services
from tests.support.recorded_catalogue import RecordedProduct, recorded_catalogue, recorded_products

SECONDS = 1.5
OFFERS, SHOPS = 5, 3
CATALOGUE_SECONDS = 0.4
# Least overlap of a found box with the annotated one.
LEAST_OVERLAP = 0.5
A_PERSON_CHOOSES = 0.3
GOAL = 0.9


@dataclass(frozen=True)
class Clicked:
    """What one click found: the offers that count, in time and in the end, and when enough came."""

    kind: Kind
    found_as: Kind | None
    in_time: bool
    in_the_end: bool
    enough_after: float | None
    likenesses: tuple[str, ...]


@click.command(help=__doc__)
@click.option(
    "--data", required=True, type=click.Path(exists=True, file_okay=False, path_type=Path)
)
@click.option("--garments", type=click.IntRange(1), default=100, show_default=True)
@click.option(
    "--seconds",
    type=click.FloatRange(2, 60),
    default=6.0,
    show_default=True,
    help="Seconds that a search may take; many on a busy machine show what it would find.",
)
@click.option("--json", "json_path", type=click.Path(dir_okay=False, path_type=Path))
def main(data: Path, garments: int, seconds: float, json_path: Path | None) -> None:
    """Run the benchmark, and print its figures."""
    with tempfile.TemporaryDirectory(prefix="wtb-benchmark-") as folder:
        clicks, one_picture = run(Path(folder), data, garments, seconds)
    result = summary(clicks, one_picture)
    for name, value in result.items():
        click.echo(f"{name}: {value}")
    if json_path:
        json_path.write_text(json.dumps(result, indent=2) + "\n")


def summary(clicks: list[Clicked], one_picture: float) -> dict[str, Any]:
    """Return the figures by name."""
    enough = [each.enough_after for each in clicks if each.enough_after is not None]
    told = Counter(likeness for each in clicks for likeness in each.likenesses)
    unanswered = Counter(each.kind.value for each in clicks if not each.in_the_end)
    return {
        "clicks": len(clicks),
        f"answered within {SECONDS} s": f"{_share(each.in_time for each in clicks):.3f}",
        "answered in the end": f"{_share(each.in_the_end for each in clicks):.3f}",
        "goal": GOAL,
        "seconds until enough, median": round(statistics.median(enough), 2) if enough else None,
        "not answered, by kind": dict(unanswered),
        "found as another kind": sum(each.kind != each.found_as for each in clicks),
        "not answered, though found as its kind": sum(
            each.kind == each.found_as and not each.in_the_end for each in clicks
        ),
        "told": dict(told),
        "seconds for one new picture": round(one_picture, 3),
        "cores": os.cpu_count(),
    }


def run(folder: Path, data: Path, garments: int, seconds: float) -> tuple[list[Clicked], float]:
    """Click on garments; return what each click found, and the seconds for one new picture."""
    products = {each.id: each for each in recorded_products(data)}
    with _apart(data) as (url, allow):
        settings = Settings(
            state_dir=folder,
            ucp_endpoint=url,
            fetch_allow=allow,
            shop_mcp="",
            looks_kept=500,
            search_seconds=seconds,
        )
        services = build_services(settings)
        try:
            clicks = []
            for look_id, garment, kind in _garments(services, data, garments):
                clicks.append(_click(services, look_id, garment, kind, products))
                click.echo(f"{len(clicks)} of {garments}\r", nl=False, err=True)
            return clicks, _one_picture(services, next(iter(products.values())).picture)
        finally:
            services.close()


def _click(
    services: Services,
    look_id: str,
    garment: LookGarment,
    kind: Kind,
    products: dict[str, RecordedProduct],
) -> Clicked:
    look = services.looks.get(look_id)
    counted: dict[str, RankedOffer] = {}
    in_time, enough_after = False, None
    began = time.monotonic()
    for event in services.offers.search.stream(look, garment.number, SearchContext(seconds=60)):
        seconds = time.monotonic() - began
        if isinstance(event, OffersEvent):
            counted |= {o.offer.id: o for o in event.offers if _counts(o, kind, products)}
        if enough_after is None and is_enough(counted.values(), products):
            enough_after = seconds
            in_time = seconds <= SECONDS
    told = tuple(str(likeness_of(each.compared)) for each in counted.values())
    return Clicked(kind, garment.kind, in_time, enough_after is not None, enough_after, told)


def is_enough(offers: Any, products: dict[str, RecordedProduct]) -> bool:
    """Return whether offers answer a click: enough of them, from enough shops."""
    shops = {products[each.offer.link.rpartition("/")[2]].shop for each in offers}
    return len(offers) >= OFFERS and len(shops) >= SHOPS


def _counts(ranked: RankedOffer, kind: Kind, products: dict[str, RecordedProduct]) -> bool:
    product = products.get(ranked.offer.link.rpartition("/")[2])
    return (
        product is not None
        and kind in product.kinds
        and ranked.offer.price is not None
        and likeness_of(ranked.compared) is not None
    )


def _garments(services: Services, data: Path, most: int) -> Iterator[tuple[str, LookGarment, Kind]]:
    """Yield found garments with the kind that people said they are."""
    listed = json.loads((data / "street" / "val.json").read_text(encoding="utf-8"))
    kinds = {category.id: category.kind for category in CATEGORIES}
    found = 0
    for image in listed["images"]:
        said = [a for a in listed["annotations"] if a["image_id"] == image["id"]]
        path = data / "street" / image["file_name"]
        look = services.looks.create(path.read_bytes())
        time.sleep(A_PERSON_CHOOSES)
        for annotation in said:
            best = max(
                look.garments,
                key=lambda g: _overlap(g.box, annotation["bbox"]),
                default=None,
            )
            if best is None or _overlap(best.box, annotation["bbox"]) < LEAST_OVERLAP:
                continue
            meant = max(said, key=lambda a: _overlap(best.box, a["bbox"]))
            if meant is not annotation:
                continue
            yield look.id, best, kinds[annotation["category_id"]]
            found += 1
            if found >= most:
                return


def _overlap(one: Any, other: Any) -> float:
    """Return the intersection of two boxes ``[x, y, width, height]`` over their union."""
    width = min(one[0] + one[2], other[0] + other[2]) - max(one[0], other[0])
    height = min(one[1] + one[3], other[1] + other[3]) - max(one[1], other[1])
    shared = max(0, width) * max(0, height)
    whole = one[2] * one[3] + other[2] * other[3] - shared
    return float(shared / whole) if whole else 0.0


def _one_picture(services: Services, path: Path) -> float:
    began = time.perf_counter()
    embed_product(
        decode_picture(path.read_bytes()), services.models.segmenter, services.models.embedder
    )
    return time.perf_counter() - began


def _share(values: Iterator[bool]) -> float:
    every = list(values)
    return sum(every) / len(every) if every else 0.0


@contextmanager
def _apart(data: Path) -> Iterator[tuple[str, tuple[str, ...]]]:
    """Run the catalogue in a process of its own, as real ones do."""
    context = multiprocessing.get_context("spawn")
    here, there = context.Pipe()
    process = context.Process(target=_serve, args=(there, data), daemon=True)
    process.start()
    try:
        yield here.recv()
        here.send(None)
        process.join()
    finally:
        process.kill()


def _serve(pipe: "Connection[Any, Any]", data: Path) -> None:
    with recorded_catalogue(data, CATALOGUE_SECONDS) as catalogue:
        pipe.send((catalogue.server.url, catalogue.allow))
        pipe.recv()


if __name__ == "__main__":
    main()
