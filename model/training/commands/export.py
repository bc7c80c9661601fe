"""The command that writes the graph that is served, and the one that replaces what ships."""

from pathlib import Path

import click

from model.categories import CATEGORIES
from model.training.checkpoints.runs import last_checkpoint
from model.training.commands.options import CONFIG, OUTPUT, OVERRIDES
from model.training.detecting.pictures import read_scaled
from model.training.exporting import export as exporting
from model.training.exporting import weights
from model.training.network.config import load_config

NAMES = [category.name for category in CATEGORIES]


@click.command("export")
@CONFIG
@OUTPUT
@click.option(
    "--weights",
    "folder",
    type=click.Path(file_okay=False, path_type=Path),
    help="Folder to write to.  [default: export/ in the run]",
)
@click.option("--photo", "photos", multiple=True, type=click.Path(exists=True, path_type=Path))
@click.option("--served-score", default=0.5, show_default=True)
@click.option(
    "--least",
    multiple=True,
    type=(click.Choice(NAMES), click.FloatRange(0, 1, min_open=True, max_open=True)),
    help="Move a category's scores, so that what scored this is just served. Repeatable.",
)
@click.option(
    "--without",
    multiple=True,
    type=click.Choice(NAMES),
    help="A category that is not to be found. Repeatable.",
)
@click.option(
    "--ship", is_flag=True, help="Then replace the weights in model/weights, after asking."
)
@click.option("--yes", is_flag=True, help="With --ship: do not ask.")
@OVERRIDES
def export_command(
    *,
    config: str | None,
    output: Path | None,
    folder: Path | None,
    photos: tuple[Path, ...],
    served_score: float,
    least: tuple[tuple[str, float], ...],
    without: tuple[str, ...],
    ship: bool,
    yes: bool,
    overrides: tuple[str, ...],
) -> None:
    """Write segmenter.onnx, once it agrees with eager on noise and on the photos.

    It goes into the run. `where-to-buy weights add RUN/export` puts it to use; --ship makes it
    what comes with the project.
    """
    if folder is not None:
        target = folder
    elif output is not None:
        target = output / "export"
    else:
        raise click.UsageError("Give --output (a training run), or --weights (a folder).")
    if target.resolve() == weights.WEIGHTS.resolve():
        raise click.UsageError(f"{target} holds the weights that ship: --ship replaces them.")
    if ship and output is None:
        raise click.UsageError("--ship needs --output: the run keeps a copy of what is replaced.")
    cfg = load_config(config, list(overrides), output)
    checkpoint = last_checkpoint(output) if output else None
    pictures = [
        read_scaled(photo, cfg.INPUT.MIN_SIZE_TEST, cfg.INPUT.MAX_SIZE_TEST)[0] for photo in photos
    ]
    path, agreed = exporting.export(
        cfg, checkpoint, target, pictures, served_score, least=dict(least), without=without
    )
    click.echo(f"{path}: {path.stat().st_size / 1e6:.1f} MB, {agreed} garments as in eager")
    if ship and output is not None:
        found = [exporting.garments_in(path, picture, served_score) for picture in pictures]
        _ship(target, output, _told(found, served_score), ask=not yes)


def _told(found: list[int], score: float) -> str:
    if not found:
        return "No --photo was given, so nobody has seen whether it finds anything."
    return f"It finds {sum(found)} garments from {score:g} on in {len(found)} photos."


def _ship(source: Path, run: Path, told: str, *, ask: bool) -> None:
    shipped = weights.WEIGHTS
    click.echo(told)
    if ask:
        click.confirm(f"Replace the segmenter in {shipped}? A copy is kept in {run}.", abort=True)
    copy = weights.keep_copy(shipped, run)
    weights.ship(source, shipped)
    click.echo(
        f"{shipped / 'segmenter.onnx'} is replaced; {copy} keeps the one before. "
        "Give the model card (model/weights/MODEL_CARD.md) its figures."
    )
