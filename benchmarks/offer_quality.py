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
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import asdict, dataclass
from itertools import islice
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from rich.console import Console
from rich.progress import track
from rich.table import Table

from model.categories import Kind
from model.colours import Colour
from model.garment import Garment
from model.likeness import ColourSets, pack_colours, similarity
from model.photometry import disturb
from model.picture import decode_picture, scaled_down
from model.product_picture import ProductView, embed_product, embed_products
from model.side_by_side import MOST
from server.config import Settings
from server.goods.colour_names import main_colour_names
from server.goods.kinds import kinds_of_product
from server.goods.money import Money
from server.offers.offer import ComparedOffer, Offer, PictureMatch
from server.offers.order.ranking import SIMILAR, VERY_SIMILAR, Ranking
from server.offers.pictures.compare import DECODED_SIDE
from server.services import Services, build_services

DISTRACTORS = 1500
AT = 10
FIRST = ("colour", "product", "style")
_SIDE = 1024


@dataclass(frozen=True, eq=False)
class Entry:
    """A product (None for a distractor), its kind and how it looks."""

    product: dict[str, Any] | None
    kind: Kind | None
    vector: NDArray[np.float32]
    colours: tuple[Colour, ...]


@dataclass(frozen=True, eq=False)
class Goods:
    """The catalogue: entries, vectors ``[N, D]`` and colours."""

    entries: list[Entry]
    vectors: NDArray[np.float32]
    colours: ColourSets

    @classmethod
    def of(cls, entries: list[Entry]) -> "Goods":
        """Build the catalogue from entries."""
        vectors = np.stack([entry.vector for entry in entries])
        return cls(entries, vectors, ColourSets.of([pack_colours(e.colours) for e in entries]))

    def likeness(self, query: Entry) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
        """Return the cosine and the likeness of colour of each entry, ``[N]`` each."""
        return self.vectors @ query.vector, self.colours.likeness(query.colours)

    def of_kind(self, query: Entry, values: NDArray[np.float32]) -> list[int]:
        """Return the numbers of the entries of the query's kind, highest value first."""
        of_kind = [i for i, entry in enumerate(self.entries) if entry.kind == query.kind]
        return sorted(of_kind, key=lambda i: -values[i])


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
    goods = Goods.of(entries)
    as_offers = Goods.of(
        [*_as_offers(services, luma / "images", products), *entries[len(products) :]]
    )
    views = [(p, luma / "images" / view) for p in products for view in p["images"][1:]]
    random = np.random.default_rng(1)
    plain, relit = [], []
    for product, path in track(views, "Queries", console=console, transient=True):
        picture = decode_picture(path.read_bytes(), max_side=_SIDE)
        if query := _query(services, picture, product):
            plain.append(query)
        if query := _query(services, _in_other_light(picture, random), product):
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


def _in_other_light(picture: NDArray[np.uint8], random: np.random.Generator) -> NDArray[np.uint8]:
    bgr = disturb(np.ascontiguousarray(picture[:, :, ::-1]), random)
    return np.ascontiguousarray(bgr[:, :, ::-1])


def _is_held_out(query: Entry) -> bool:
    return hashlib.sha256(str(_group(query)).encode()).digest()[0] % 2 == 1


def _entry(
    services: Services, path: Path, product: dict[str, Any] | None, label: str = ""
) -> Entry:
    """Embed a product's picture as an import does."""
    picture = scaled_down(decode_picture(path.read_bytes()), _SIDE)
    kinds = kinds_of_product(
        product["title"] if product else label, [product["category"] if product else None]
    )
    view = embed_product(picture, services.segmenter, services.embedder, kinds)
    return Entry(product, _kind(view, kinds), view.vector, view.colours)


def _as_offers(services: Services, images: Path, products: list[dict[str, Any]]) -> Iterator[Entry]:
    """Embed the shop's pictures as a search embeds those of offers."""
    with ThreadPoolExecutor(1) as pool:
        for start in range(0, len(products), MOST):
            row = products[start : start + MOST]
            kinds = [kinds_of_product(product["title"], [product["category"]]) for product in row]
            pictures = [
                decode_picture((images / p["images"][0]).read_bytes(), max_side=DECODED_SIDE)
                for p in row
            ]
            views = embed_products(pictures, services.segmenter, services.embedder, kinds, pool)
            for product, view, wanted in zip(row, views, kinds, strict=True):
                yield Entry(product, _kind(view, wanted), view.vector, view.colours)


def _kind(view: ProductView, kinds: frozenset[Kind] | None) -> Kind | None:
    if kinds and view.kind not in kinds:
        return min(kinds, key=list(Kind).index)  # as the import decides
    return view.kind


@dataclass(frozen=True)
class _Found:
    """Garments that were found already."""

    garments: list[Garment]

    def segment(self, picture: NDArray[np.uint8], min_score: float | None = None) -> list[Garment]:
        del picture, min_score
        return self.garments


def _query(services: Services, picture: NDArray[np.uint8], product: dict[str, Any]) -> Entry | None:
    """Cut the garment for sale out of another photo; None if it is not found."""
    kinds = kinds_of_product(product["title"], [product["category"]]) or frozenset(Kind)
    found = _Found(services.segmenter.segment(picture))
    if not any(garment.category.kind in kinds for garment in found.garments):
        return None
    view = embed_product(picture, found, services.embedder, kinds)
    return Entry(product, view.kind, view.vector, view.colours)


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
    rows = []
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
                np.mean([entry.kind == query.kind for entry in found]),
                np.mean([p["color"] == wanted["color"] for p in known] or [0]),
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
