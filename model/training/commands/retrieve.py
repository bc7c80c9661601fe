"""The command that measures retrieval."""

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import click

from model.embedder import Embedder
from model.errors import WhereToBuyError
from model.training.commands.options import DATA
from model.training.data.dataset_names import load_dataset
from model.training.data.datasets import Record
from model.training.detecting.detectors import described, onnx_detector
from model.training.exporting.weights import WEIGHTS
from model.training.measuring.garment_crops import (
    CROPS,
    GarmentVectors,
    annotated_items,
    annotated_vectors,
    detected_vectors,
)
from model.training.measuring.intervals import DRAWS
from model.training.measuring.retrieval import Retrieval, Side, retrieve
from model.training.measuring.tables import retrieval_subsets_table, retrieval_table
from model.training.network.config import load_config

_BOXES = ("annotated", "detected")


class NoPairsError(WhereToBuyError):
    """A data set has no pairs of users' and shops' photos."""

    code = "no-pairs"


@click.command("retrieve")
@DATA
@click.option("--dataset", default="deepfashion2_validation", show_default=True)
@click.option(
    "--boxes",
    type=click.Choice([*_BOXES, "both"]),
    default="both",
    show_default=True,
    help="Search with the annotated garments, or with those that the segmenter finds.",
)
@click.option(
    "--onnx",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    default=WEIGHTS / "segmenter.onnx",
    help="The segmenter for detected boxes.  [default: the one that ships]",
)
@click.option(
    "--embedder",
    "embedder_folder",
    type=click.Path(exists=True, file_okay=False, path_type=Path),
    help="Folder of weights with the embedder.  [default: the one that ships]",
)
@click.option(
    "--crops",
    type=click.Choice(CROPS),
    default=CROPS[0],
    show_default=True,
    help="Garments cut out on white, as the server does it, or all that is in the box.",
)
@click.option("--served-score", type=float, help="From which score finds count.")
@click.option("--threads", type=click.IntRange(1), default=1, show_default=True)
@click.option("--bootstrap", "draws", type=click.IntRange(0), default=DRAWS, show_default=True)
@click.option("--json", "json_file", type=click.Path(path_type=Path), help="Write all figures.")
@click.option(
    "--results",
    "results_file",
    type=click.Path(path_type=Path),
    help="Write the 20 best answers to each query, in DeepFashion2's format.",
)
@click.option("--limit", type=int, help="Only so many pairs.")
def retrieve_command(
    *,
    data: tuple[Path, ...],
    dataset: str,
    boxes: str,
    onnx: Path,
    embedder_folder: Path | None,
    crops: str,
    served_score: float | None,
    threads: int,
    draws: int,
    json_file: Path | None,
    results_file: Path | None,
    limit: int | None,
) -> None:
    """Measure consumer-to-shop retrieval as DeepFashion2 does."""
    if results_file and boxes == "both":
        raise click.UsageError("--results takes --boxes annotated or --boxes detected.")
    user, shop = _sides(load_dataset(dataset, data), dataset, limit)
    embedder = Embedder(embedder_folder, threads=threads)
    retrievals: dict[str, Retrieval] = {}
    for name in _BOXES if boxes == "both" else (boxes,):
        sides = []
        for records in (user, shop):
            vectors = GarmentVectors(embedder, crops)
            if name == "annotated":
                annotated_vectors(records, vectors)
            else:
                entry = described(onnx, load_config())
                score = entry.score_threshold if served_score is None else served_score
                detector = onnx_detector(onnx, entry, threads=threads, least_score=score)
                detected_vectors(records, vectors, detector, score)
            annotated = [item for record in records for item in annotated_items(record)]
            sides.append(Side(annotated, vectors.items, vectors.vectors))
        retrievals[name] = retrieve(*sides)
    summaries = {name: retrieval.summary(draws) for name, retrieval in retrievals.items()}
    click.echo(retrieval_table(summaries))
    click.echo()
    click.echo(retrieval_subsets_table(summaries))
    if json_file:
        content = {name: {"crops": crops, **summary} for name, summary in summaries.items()}
        json_file.write_text(json.dumps(content, indent=2) + "\n")
    if results_file:
        results_file.write_text(json.dumps(retrievals[boxes].results) + "\n")


def _sides(
    records: Sequence[Record], dataset: str, limit: int | None
) -> tuple[list[Record], list[Record]]:
    """Return users' and shops' photos, of the first `limit` pairs if it is given."""
    pairs = sorted({r["pair_id"] for r in records if r.get("pair_id") is not None})[:limit]
    chosen: set[Any] = set(pairs)
    user, shop = (
        [r for r in records if r.get("source") == source and r.get("pair_id") in chosen]
        for source in ("user", "shop")
    )
    if not user or not shop:
        raise NoPairsError(
            f"{dataset} has {len(user)} users' and {len(shop)} shops' photos with a pair_id.",
            hint="Convert DeepFashion2's validation split with `convert-deepfashion2`, and name "
            "it with --dataset.",
        )
    return user, shop
