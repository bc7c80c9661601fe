"""How good the order of offers is, on photos with known answers.

The catalogue is a sample shop (`luma`, one photo a product) mixed with 1,500 photos of single
garments lying or hanging (`single`) as distractors. Queries are the shop's other photos of its
products, cut out by the segmenter as they are when a person asks. For each: precision at 10
for kind and for colour (of the shop's products among them), and nDCG at 10, where the same
product gains 3, the same style in another colour 2, the same kind and colour 1.
"""

import json
import tempfile
from collections.abc import Callable
from dataclasses import asdict, dataclass, replace
from itertools import islice
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from rich.console import Console
from rich.progress import track
from rich.table import Table

from model.categories import Kind
from model.picture import decode_picture, scaled_down
from model.product_picture import embed_product
from model.segmenter import Segmenter
from server.config import Settings
from server.goods.kinds import kinds_of_product
from server.goods.money import Money
from server.offers.offer import Offer
from server.offers.ranking import ranked
from server.services import Services, build_services

DISTRACTORS = 1500
AT = 10
_SIDE = 1024


@dataclass(frozen=True, eq=False)
class Entry:
    """A product: who it is (None: a distractor), what it is, how it looks."""

    product: dict[str, Any] | None
    kind: Kind | None
    vector: NDArray[np.float32]


@dataclass(frozen=True)
class Quality:
    """Means over the queries."""

    order: str
    queries: int
    kind_at_10: float
    colour_at_10: float
    ndcg_at_10: float
    style_first: float
    style_in_5: float


def run(console: Console, data: Path) -> list[dict[str, Any]]:
    """Measure, print a table and give its rows."""
    with tempfile.TemporaryDirectory(prefix="wtb-quality-") as folder:
        services = build_services(Settings(state_dir=Path(folder), ucp_enabled=False))
        try:
            return _measure(console, services, data)
        finally:
            services.close()


def _measure(console: Console, services: Services, data: Path) -> list[dict[str, Any]]:
    luma = data / "luma"
    products = json.loads((luma / "products.json").read_text(encoding="utf-8"))
    entries = [
        _entry(services, luma / "images" / product["images"][0], product)
        for product in track(products, "The shop", console=console, transient=True)
    ]
    singles = json.loads((data / "single" / "index.json").read_text(encoding="utf-8"))
    for single in track(
        list(islice(singles, DISTRACTORS)), "Distractors", console=console, transient=True
    ):
        path = next((data / "single" / "images").glob(f"{single['image']}.*"), None)
        if path is not None:
            entries.append(_entry(services, path, None, single["label"]))
    queries, missed = [], 0
    views = [(p, view) for p in products for view in p["images"][1:]]
    for product, view in track(views, "Queries", console=console, transient=True):
        entry = _query(services.segmenter, services, luma / "images" / view, product)
        missed += entry is None
        queries += [entry] if entry else []
    console.print(
        f"{len(products)} products, {len(entries) - len(products)} distractors, "
        f"{len(queries)} queries; in {missed} photos the garment was not found. "
        f"Strangers of a kind have a median cosine of {_strangers(entries):.2f}, "
        f"two photos of one product of {_twins(entries, queries):.2f}."
    )
    rows = [
        _quality("similarity alone", queries, entries, _by_cosine),
        _quality("full ranking", queries, entries, _by_ranking),
    ]
    _print(console, rows)
    return [asdict(row) for row in rows]


def _entry(
    services: Services, path: Path, product: dict[str, Any] | None, label: str = ""
) -> Entry:
    """Look at a product's picture as an import does."""
    picture = scaled_down(decode_picture(path.read_bytes()), _SIDE)
    kinds = kinds_of_product(
        product["title"] if product else label, [product["category"] if product else None]
    )
    view = embed_product(picture, services.segmenter, services.embedder, kinds)
    kind = view.kind
    if kinds and kind not in kinds:
        kind = min(kinds, key=list(Kind).index)  # as the import decides
    return Entry(product, kind, view.vector)


def _query(
    segmenter: Segmenter, services: Services, path: Path, product: dict[str, Any]
) -> Entry | None:
    """Cut the garment for sale out of another photo; None where it is not found."""
    picture = scaled_down(decode_picture(path.read_bytes()), _SIDE)
    kinds = kinds_of_product(product["title"], [product["category"]]) or frozenset(Kind)
    if not any(garment.category.kind in kinds for garment in segmenter.segment(picture)):
        return None
    view = embed_product(picture, segmenter, services.embedder, kinds)
    return Entry(product, view.kind, view.vector)


def _by_cosine(query: Entry, entries: list[Entry], cosines: NDArray[np.float32]) -> list[int]:
    of_kind = [i for i, entry in enumerate(entries) if entry.kind == query.kind]
    return sorted(of_kind, key=lambda i: -cosines[i])[:AT]


def _by_ranking(query: Entry, entries: list[Entry], cosines: NDArray[np.float32]) -> list[int]:
    offers = []
    for i in _nearest(query, entries, cosines):
        price = Money(str(entries[i].product["price"]), "USD") if entries[i].product else None
        offer = Offer(id=str(i), provider="catalog", title="x", link="https://shop.example/")
        stock = "in_stock" if entries[i].product else None
        offers.append(replace(offer, cosine=float(cosines[i]), price=price, availability=stock))
    return [int(offer.id) for offer in ranked(offers)][:AT]


def _nearest(query: Entry, entries: list[Entry], cosines: NDArray[np.float32]) -> list[int]:
    of_kind = [i for i, entry in enumerate(entries) if entry.kind == query.kind]
    return sorted(of_kind, key=lambda i: -cosines[i])[: AT * 5]


def _quality(
    name: str,
    queries: list[Entry],
    entries: list[Entry],
    order: Callable[[Entry, list[Entry], NDArray[np.float32]], list[int]],
) -> Quality:
    matrix = np.stack([entry.vector for entry in entries])
    kinds, colours, gains, first, in_five = [], [], [], [], []
    for query in queries:
        found = [entries[i] for i in order(query, entries, matrix @ query.vector)]
        ideal = sorted((_gain(query, entry) for entry in entries), reverse=True)[:AT]
        known = [entry.product for entry in found if entry.product]
        assert query.product is not None
        kinds.append(np.mean([entry.kind == query.kind for entry in found]))
        colours.append(np.mean([p["color"] == query.product["color"] for p in known] or [0]))
        gains.append(_dcg([_gain(query, entry) for entry in found]) / max(_dcg(ideal), 1e-9))
        styles = [entry.product and entry.product["group"] for entry in found]
        first.append(styles[:1] == [query.product["group"]])
        in_five.append(query.product["group"] in styles[:5])
    means = [float(np.mean(values)) for values in (kinds, colours, gains, first, in_five)]
    return Quality(name, len(queries), *means)


def _gain(query: Entry, entry: Entry) -> int:
    if entry.product is None or query.product is None:
        return 0
    if entry.product["id"] == query.product["id"]:
        return 3
    if entry.product["group"] == query.product["group"]:
        return 2
    return int(entry.kind == query.kind and entry.product["color"] == query.product["color"])


def _dcg(gains: list[int]) -> float:
    return sum(float(gain) / float(np.log2(place + 2)) for place, gain in enumerate(gains))


def _strangers(entries: list[Entry]) -> float:
    shop = [entry for entry in entries if entry.product]
    return float(
        np.median(
            [
                one.vector @ other.vector
                for place, one in enumerate(shop)
                for other in shop[place + 1 :]
                if one.kind == other.kind and _group(one) != _group(other)
            ]
        )
    )


def _twins(entries: list[Entry], queries: list[Entry]) -> float:
    by_id = {entry.product["id"]: entry for entry in entries if entry.product}
    return float(
        np.median([by_id[q.product["id"]].vector @ q.vector for q in queries if q.product])
    )


def _group(entry: Entry) -> object:
    return entry.product["group"] if entry.product else None


def _print(console: Console, rows: list[Quality]) -> None:
    table = Table(title="The order of offers")
    headings = ("order", "kind at 10", "colour at 10", "nDCG at 10", "style first", "style in 5")
    for heading in headings:
        table.add_column(heading, justify="left" if heading == "order" else "right")
    for row in rows:
        figures = (
            row.kind_at_10,
            row.colour_at_10,
            row.ndcg_at_10,
            row.style_first,
            row.style_in_5,
        )
        table.add_row(row.order, *(f"{figure:.3f}" for figure in figures))
    console.print(table)
