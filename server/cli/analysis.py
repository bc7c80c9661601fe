"""What `where-to-buy analyze` does: the garments of photos, into a table and into folders."""

import dataclasses
import sys
from pathlib import Path

import click
from rich.console import Console
from rich.progress import (
    BarColumn,
    MofNCompleteColumn,
    Progress,
    TaskProgressColumn,
    TextColumn,
    TimeElapsedColumn,
    TimeRemainingColumn,
)
from rich.table import Table
from rich.text import Text

from model.colours import Colour
from model.errors import WhereToBuyError
from server.cli.output_folders import OutputFolders
from server.cli.photo_sources import Source, is_address, sources
from server.config import read_settings
from server.fetch.fetcher import Fetcher
from server.hints import hint_of
from server.looks.look import Look
from server.looks.pipeline import LookPipeline
from server.parts import Parts


def run(photos: tuple[str, ...], out: Path, min_score: float | None) -> None:
    """Analyse photos; exit with status 1 if one of them cannot be analysed.

    Args:
        photos: Files, folders of photos, or addresses.
        out: The folder for the results.
        min_score: Leave out garments below it; None for what the settings say.
    """
    parts = Parts(read_settings(min_score=min_score))
    messages = Console(stderr=True)
    try:
        out.mkdir(parents=True, exist_ok=True)
        found = list(sources(photos))
    except OSError as error:
        raise click.ClickException(f"{error.filename}: {error.strerror}") from error
    with messages.status("Loading the model"):
        fetcher = parts.fetcher if any(map(is_address, photos)) else None
        analysis = _Analysis(parts.pipeline, fetcher, OutputFolders(out))
    table = _table()
    failed = 0
    with _progress(messages, hidden=len(found) < 2) as progress:
        for source in progress.track(found, description="Analysing"):
            try:
                _add_rows(table, source, analysis.run(source))
            except WhereToBuyError as error:
                failed += 1
                progress.console.print(_line(source, error), soft_wrap=True)
    if table.row_count:
        Console().print(table)
    if failed:
        messages.print(f"{failed} of {len(found)} could not be analysed.", style="red")
        sys.exit(1)


class OutputError(WhereToBuyError):
    """The results of a photo cannot be written."""

    code = "output-not-written"


@dataclasses.dataclass(frozen=True)
class _Analysis:
    """The steps that every photo goes through."""

    pipeline: LookPipeline
    # None if nothing needs to be downloaded.
    fetcher: Fetcher | None
    folders: OutputFolders

    def run(self, source: Source) -> Look:
        """Analyse one photo and write its folder."""
        data = source.read(self.fetcher)
        analysed = self.pipeline.analyse(data, image_url=source.url)
        try:
            self.folders.write(source.file, data, analysed)
        except OSError as error:
            raise OutputError(
                f"The results cannot be written: {error.filename}: {error.strerror}."
            ) from error
        return analysed.look


def _progress(console: Console, *, hidden: bool) -> Progress:
    return Progress(
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        TaskProgressColumn(),
        TimeElapsedColumn(),
        TimeRemainingColumn(),
        console=console,
        disable=hidden,
    )


def _table() -> Table:
    table = Table(title=None, header_style="bold")
    for name in ("Photo", "#", "Garment", "Score", "Colours"):
        table.add_column(name, justify="right" if name in {"#", "Score"} else "left")
    return table


def _add_rows(table: Table, source: Source, look: Look) -> None:
    name = Text(_plain(source.file), overflow="fold")
    if not look.garments:
        table.add_row(name, "", Text("no garment found", style="dim"), "", "", end_section=True)
    for garment in look.garments:
        colours = Text(", ").join(map(_swatch, garment.colours))
        table.add_row(
            name if garment.number == 1 else "",
            str(garment.number),
            " or ".join([garment.category_name, *(each.name for each in garment.rivals)]),
            f"{garment.score:.2f}",
            colours,
            end_section=garment.number == len(look.garments),
        )


def _swatch(colour: Colour) -> Text:
    # No-break spaces keep a colour and its name on one line.
    words = f"{colour.name} {colour.share:.0%}".replace(" ", "\N{NO-BREAK SPACE}")
    return Text.assemble(("■\N{NO-BREAK SPACE}", colour.hex), words)


def _line(source: Source, error: WhereToBuyError) -> Text:
    line = Text(_plain(f"{source.label}: "), style="bold red")
    line.append(_plain(f"{error} {hint_of(error)}".rstrip()), style="not bold red")
    return line


def _plain(text: str) -> str:
    """Replace characters by which a stranger's text could control the terminal."""
    return "".join(char if char.isprintable() else "\N{REPLACEMENT CHARACTER}" for char in text)
