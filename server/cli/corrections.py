"""`where-to-buy corrections`: what people put right, as a dataset for training."""

import json
from pathlib import Path

import click

from model.errors import WhereToBuyError
from server.config import read_settings
from server.looks.coco import CocoDataset, corrected_pictures
from server.parts import Parts


class ExportError(WhereToBuyError):
    """The dataset cannot be written."""

    code = "export-failed"

    def __init__(self, path: Path, reason: str) -> None:
        super().__init__(
            f"{path} cannot be written: {reason}.", hint="Name a place that you may write to."
        )


@click.group()
def corrections() -> None:
    """Use what people put right in their pictures."""


@corrections.command("export")
@click.argument("file", type=click.Path(dir_okay=False, path_type=Path))
@click.option(
    "--pictures",
    type=click.Path(file_okay=False, path_type=Path),
    help="A folder to copy the pictures into. Without it, FILE names them by their hashes only.",
)
def export(file: Path, pictures: Path | None) -> None:
    """Write the corrected pictures to FILE, a COCO dataset.

    It has everything in each picture as it is now: what the model found and nobody changed, what
    was given another category, and what was framed; what was put away is listed apart. Things
    that are no garments are left out.
    """
    dataset = CocoDataset()
    try:
        if pictures is not None:
            pictures.mkdir(parents=True, exist_ok=True)
        for picture in corrected_pictures(Parts(read_settings()).database):
            dataset.add(picture)
            if pictures is not None:
                (pictures / picture.file_name).write_bytes(picture.jpeg)
        with file.open("w", encoding="utf-8") as stream:
            json.dump(dataset.to_json(), stream)
    except OSError as error:
        raise ExportError(Path(error.filename or file), error.strerror or str(error)) from error
    images, annotations = dataset.counts
    click.echo(f"{images} pictures with {annotations} garments: {file}")
