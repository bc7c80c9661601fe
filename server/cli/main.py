"""The command `where-to-buy`; a subcommand is imported only when it is used."""

import sys
from importlib import import_module

import click

from model.errors import WhereToBuyError
from server.hints import hint_of

SUBCOMMANDS = {
    "analyze": ("server.cli.analyze", "analyze", "Find the garments in photos."),
    "backup": ("server.cli.backup", "backup", "Write a backup."),
    "catalog": ("server.cli.catalog", "catalog", "Keep the products of shops you know."),
    "corrections": (
        "server.cli.corrections",
        "corrections",
        "Use what people put right, for training.",
    ),
    "doctor": ("server.cli.doctor", "doctor", "Check everything that the server needs."),
    "history": ("server.cli.history", "history", "Take what was looked at along, in files."),
    "providers": ("server.cli.providers", "providers", "Show who is asked for offers."),
    "restore": ("server.cli.backup", "restore", "Put a backup in the place of what is kept."),
    "serve": ("server.cli.serve", "serve", "Start the server."),
    "shop-page": ("server.cli.shop_page", "shop_page", "Read the offer out of a shop's page."),
    "weights": ("server.cli.weights", "weights", "Put other weights to use."),
}


class LazyGroup(click.Group):
    """A group that imports a subcommand when it is used.

    So `--help` answers at once, and `catalog list` loads no model.
    """

    def list_commands(self, ctx: click.Context) -> list[str]:
        """Return the names, sorted."""
        del ctx
        return sorted(SUBCOMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """Import and return the subcommand."""
        del ctx
        if cmd_name not in SUBCOMMANDS:
            return None
        module, attribute, _ = SUBCOMMANDS[cmd_name]
        command: click.Command = getattr(import_module(module), attribute)
        return command

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """List the subcommands without importing them."""
        del ctx
        with formatter.section("Commands"):
            formatter.write_dl([(name, SUBCOMMANDS[name][2]) for name in sorted(SUBCOMMANDS)])


@click.command(cls=LazyGroup)
@click.version_option(package_name="where-to-buy")
def cli() -> None:
    """Right-click a picture, see where to buy the clothes in it."""


def main() -> None:
    """Run the command line; an expected error gives two plain lines and exit status 1."""
    try:
        cli()
    except WhereToBuyError as error:
        click.secho(f"Error: {error}", fg="red", err=True)
        if hint := hint_of(error):
            click.echo(hint, err=True)
        sys.exit(1)
