"""How good the order of offers is, on photos with known answers.

The catalogue is a sample shop (`luma`, one photo a product) mixed with 1,500 photos of single
garments lying or hanging (`single`) as distractors. Queries are the shop's other photos of its
products, cut out by the segmenter as they are when a person asks. For each: precision at 10
for kind and for colour (of the shop's products among them), and nDCG at 10, where the same
product gains 3, the same style in another colour 2, the same kind and colour 1.

How much colour counts was chosen on one half of the queries, by their style; the other half is
reported as "held out". "In other light" are the same queries, brighter, darker, warmer, paler.
"As offers" is the same catalogue with the shop's photos viewed as those of offers from
outside: smaller, and side by side.
"""

import hashlib
import json
import tempfile
from collections.abc import Callable
from dataclasses import asdict, dataclass
from itertools import islice
from pathlib import Path
from typing import Any

import numpy as np
from rich.console import Console
from rich.progress import track
from rich.table import Table

from benchmarks.offer_goods import (
    SIDE,
    Entry,
    Goods,
    entry_of,
    in_other_light,
    query_of,
    seen_as_offers,
)
from model.likeness import pack_colours, similarity
from model.picture import decode_picture
from server.config import Settings
from server.goods.colour_names import main_colour_names
from server.goods.money import Money
from server.offers.offer import ComparedOffer, Offer, PictureMatch
from server.offers.order.ranking import SIMILAR, VERY_SIMILAR, Ranking
from server.services import Services, build_services

DISTRACTORS = 1500
AT = 10
FIRST = ("colour", "product", "style")


@dataclass(frozen=True)
class Quality:
    """Means over the queries."""

    order: str
    asked: str
    queries: int
    kind_at_10: float
    colour_at_10: float
    ndcg_at_10: float
    colour_first: float
    product_first: float
    style_first: float
    style_in_5: float


def run(console: Console, data: Path) -> list[dict[str, Any]]:
    """Measure, print a table and return its rows."""
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
        entry_of(services, luma / "images" / product["images"][0], product)
        for product in track(products, "The shop", console=console, transient=True)
    ]
    singles = json.loads((data / "single" / "index.json").read_text(encoding="utf-8"))
    for single in track(
        list(islice(singles, DISTRACTORS)), "Distractors", console=console, transient=True
    ):
        path = next((data / "single" / "images").glob(f"{single['image']}.*"), None)
        if path is not None:
            entries.append(entry_of(services, path, None, single["label"]))
    goods = Goods.of(entries)
    as_offers = Goods.of(
        [*seen_as_offers(services, luma / "images", products), *entries[len(products) :]]
    )
    views = [(p, luma / "images" / view) for p in products for view in p["images"][1:]]
    random = np.random.default_rng(1)
    plain, relit = [], []
    for product, path in track(views, "Queries", console=console, transient=True):
        picture = decode_picture(path.read_bytes(), max_side=SIDE)
        if query := query_of(services, picture, product):
            plain.append(query)
        if query := query_of(services, in_other_light(picture, random), product):
            relit.append(query)
    console.print(
        f"{len(products)} products, {len(entries) - len(products)} distractors, {len(views)} "
        f"photos to ask with; the garment was found in {len(plain)}, in other light in "
        f"{len(relit)}."
    )
    _print_words(console, goods, plain)
    rows = [
        _quality(name, asked, queries, catalogue, order)
        for asked, queries, catalogue in (
            ("all", plain, goods),
            ("held out", [q for q in plain if _is_held_out(q)], goods),
            ("in other light", relit, goods),
            ("as offers", plain, as_offers),
        )
        for name, order in (
            ("shape alone", _by_shape),
            ("similarity", _by_similarity),
            ("full ranking", _by_ranking),
        )
    ]
    _print(console, rows)
    return [asdict(row) for row in rows]


def _is_held_out(query: Entry) -> bool:
    return hashlib.sha256(str(_group(query)).encode()).digest()[0] % 2 == 1


def _by_shape(query: Entry, goods: Goods) -> list[int]:
    cosines, _ = goods.likeness(query)
    return goods.of_kind(query, cosines)[:AT]


def _by_similarity(query: Entry, goods: Goods) -> list[int]:
    return goods.of_kind(query, similarity(*goods.likeness(query)))[:AT]


def _by_ranking(query: Entry, goods: Goods) -> list[int]:
    ranking = Ranking(colours=query.colours)
    return [int(each.offer.id) for each in ranking.ranked(_offers(query, goods, AT * 5))][:AT]


def _offers(query: Entry, goods: Goods, count: int) -> list[ComparedOffer]:
    cosines, alike = goods.likeness(query)
    offers = []
    for i in goods.of_kind(query, similarity(cosines, alike))[:count]:
        entry = goods.entries[i]
        price = Money(str(entry.product["price"]), "USD") if entry.product else None
        offer = Offer(
            id=str(i),
            provider="catalog",
            title="x",
            link="https://shop.example/",
            price=price,
            availability="in_stock" if entry.product else None,
            colours=main_colour_names(entry.colours),
        )
        vector, colours = entry.vector.astype(np.float16), pack_colours(entry.colours)
        match = PictureMatch(float(cosines[i]), float(alike[i]), vector, colours)
        offers.append(ComparedOffer(offer, match))
    return offers


def _quality(
    name: str,
    asked: str,
    queries: list[Entry],
    goods: Goods,
    order: Callable[[Entry, Goods], list[int]],
) -> Quality:
    rows: list[tuple[float, ...]] = []
    for query in queries:
        found = [goods.entries[i] for i in order(query, goods)]
        ideal = sorted((_gain(query, entry) for entry in goods.entries), reverse=True)[:AT]
        known = [entry.product for entry in found if entry.product]
        wanted = query.product
        assert wanted is not None
        first = found[0].product or {}
        styles = [_group(entry) for entry in found]
        rows.append(
            (
                float(np.mean([entry.kind == query.kind for entry in found])),
                float(np.mean([p["color"] == wanted["color"] for p in known] or [0])),
                _dcg([_gain(query, entry) for entry in found]) / max(_dcg(ideal), 1e-9),
                first.get("color") == wanted["color"],
                first.get("id") == wanted["id"],
                styles[0] == wanted["group"],
                wanted["group"] in styles[:5],
            )
        )
    return Quality(name, asked, len(queries), *(float(mean) for mean in np.mean(rows, axis=0)))


def _print_words(console: Console, goods: Goods, queries: list[Entry]) -> None:
    """Print how often the words that people see are true."""
    others, same_colour = [], []
    for query in queries:
        similar = similarity(*goods.likeness(query))
        others += [
            similar[i]
            for i, entry in enumerate(goods.entries)
            if entry.product and entry.kind == query.kind and _group(entry) != _group(query)
        ]
        for ranked in Ranking(colours=query.colours).ranked(_offers(query, goods, 10**6)):
            product = goods.entries[int(ranked.offer.id)].product
            if product and query.product and "same colour" in ranked.why:
                same_colour.append(product["color"] == query.product["color"])
    console.print(
        f"Of another style and the same kind, {np.mean(np.array(others) >= SIMILAR):.1%} are "
        f"called similar, {np.mean(np.array(others) >= VERY_SIMILAR):.1%} very similar. "
        f"Of {len(same_colour)} offers that count as of the same colour by their pictures alone, "
        f"{np.mean(same_colour):.1%} have the same name of a colour in the shop."
    )


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


def _group(entry: Entry) -> object:
    return entry.product["group"] if entry.product else None


def _print(console: Console, rows: list[Quality]) -> None:
    table = Table(title="The order of offers")
    for heading in ("asked", "order", "kind", "colour", "nDCG", *FIRST, "style"):
        table.add_column(heading, justify="left" if heading in {"asked", "order"} else "right")
    table.add_row("", "", *["at 10"] * 3, *["first"] * len(FIRST), "in 5")
    for row in rows:
        figures = (
            row.kind_at_10,
            row.colour_at_10,
            row.ndcg_at_10,
            row.colour_first,
            row.product_first,
            row.style_first,
            row.style_in_5,
        )
        asked = f"{row.asked} ({row.queries})"
        table.add_row(asked, row.order, *(f"{figure:.3f}" for figure in figures))
    console.print(table)
