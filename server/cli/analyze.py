"""`where-to-buy analyze`: its options. What it does is imported when it does it."""

from pathlib import Path

import click


@click.command()
@click.argument("photos", metavar="PHOTO_OR_URL...", nargs=-1, required=True)
@click.option(
    "--out",
    required=True,
    type=click.Path(file_okay=False, path_type=Path),
    help="Folder for the results; made where it is missing.",
)
@click.option(
    "--min-score",
    type=click.FloatRange(0.05, 0.99),
    help="Leave out garments that the model is less sure of.  [default: as the server does]",
)
def analyze(photos: tuple[str, ...], out: Path, min_score: float | None) -> None:
    """Find the garments in photos: files, folders of photos, or addresses.

    For each photo, a folder named after it gets look.json, overlay.png and every garment
    cut out. A photo that cannot be read costs one line; the exit status is then 1.
    """
    from server.cli.analysis import run  # noqa: PLC0415 - slow; --help needs none of it

    run(photos, out, min_score)
