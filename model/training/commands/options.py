"""Options that several commands share."""

from pathlib import Path

import click

from model.training.exporting.weights import WEIGHTS

DATA = click.option(
    "--data",
    multiple=True,
    type=click.Path(exists=True, file_okay=False, path_type=Path),
    envvar="WTB_DATA",
    required=True,
    help="Folder with one folder per source of labelled photos (or WTB_DATA). Repeatable.",
)
CONFIG = click.option(
    "--config",
    help="A configuration's name or file.  [default: the run's own, or mask_rcnn_lite0_FPN]",
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
