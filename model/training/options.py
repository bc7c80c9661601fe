"""Options that several commands share."""

from pathlib import Path

import click

from model.training.config import LIGHT
from model.training.weights import WEIGHTS

DATA = click.option(
    "--data",
    multiple=True,
    type=click.Path(exists=True, file_okay=False, path_type=Path),
    envvar="WTB_DATA",
    required=True,
    help="Folder with one folder per source of labelled photos (or WTB_DATA). Repeatable.",
)
CONFIG = click.option(
    "--config", default=LIGHT, show_default=True, help="A configuration's name or file."
)
OVERRIDES = click.argument("overrides", nargs=-1)


OUTPUT = click.option(
    "--output",
    type=click.Path(exists=True, file_okay=False, path_type=Path),
    help="A training run; its last checkpoint is taken.",
)
FOLDER = click.option(
    "--weights",
    "folder",
    type=click.Path(exists=True, file_okay=False, path_type=Path),
    default=WEIGHTS,
    help="Folder to write to; model/weights unless given.",
)
