"""`where-to-buy doctor`: looks at everything that the server needs, and says what to do."""

import sys
from collections.abc import Callable, Iterator

import click
from rich.console import Console
from rich.text import Text

from model.errors import WhereToBuyError
from server.checks.check import Finding
from server.checks.environment import check_port, check_settings, check_state, check_unknown
from server.checks.parts import check_clock, check_database, check_models, check_sources
from server.config import Settings, read_settings
from server.hints import hint_of

Check = Callable[[Settings], Iterator[Finding]]

_CHECKS: tuple[tuple[str, Check], ...] = (
    ("Settings", check_settings),
    ("Settings", check_unknown),
    ("Folder", check_state),
    ("Database", check_database),
    ("Clock", check_clock),
    ("Models", check_models),
    ("Sources", check_sources),
    ("Port", check_port),
)
_MARKS = {"ok": ("✓", "green"), "warning": ("!", "yellow"), "fault": ("✗", "red")}


@click.command()
def doctor() -> None:
    """Check settings, database, disk, models, sources, port and permissions.

    Each line says what was found, and below it what to do. Nothing is changed, and nothing is
    sent. The exit status is 1 where something keeps the server from working.
    """
    console = Console(highlight=False)
    found = [*_examine(console)]
    if "fault" in found:
        console.print("\nThe server does not work like this.")
        sys.exit(1)
    console.print("\nThe server can run." if "warning" in found else "\nEverything is in order.")


def _examine(console: Console) -> Iterator[str]:
    try:
        settings = read_settings()
    except WhereToBuyError as error:
        yield _show(console, "Settings", Finding("fault", str(error), hint_of(error)))
        return
    for name, check in _CHECKS:
        try:
            for finding in check(settings):
                yield _show(console, name, finding)
        except WhereToBuyError as error:
            yield _show(console, name, Finding("fault", str(error), hint_of(error)))


def _show(console: Console, name: str, finding: Finding) -> str:
    mark, colour = _MARKS[finding.state]
    console.print(Text.assemble((f"{mark} ", colour), f"{name}: {finding.text}"), soft_wrap=True)
    if finding.hint:
        console.print(Text(f"    {finding.hint}"), soft_wrap=True)
    return finding.state
