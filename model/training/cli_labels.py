"""Commands that make annotation files."""

from pathlib import Path

import click
from rich.progress import MofNCompleteColumn, Progress, TimeRemainingColumn

from model.training import deepfashion2
from model.training.config import load_config
from model.training.consensus import consensus, mirrored
from model.training.detectors import described, eager_detector, onnx_detector
from model.training.export import last_checkpoint
from model.training.options import CONFIG, DATA, OUTPUT, OVERRIDES
from model.training.pseudo import DOUBTFUL, pseudo_labels, write_coco


@click.command("pseudo-label")
@DATA
@CONFIG
@OUTPUT
@click.option(
    "--onnx",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="An exported graph, many times faster than a training run.",
)
@click.option(
    "--looks",
    "sides",
    multiple=True,
    type=int,
    help="With --onnx: also look at this short side, and at each size in the mirror; again for "
    "more. Masks on which the looks disagree are marked as rough.",
)
@click.option("--source", default="street", show_default=True, help="Folder with tags.json.")
@click.option("--to", type=click.Path(path_type=Path), required=True, help="COCO file to write.")
@OVERRIDES
def pseudo_label(
    *,
    data: tuple[Path, ...],
    config: str,
    output: Path | None,
    onnx: Path | None,
    sides: tuple[int, ...],
    source: str,
    to: Path,
    overrides: tuple[str, ...],
) -> None:
    """Label photos that have tags only, by a trained model and the tags."""
    if sides and onnx is None:
        raise click.UsageError("--looks needs --onnx.")
    cfg = load_config(config, list(overrides))
    if onnx is not None:
        entry = described(onnx, cfg)
        plain = [
            onnx_detector(
                onnx,
                entry.model_copy(update={"short_side": side}),
                threads=2,
                least_score=DOUBTFUL,
            )
            for side in (entry.short_side, *sides)
        ]
        several = [look for one in plain for look in (one, mirrored(one))]
        detector = consensus(several) if sides else plain[0]
    elif output is not None:
        detector = eager_detector(cfg, last_checkpoint(output))
    else:
        raise click.UsageError("Give --onnx (a graph) or --output (a training run).")
    count = write_coco(pseudo_labels(data[0] / source, detector), to)
    click.echo(f"{to}: {count} photos")


@click.command("convert-deepfashion2")
@click.argument("source", type=click.Path(exists=True, file_okay=False, path_type=Path))
@click.argument("target", type=click.Path(dir_okay=False, path_type=Path))
def convert_deepfashion2(*, source: Path, target: Path) -> None:
    """Convert a split of DeepFashion2 (SOURCE holds image and annos) to COCO.

    Start it again to go on after an interruption. With TARGET
    DATA/deepfashion2/train.json the data set is called deepfashion2_train.
    """
    broken = 0
    with Progress(
        *Progress.get_default_columns(), MofNCompleteColumn(), TimeRemainingColumn()
    ) as progress:
        task = progress.add_task("Photos", total=None)

        def report(name: str, what: str) -> None:
            nonlocal broken
            broken += 1
            progress.console.print(f"{name} {what}", markup=False, highlight=False)

        def step(done: int, total: int) -> None:
            progress.update(task, completed=done, total=total)

        count = deepfashion2.convert(source, target, report, step)
    click.echo(f"{target}: {count} photos, {broken} problems")
