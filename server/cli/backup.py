"""`where-to-buy backup` and `where-to-buy restore`."""

import json
from pathlib import Path

import click
from pydantic import SecretStr
from sqlalchemy.engine import make_url

from server.config import Settings, read_settings
from server.parts import Parts
from server.storage.archive import DATABASE
from server.storage.backup import RESTORED_SETTINGS, make_backup
from server.storage.restore import restore_backup
from server.storage.tables import now


@click.command()
@click.argument("file", required=False, type=click.Path(dir_okay=False, path_type=Path))
def backup(file: Path | None) -> None:
    """Write a backup to FILE; a server may be running meanwhile.

    It holds looks, clicks, the catalogue, imported weights and the settings without keys and
    tokens. Whoever can read it sees what was looked up. Without FILE it is named after the time
    and lies in this folder.
    """
    parts = Parts(read_settings())
    target = file or Path(f"where-to-buy-{now():%Y%m%d-%H%M%S}.tar")
    manifest = make_backup(
        parts.database_as_found,
        parts.settings.state_dir,
        settings_without_secrets(parts.settings),
        target.absolute(),
    )
    size = sum(member.bytes for member in manifest.files.values())
    click.echo(f"Written: {target} ({size / 1e6:,.1f} MB, {len(manifest.files)} files)")
    click.echo("Keys and tokens are not in it: keep those elsewhere.")


@click.command()
@click.argument("file", type=click.Path(dir_okay=False, path_type=Path))
def restore(file: Path) -> None:
    """Put the backup FILE in the place of what is kept now; stop the server first.

    The backup is checked before anything is changed, and what was there is moved into a folder
    beside it.
    """
    settings = read_settings()
    parts = Parts(settings)
    manifest, aside = restore_backup(file, parts.database_as_found, settings.state_dir)
    # A backup of an earlier version gets the tables of this one.
    parts.database.dispose()
    click.echo(f"Restored: the state of {manifest.made_at}, in {settings.state_dir}")
    if aside is not None:
        click.echo(f"What was there before is in {aside}; delete it when you no longer need it.")
    click.echo(
        f"The settings of the backup are in {settings.state_dir / RESTORED_SETTINGS}; compare them "
        "with yours. Keys and tokens were not in the backup."
    )
    others = len(manifest.files) - 2
    click.echo(f"{DATABASE} and {others} other {'file' if others == 1 else 'files'} were checked.")


def settings_without_secrets(settings: Settings) -> str:
    """Return the settings that differ from the defaults, in TOML."""
    lines = ["# Settings at the time of the backup, without keys and tokens."]
    for name, field in type(settings).model_fields.items():
        value = getattr(settings, name)
        if "SecretStr" in str(field.annotation) or isinstance(value, SecretStr):
            if value is not None:
                lines.append(f"# {name} was set.")
        elif value != field.get_default(call_default_factory=True) and value is not None:
            shown = _without_password(value) if name == "database_url" else value
            lines.append(f"{name} = {_toml(shown)}")
    return "\n".join(lines) + "\n"


def _without_password(address: str) -> str:
    return make_url(address).render_as_string(hide_password=True)


def _toml(value: object) -> str:
    """Write a value in TOML, whose strings, numbers and arrays may be written as in JSON."""
    if isinstance(value, dict):
        pairs = ", ".join(f"{json.dumps(key)} = {_toml(each)}" for key, each in value.items())
        return f"{{ {pairs} }}"
    if isinstance(value, list | tuple):
        return f"[{', '.join(map(_toml, value))}]"
    if isinstance(value, bool | int | float):
        return json.dumps(value)
    return json.dumps(str(value), ensure_ascii=False)
