"""The command that says what a similarity means: what pairs that reach it have in common."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import click
import cv2
import numpy as np

from model.categories import CATEGORIES, Kind
from model.colours import Colour, main_colours
from model.crops import cut_out, on_white
from model.embedder import Embedder
from model.likeness import ColourSets, pack_colours, similarity
from model.training.commands.options import DATA
from model.training.data.datasets import load_coco
from model.training.detecting.detectors import Array
from model.training.embedding.lessons import is_put_aside
from model.training.embedding.sightings import Sighting, grouped_sightings, sightings_of
from model.training.measuring.evaluation import draw

# Least similarities of the rows, as the words of the interface have them, and finer below.
STEPS = (0.75, 0.5, 0.4, 0.3, 0.25, 0.2, 0.1, 0.0)
RELATIONS = ("same style", "same kind and colour", "same kind", "neither")


@dataclass
class Shown:
    """Garments as an offer's picture or a look shows them."""

    styles: list[str]
    photos: list[str]
    kinds: list[Kind]
    colours: list[tuple[Colour, ...]]
    vectors: Array  # [N, dimensions]

    def __len__(self) -> int:
        return len(self.styles)


def seen(sightings: Sequence[Sighting], embedder: Embedder) -> Shown:
    """Cut garments out of their photos, and read their colours and vectors."""
    crops = []
    for sighting in sightings:
        picture = cv2.imread(sighting.file_name, cv2.IMREAD_COLOR)
        if picture is None:
            raise ValueError(f"{sighting.file_name} is not a picture that can be read")
        rgb = np.ascontiguousarray(picture[:, :, ::-1]).astype(np.uint8)
        mask = draw(list(sighting.polygons), *rgb.shape[:2])
        crops.append(cut_out(rgb, mask, sighting.box))
    return Shown(
        [sighting.garment for sighting in sightings],
        [sighting.file_name for sighting in sightings],
        [CATEGORIES[sighting.category].kind for sighting in sightings],
        [tuple(main_colours(crop)) for crop in crops],
        embedder.embed([on_white(crop) for crop in crops]),
    )


def compared(queries: Shown, gallery: Shown) -> tuple[Array, Array]:
    """Compare each query with each garment of a gallery.

    Returns:
        Similarities, float [N, M], NaN for two garments on one photo, and the number of the
        relation in `RELATIONS`, int [N, M].
    """
    colours = ColourSets.of([pack_colours(each) for each in gallery.colours])
    styles, photos = np.array(gallery.styles), np.array(gallery.photos)
    kinds = np.array([str(kind) for kind in gallery.kinds])
    names = np.array([_colour(each) for each in gallery.colours])
    rows, relations = [], []
    for number in range(len(queries)):
        row = similarity(
            gallery.vectors @ queries.vectors[number], colours.likeness(queries.colours[number])
        ).astype(np.float64)
        row[photos == queries.photos[number]] = np.nan
        kind = kinds == str(queries.kinds[number])
        colour = kind & (names == _colour(queries.colours[number]))
        same = styles == queries.styles[number]
        rows.append(row)
        relations.append(np.select([same, colour, kind], [0, 1, 2], 3))
    return np.array(rows), np.array(relations)


def table(values: Array, relations: Array, most: int | None = None) -> str:
    """Return, for each step of similarity, what its pairs have in common.

    Args:
        values: As of `compared`.
        relations: As of `compared`.
        most: Only so many of each query, the most similar; None for all.
    """
    known = ~np.isnan(values)
    if most is not None:
        order = np.argsort(np.argsort(-np.where(known, values, -1.0), axis=1), axis=1)
        known &= order < most
    lines = [
        "| similarity | pairs | " + " | ".join(RELATIONS) + " |",
        "| --- | --- |" + " --- |" * len(RELATIONS),
    ]
    upper = np.inf
    for least in STEPS:
        chosen = known & (values >= least) & (values < upper)
        counts = np.bincount(relations[chosen], minlength=len(RELATIONS))
        shares = " | ".join(f"{count / max(counts.sum(), 1):.2f}" for count in counts)
        lines.append(f"| from {least:g} | {counts.sum()} | {shares} |")
        upper = least
    return "\n".join(lines)


def _colour(colours: Sequence[Colour]) -> str:
    return colours[0].name if colours else ""


@click.command("likeness")
@DATA
@click.option(
    "--views",
    default="madison",
    show_default=True,
    help="The source with several views of a style, each of which is searched with if put aside.",
)
@click.option(
    "--shop",
    default="luma",
    show_default=True,
    help="A source of product photos; with the views, they are what is searched.",
)
def likeness(*, data: tuple[Path, ...], views: str, shop: str) -> None:
    """Say what pairs of garments have in common at each step of similarity.

    Styles that the embedder learnt from are searched, but not searched with.
    """
    folder = next((root for root in data if (root / views).is_dir()), data[0])
    embedder = Embedder()
    views_of_styles = list(grouped_sightings(folder / views))
    # The others were learnt from, so the embedder knows them better than what it will meet.
    queries = [one for one in views_of_styles if is_put_aside(one.garment)]
    products = list(sightings_of(load_coco(folder / shop / "train.json")))
    gallery = seen([*views_of_styles, *products], embedder)
    values, relations = compared(seen(queries, embedder), gallery)
    click.echo(f"{len(queries)} garments, each with {len(gallery)}: the ten most similar of each")
    click.echo(table(values, relations, most=10))
    click.echo("All pairs")
    click.echo(table(values, relations))
