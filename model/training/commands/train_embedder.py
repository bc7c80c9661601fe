"""The command that trains the embedder."""

import shutil
from dataclasses import replace
from pathlib import Path

import click
import torch
from detectron2.data import DatasetCatalog

from model.errors import WhereToBuyError
from model.training.checkpoints.runs import RunError
from model.training.commands.options import DATA
from model.training.data.dataset_names import need_datasets
from model.training.data.datasets import annotation_file, register
from model.training.embedding.embedder import Embedder, export_embedder
from model.training.embedding.embedder_training import (
    CHECKPOINT,
    Plan,
    found_again,
    lift,
    train_embedder,
    vectors_of,
)
from model.training.embedding.sightings import (
    GROUPS,
    Sighting,
    grouped_sightings,
    parted,
    sightings_of,
    together,
)
from model.training.exporting.weights import WEIGHTS, put_in_place
from model.weights_description import load_description

# Garments put aside that are looked at in the end; more take long and say the same.
_MOST_CHECKED = 1000


class NothingToLearnError(WhereToBuyError):
    """No garment was seen twice."""

    code = "nothing-to-learn"


@click.command("train-embedder")
@DATA
@click.option(
    "--dataset",
    "datasets",
    multiple=True,
    default=("deepfashion2_train",),
    show_default=True,
    help="Garments by pair_id and style, or by a shop's groups.json or photo names. Repeatable.",
)
@click.option("--output", type=click.Path(file_okay=False, path_type=Path), required=True)
@click.option("--resume", is_flag=True, help="Go on from the checkpoint in the output.")
@click.option("--dimensions", type=click.IntRange(8, 256), default=256, show_default=True)
@click.option("--steps", type=click.IntRange(1), default=Plan.steps, show_default=True)
@click.option(
    "--garments", type=click.IntRange(2), default=Plan.garments, show_default=True,
    help="Garments in a step, each from two photos.",
)  # fmt: skip
@click.option("--rate", type=float, default=Plan.rate, show_default=True, help="Learning rate.")
@click.option("--seed", default=Plan.seed, show_default=True)
@click.option("--workers", default=0, show_default=True, help="Processes that read photos.")
@click.option("--device", help="cpu or cuda.  [default: cuda if there is one]")
@click.option("--all", "learn_all", is_flag=True, help="Put nothing aside to check the result.")
def train_embedder_command(
    *,
    data: tuple[Path, ...],
    datasets: tuple[str, ...],
    output: Path,
    resume: bool,
    learn_all: bool,
    device: str | None,
    **options: float,
) -> None:
    """Train the embedder on garments that were seen more than once, and export it."""
    plan = replace(
        Plan(**options),  # type: ignore[arg-type]
        device=device or ("cuda" if torch.cuda.is_available() else "cpu"),
    )
    resume = resume and (output / CHECKPOINT).exists()
    if not resume and (output / CHECKPOINT).exists():
        raise RunError(
            f"{output} holds a training run already.",
            hint="Add --resume to go on with it, or name another folder.",
        )
    groups = _groups(data, datasets)
    learnt, aside = (groups, {}) if learn_all else parted(groups)
    if len(learnt) < 2:
        raise NothingToLearnError(
            f"{len(learnt)} garments of {', '.join(datasets)} were seen on two photos or more.",
            hint="A data set needs pair_id and style (DeepFashion2), a groups.json, or photos "
            "named STYLE-colour_view.jpg.",
        )
    click.echo(f"{len(learnt)} garments to learn from, {len(aside)} put aside.")
    output.mkdir(parents=True, exist_ok=True)
    model = train_embedder(learnt, plan, output, resume=resume)
    offset = lift(model, learnt)
    folder = export_set(model, output / "weights")
    size = (folder / "embedder.onnx").stat().st_size / 1e6
    click.echo(f"{folder / 'embedder.onnx'}: {size:.1f} MB, cosines lifted by {offset:.2f}")
    if aside:
        click.echo(_check(model, dict(sorted(aside.items())[:_MOST_CHECKED])))
    click.echo(f"Next: where-to-buy weights add NAME {folder}")


def export_set(model: Embedder, folder: Path) -> Path:
    """Write a complete set of weights: this embedder beside the segmenter that ships."""
    folder.mkdir(parents=True, exist_ok=True)
    segmenter = load_description().segmenter
    copy = folder / ".segmenter.onnx.new"
    shutil.copyfile(WEIGHTS / segmenter.file, copy)
    entry = segmenter.model_dump(mode="json", by_alias=True, exclude={"file", "sha256"})
    put_in_place(copy, "segmenter.onnx", entry, folder)
    export_embedder(folder, model)
    return folder


def _groups(data: tuple[Path, ...], datasets: tuple[str, ...]) -> dict[str, list[Sighting]]:
    known = {name: folder for folder in data for name in register(folder)}
    need_datasets(datasets, known, data)
    sightings: list[Sighting] = []
    for name in datasets:
        source = annotation_file(known[name], name).parent
        if (source / GROUPS).exists():
            sightings += grouped_sightings(source)
        else:
            sightings += sightings_of(DatasetCatalog.get(name))
    return together(sightings)


def _check(model: Embedder, groups: dict[str, list[Sighting]]) -> str:
    """Return how often garments put aside are found again, beside the features before a layer."""
    sightings = [sighting for garment in sorted(groups) for sighting in groups[garment]]
    lines = ["| put aside | garments | photos | found first | in the first 5 |", "| --- " * 5 + "|"]
    floor = Embedder().to(model.offset.device)
    for name, network in (("ImageNet's features", floor), ("this embedder", model)):
        vectors = vectors_of(network, sightings)
        first, five = (found_again(vectors, groups, k) for k in (1, 5))
        lines.append(f"| {name} | {len(groups)} | {len(sightings)} | {first:.3f} | {five:.3f} |")
    return "\n".join(lines)
