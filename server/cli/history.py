"""`where-to-buy history`: take what was looked at and saved along, in files."""

from pathlib import Path

import click

from model.errors import WhereToBuyError
from server.config import read_settings
from server.history.keeping import FILE, Keeping
from server.moving.importing import import_history
from server.moving.reading import HistoryReader
from server.moving.writing import as_archive, as_json, as_table
from server.parts import Parts


class HistoryFileError(WhereToBuyError):
    """A file cannot be read or written."""

    code = "history-file"

    def __init__(self, path: Path, error: OSError) -> None:
        super().__init__(
            f"{path}: {error.strerror or error}.", hint="Name a file that you may read or write."
        )


@click.group()
def history() -> None:
    """Take what was looked at and saved to another installation."""


@history.command("export")
@click.argument("file", type=click.Path(dir_okay=False, path_type=Path))
def export(file: Path) -> None:
    """Write everything to FILE: .zip with its pictures, .json, or .csv for a spreadsheet.

    Only the .zip can be imported. A server may be running meanwhile.
    """
    database = Parts(read_settings()).database
    reader = HistoryReader(database, database)
    if file.suffix not in {".zip", ".json", ".csv"}:
        raise click.UsageError("The name of FILE should end with .zip, .json or .csv.")
    try:
        # What people looked at is nobody else's business.
        file.touch(mode=0o600, exist_ok=False)
        with file.open("wb") as into:
            if file.suffix == ".zip":
                into.writelines(as_archive(reader))
            else:
                document = reader.document()
                text = as_json(document) if file.suffix == ".json" else as_table(document)
                into.write(text.encode())
    except OSError as error:
        raise HistoryFileError(file, error) from error
    click.echo(f"{file.stat().st_size:,} bytes: {file}")


@history.command("import")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
def take_in(file: Path) -> None:
    """Take in FILE, a .zip that was exported here or in the web app; nothing is doubled."""
    settings = read_settings()
    keeping = Keeping(settings.state_dir / FILE, allowed=settings.keep_history)
    try:
        with file.open("rb") as stream:
            done = import_history(stream, Parts(settings).database, is_kept=keeping.is_on)
    except OSError as error:
        raise HistoryFileError(file, error) from error
    click.echo(
        f"New: {done.looks} pictures, {done.garments} garments, {done.clicks} opened offers, "
        f"{done.put_away} put away, {done.saved} saved."
    )
    if done.pictures_missing:
        click.echo(f"{done.pictures_missing} pictures could not be read.")
