"""`where-to-buy weights`: try other weights of the segmenter, and put them to use."""

import hashlib
import json
import sys
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from pathlib import Path

import click
from rich.console import Console
from rich.markup import escape
from rich.table import Table

from model.errors import WhereToBuyError
from model.weight_files.errors import ShelfError
from model.weight_files.intake import printable, read_class_names, take_in
from model.weight_files.shelf import DEFAULT, Shelf
from model.weights_description import SHIPPED, load_description
from server.config import Settings, read_settings
from server.hints import hint_of

_RESTART = "A server that is running keeps the weights that it has: restart it."


@dataclass(frozen=True)
class _Row:
    """One set of weights in the list; None where a broken set does not say."""

    name: str
    in_use: bool
    folder: str
    categories: list[str] | None
    short_side: int | None
    score_threshold: float | None
    megabytes: float | None
    fingerprint: str | None
    fault: str | None


@click.group()
def weights() -> None:
    """Put other weights to use: list, add, use, remove.

    WTB_WEIGHTS_DIR comes before what is in use here, and that before the weights that ship.
    """


@weights.command("list")
@click.option("--json", "as_json", is_flag=True, help="As JSON, with nothing left out.")
def list_command(*, as_json: bool) -> None:
    """List the weights that there are, and which are in use."""
    settings = read_settings()
    rows = list(_rows(settings))
    if as_json:
        click.echo(json.dumps([asdict(row) for row in rows], ensure_ascii=False, indent=2))
        return
    table = Table("In use", "Name", "Categories", "Seen at", "From score", "MB", "State")
    for row in rows:
        state = f"[red]{escape(row.fault)}[/]" if row.fault else "sound"
        table.add_row(
            "[green]yes[/]" if row.in_use else "",
            escape(row.name),
            _cell(row.categories and len(row.categories)),
            _cell(row.short_side),
            _cell(row.score_threshold),
            _cell(row.megabytes),
            state,
        )
    Console().print(table)
    _warn_of_other_weights(settings, rows)


@weights.command("use")
@click.argument("name")
def use_command(name: str) -> None:
    """Use the weights NAME from the next start on; `default` are those that ship."""
    settings = read_settings()
    shelf = Shelf(settings.weights_shelf)
    if name != DEFAULT:
        fault = _row(name, shelf.folder_of(name), in_use=False).fault
        if fault is not None:
            raise ShelfError(
                f"The weights {name!r} cannot be used: {fault}",
                hint="Add them again, with --replace.",
            )
    shelf.use(name)
    click.echo(f"In use from the next start on: {name}. {_RESTART}")
    click.echo("Looks are kept apart by weights: a picture seen before is analysed again.")
    _warn_of_other_weights(settings)


@weights.command("add")
@click.argument("name")
@click.argument("source", type=click.Path(exists=True, path_type=Path))
@click.option(
    "--classes",
    "classes_file",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="Names of the graph's classes, class 0 first: one a line, or a JSON list.",
)
@click.option(
    "--map",
    "mapping",
    multiple=True,
    metavar="CLASS=CATEGORY",
    help="What a class of another name is; nothing after = leaves it out. Repeatable.",
)
@click.option("--short-side", type=int, help="Pixels of a picture's shorter side.  [default: 800]")
@click.option("--max-side", type=int, help="Pixels of its longer side at most.  [default: 1333]")
@click.option("--score", type=float, help="From which score garments are shown.  [default: 0.5]")
@click.option("--mask-margin", type=float, help="By what share masks reach beyond their boxes.")
@click.option("--image-input", help="Name of the picture's input.  [default: the first]")
@click.option("--score-input", help="Name of the least score's input.  [default: the second]")
@click.option("--replace", is_flag=True, help="Replace weights of that name.")
def add_command(
    *,
    name: str,
    source: Path,
    classes_file: Path | None,
    mapping: tuple[str, ...],
    short_side: int | None,
    max_side: int | None,
    score: float | None,
    mask_margin: float | None,
    image_input: str | None,
    score_input: str | None,
    replace: bool,
) -> None:
    """Add SOURCE under NAME: a folder with weights.json, or an ONNX file and its --classes.

    Nothing is added unless it runs on drawn pictures and gives what it should. It is in use
    only after `where-to-buy weights use NAME`.
    """
    given = {
        "short_side": short_side,
        "max_side": max_side,
        "score_threshold": score,
        "mask_margin": mask_margin,
        "input": image_input,
        "score_input": score_input,
    }
    chosen = {field: value for field, value in given.items() if value is not None}
    pairs = dict(_pair(text) for text in mapping)
    shelf = Shelf(read_settings().weights_shelf)
    try:
        with (
            Console(stderr=True).status("Trying the weights on a few pictures"),
            shelf.adding(name, replace=replace) as draft,
        ):
            trial = take_in(
                draft,
                source,
                classes=read_class_names(classes_file) if classes_file else None,
                mapping=pairs,
                changes=chosen,
            )
    except WhereToBuyError as error:
        # Text from a stranger's file must not control the terminal.
        click.secho(f"Not added. {printable(str(error))}", fg="red", err=True)
        click.echo(printable(hint_of(error)), err=True)
        sys.exit(1)
    click.echo(f"Added {name}. A picture takes {trial.milliseconds:,.0f} ms with two threads.")
    if trial.found == 0:
        click.echo(
            "It found nothing in the drawn pictures, so whether the list of classes is the "
            "graph's was not seen."
        )
    click.echo(f"`where-to-buy weights use {name}` puts it to use.")


@weights.command("remove")
@click.argument("name")
def remove_command(name: str) -> None:
    """Delete the weights NAME, which are not in use."""
    Shelf(read_settings().weights_shelf).remove(name)
    click.echo(f"Removed {name}.")


def _rows(settings: Settings) -> Iterator[_Row]:
    shelf = Shelf(settings.weights_shelf)
    try:
        in_use = shelf.in_use()
    except ShelfError as error:
        click.secho(f"{error} {hint_of(error)}", fg="red", err=True)
        in_use = None
    yield _row(DEFAULT, SHIPPED, in_use=in_use == DEFAULT)
    names = shelf.names()
    for name in names:
        yield _row(name, shelf.folder_of(name), in_use=name == in_use)
    if in_use not in {None, DEFAULT, *names}:
        nothing = (None,) * 5
        yield _Row(str(in_use), True, "", *nothing, fault="It is not there any more.")


def _row(name: str, folder: Path, *, in_use: bool) -> _Row:
    try:
        description = load_description(folder)
        entry = description.segmenter
        files = [(description.folder, entry), (description.embedder_folder, description.embedder)]
        size = 0
        for place, file in files:
            data = (place / file.file).read_bytes()
            size += len(data)
            if hashlib.sha256(data).hexdigest() != file.sha256:
                raise ShelfError(f"{file.file} was altered: its SHA-256 differs.")
    except OSError as error:
        return _broken(name, folder, f"{error.filename}: {error.strerror}.", in_use=in_use)
    except WhereToBuyError as error:
        return _broken(name, folder, str(error), in_use=in_use)
    return _Row(
        name,
        in_use,
        str(folder),
        sorted({category for category in entry.classes if category}),
        entry.short_side,
        entry.score_threshold,
        round(size / 1e6, 1),
        description.fingerprint,
        fault=None,
    )


def _broken(name: str, folder: Path, fault: str, *, in_use: bool) -> _Row:
    return _Row(name, in_use, str(folder), None, None, None, None, None, fault=fault)


def _warn_of_other_weights(settings: Settings, rows: list[_Row] | None = None) -> None:
    if settings.weights_dir is not None:
        click.secho(
            f"WTB_WEIGHTS_DIR is set: a server takes the weights in {settings.weights_dir}, "
            "whatever is in use here.",
            fg="yellow",
            err=True,
        )
    for row in rows or ():
        if row.in_use and row.fault:
            click.secho(
                f"No server can start with {row.name}: `where-to-buy weights use default` goes "
                "back to the weights that ship.",
                fg="red",
                err=True,
            )


def _pair(text: str) -> tuple[str, str]:
    name, sign, category = text.rpartition("=")
    if not sign:
        raise click.BadParameter(f"{text!r} has no '='.", param_hint="--map")
    return name.strip(), category.strip()


def _cell(value: object) -> str:
    return "" if value is None else str(value)
