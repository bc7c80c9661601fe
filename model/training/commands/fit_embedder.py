"""The command that fits the embedder's last layer on what the frozen network sees."""

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import click
import numpy as np
import torch

from model.segmenter import Segmenter
from model.training.commands.options import DATA
from model.training.commands.train_embedder import export_set
from model.training.data.dataset_names import load_dataset
from model.training.detecting.detectors import Array
from model.training.embedding.descriptions import Descriptions, describe
from model.training.embedding.embedder import FEATURES, Embedder
from model.training.embedding.garment_head import Head, Plan, fit, lifted_by
from model.training.embedding.lessons import (
    Lesson,
    found_again,
    is_put_aside,
    lessons_of,
    other_photos,
)

_PRODUCTS = ("luma_train", "madison_train", "single_index")
_WORN = ("street_train", "attributes_train")


@click.command("fit-embedder")
@DATA
@click.option(
    "--products", multiple=True, default=_PRODUCTS, show_default=True,
    help="Photos of products, half of whose styles are put aside. Repeatable.",
)  # fmt: skip
@click.option(
    "--worn", multiple=True, default=_WORN, show_default=True,
    help="Photos of which every garment is learnt from. Repeatable.",
)  # fmt: skip
@click.option("--output", type=click.Path(file_okay=False, path_type=Path), required=True)
@click.option(
    "--views", type=click.IntRange(1), default=2, show_default=True,
    help="Changed views of each garment.",
)  # fmt: skip
@click.option(
    "--dimensions", type=click.IntRange(8, 256), default=256, show_default=True,
    help="Length of a vector.",
)  # fmt: skip
@click.option(
    "--steps", type=click.IntRange(0), default=Plan.steps, show_default=True,
    help="Of contrast after the discriminants.",
)  # fmt: skip
@click.option("--limit", type=int, help="Only so many photos of each data set.")
def fit_embedder(
    *,
    data: tuple[Path, ...],
    products: tuple[str, ...],
    worn: tuple[str, ...],
    output: Path,
    views: int,
    dimensions: int,
    steps: int,
    limit: int | None,
) -> None:
    """Fit the embedder's layer on many views of each garment, and export it.

    What the frozen network sees is kept in the output's folder `seen`, part by part: a run that
    was stopped goes on there, and another one with the same views is done in minutes.
    """
    segmenter = Segmenter(threads=1)
    lessons: list[Lesson] = []
    aside: list[bool] = []
    for name in (*products, *worn):
        known = list(lessons_of(load_dataset(name, data)[:limit]))
        if name in products and name != "single_index":
            click.echo(f"Looking for the garments of {name} ...", err=True)
            known += [*found_again(known, segmenter), *other_photos(known, segmenter)]
        lessons += known
        aside += [name in products and is_put_aside(x.style.partition("/")[2]) for x in known]
    frozen = Embedder().eval()

    def look(pictures: Array) -> Array:
        with torch.no_grad():
            return np.asarray(frozen.described(torch.from_numpy(pictures)).numpy())

    seen = describe(lessons, look, views, output / "seen")
    put_aside = np.array(aside)[seen.lessons]
    garments = np.array([lesson.sighting.garment for lesson in lessons])[seen.lessons]
    styles = np.array([lesson.style for lesson in lessons])[seen.lessons]
    learnt = ~put_aside
    plan = replace(Plan(), dimensions=dimensions - 1, steps=steps)
    head = fit(seen.described[learnt], garments[learnt], styles[learnt], plan)
    few = np.flatnonzero(learnt & (seen.views == 0))[:1000]
    offset = lifted_by(head(seen.described[few]), styles[few], _kinds(lessons, seen)[few])
    folder = export_set(embedder_of(head, offset), output / "weights")
    click.echo(
        f"{folder / 'embedder.onnx'}: learnt from {int(learnt.sum())} views of "
        f"{len(set(garments[learnt]))} garments, cosines lifted by {offset:.2f}"
    )
    click.echo(report(lessons, seen, put_aside, head))


def embedder_of(head: Head, offset: float) -> Embedder:
    """Return the network with a fitted layer."""
    model = Embedder(head.weight.shape[1] + 1)
    projection: Any = model.projection
    with torch.no_grad():
        model.centre.copy_(torch.from_numpy(head.centre))
        model.scale.copy_(torch.from_numpy(head.scale))
        model.offset.fill_(offset)
        projection.weight.copy_(torch.from_numpy(head.weight.T.copy()))
        projection.bias.zero_()
    return model.eval()


def report(lessons: Sequence[Lesson], seen: Descriptions, aside: Array, head: Head) -> str:
    """Return how often what is put aside is found again, by the features and by the layer.

    A product's photos are searched for among all other photos; the changed views of a garment among
    the garments as they are.
    """
    garments = np.array([lesson.sighting.garment for lesson in lessons])[seen.lessons]
    photos = np.array([lesson.sighting.file_name for lesson in lessons])[seen.lessons]
    as_it_is = seen.views == 0
    raw = seen.described[:, :FEATURES].astype(np.float32)
    raw /= np.maximum(np.linalg.norm(raw, axis=1, keepdims=True), 1e-9)
    lines = [
        "| put aside | asked | features: R@1 | R@10 | this layer: R@1 | R@10 |",
        "| --- " * 6 + "|",
    ]
    for name, asked, elsewhere in (
        ("other photos", aside & as_it_is, True),
        ("changed views", aside & ~as_it_is, False),
    ):
        cells: list[str] = []
        count = 0
        for vectors in (raw, head(seen.described)):
            places = found_at(vectors, garments, photos if elsewhere else None, asked, as_it_is)
            count = len(places)
            cells += [f"{(places < k).mean() if count else 0:.3f}" for k in (1, 10)]
        lines.append(f"| {name} | {count} | " + " | ".join(cells) + " |")
    return "\n".join(lines)


def found_at(
    vectors: Array, garments: Array, photos: Array | None, asked: Array, among: Array
) -> Array:
    """Return how many others are more alike than the garment itself, for each that is asked for.

    Args:
        vectors: Unit vectors, [N, D].
        garments: What each shows, [N].
        photos: Not compared where they are equal, [N]; None to compare all.
        asked: bool [N].
        among: bool [N].
    """
    rows, columns = np.flatnonzero(asked), np.flatnonzero(among)
    alike = vectors[rows] @ vectors[columns].T
    right = garments[rows][:, None] == garments[columns]
    if photos is not None:
        here = photos[rows][:, None] == photos[columns]
        alike[here], right = -2.0, right & ~here
    can = right.any(axis=1)
    best = np.where(right, alike, -2.0).max(axis=1, initial=-2.0)
    return np.asarray(((alike > best[:, None]) & ~right).sum(axis=1)[can])


def _kinds(lessons: Sequence[Lesson], seen: Descriptions) -> Array:
    return np.array([lesson.sighting.category for lesson in lessons])[seen.lessons]
