"""The command that makes the data folder from public downloads."""

from pathlib import Path

import click

from model.training.commands.progress import progress
from model.training.repro.data import rebuild, sources
from model.training.repro.lists import HERE, states

# The exit status if photos are missing or others than those that were trained on.
_INCOMPLETE = 3


@click.command("rebuild-data")
@click.argument("data", type=click.Path(file_okay=False, path_type=Path))
@click.option("--source", "names", multiple=True, help="Only this source. Repeatable.")
@click.option(
    "--archive",
    "given",
    multiple=True,
    metavar="SOURCE=FILE",
    help="Take this file or address instead of the source's own. Repeatable.",
)
@click.option("--check", is_flag=True, help="Download nothing: say which photos are there.")
@click.option(
    "--lists",
    "home",
    type=click.Path(exists=True, file_okay=False, path_type=Path),
    default=HERE,
    help="Folder of sources.yaml, lists and annotations; model/training/repro unless given.",
)
@click.pass_context
def rebuild_data(
    context: click.Context,
    *,
    data: Path,
    names: tuple[str, ...],
    given: tuple[str, ...],
    check: bool,
    home: Path,
) -> None:
    """Fill DATA with the photos and annotations that the weights that ship were trained on.

    Photos come from where they are published, annotations from this repository. Each photo is
    checked by its hash. It exits with 3 unless all are there.
    """
    known = sources(home)
    own = [archive.partition("=")[::2] for archive in given]
    for name in (*names, *(name for name, _ in own)):
        if name not in known:
            raise click.UsageError(f"There is no source {name}; there are {', '.join(known)}.")
    complete = True
    for name, source in known.items():
        if names and name not in names:
            continue
        if check:
            found: dict[str, list[str]] = {}
            for path, state in states(data, name, home):
                found.setdefault(state, []).append(path)
        else:
            with progress(name) as step:
                archives = tuple(archive for of, archive in own if of == name)
                found = rebuild(data, source, archives=archives, step=step, home=home)
        click.echo(_told(name, found))
        absent = [*found.get("missing", []), *found.get("other", [])]
        if absent:
            complete = False
            click.echo(f"  {', '.join(absent[:3])}{' ...' if len(absent) > 3 else ''}")
            click.echo(f"  Published at {source.page} ({source.licence}).")
    if not complete:
        context.exit(_INCOMPLETE)


def _told(name: str, found: dict[str, list[str]]) -> str:
    count = sum(map(len, found.values()))
    parts = [f"{len(found[state])} {said}" for state, said in _SAID.items() if found.get(state)]
    return f"{name}: of {count} photos {', '.join(parts)}"


_SAID = {
    "same": "are those that were trained on",
    "alike": "were scaled again and look the same",
    "other": "are others",
    "missing": "are missing",
}
