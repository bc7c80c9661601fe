"""`python -m model.training`: train, evaluate and export."""

import sys

import click

from model.errors import WhereToBuyError
from model.training.cli import main

try:
    main()
except WhereToBuyError as error:
    click.secho(f"Error: {error}", fg="red", err=True)
    click.echo(error.hint, err=True)
    sys.exit(1)
