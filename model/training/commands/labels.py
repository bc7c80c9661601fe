"""Commands that make annotation files."""

from pathlib import Path

import click
from rich.progress import MofNCompleteColumn, Progress, TimeRemainingColumn

from model.training.checkpoints.runs import last_checkpoint
from model.training.commands.options import CONFIG, DATA, OUTPUT, OVERRIDES
from model.training.conversion import deepfashion2
from model.training.detecting.detectors import described, eager_detector, onnx_detector
from model.training.labelling.consensus import consensus, mirrored
from model.training.labelling.pseudo import DOUBTFUL, pseudo_labels, write_coco
from model.training.labelling.pseudo_wearables import worn_labels
from model.training.network.config import load_config

# The exit status of a conversion that is usable but incomplete.
_WITH_PROBLEMS = 3


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
@click.option("--wearables", is_flag=True, help="Label shoes, bags and so on, not garments.")
@click.option("--source", default="street", show_default=True, help="Folder with tags.json.")
@click.option("--to", type=click.Path(path_type=Path), required=True, help="COCO file to write.")
@OVERRIDES
def pseudo_label(
    *,
    data: tuple[Path, ...],
    config: str | None,
    output: Path | None,
    onnx: Path | None,
    sides: tuple[int, ...],
    wearables: bool,
    source: str,
    to: Path,
    overrides: tuple[str, ...],
) -> None:
    """Label photos that have tags only, by a trained model and the tags."""
    if sides and onnx is None:
        raise click.UsageError("--looks needs --onnx.")
    cfg = load_config(config, list(overrides), output)
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
    if wearables and not sides:
        detector = consensus([detector, mirrored(detector)])
    labels = worn_labels if wearables else pseudo_labels
    count = write_coco(labels(data[0] / source, detector), to)
    click.echo(f"{to}: {count} photos")


@click.command("convert-deepfashion2")
@click.argument("source", type=click.Path(exists=True, file_okay=False, path_type=Path))
@click.argument("target", type=click.Path(dir_okay=False, path_type=Path))
@click.option("--check", is_flag=True, help="Decode every picture: hours, and nothing slips by.")
@click.pass_context
def convert_deepfashion2(
    context: click.Context, *, source: Path, target: Path, check: bool
) -> None:
    """Convert a split of DeepFashion2 (SOURCE holds image and annos) to COCO.

    Start it again to go on after an interruption. With TARGET
    DATA/deepfashion2/train.json the data set is called deepfashion2_train. It exits with 3 if
    the file is written but something was wrong, which NAME.problems.jsonl beside it lists.
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

        count = deepfashion2.convert(source, target, report, step, decode=check)
    click.echo(f"{target}: {count} photos, {broken} problems")
    if broken:
        click.echo(f"{deepfashion2.problems_file(target)} lists them.")
        context.exit(_WITH_PROBLEMS)
