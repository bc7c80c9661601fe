"""The command that reads annotations made with other programs."""

from pathlib import Path

import click

from model.training.conversion.importing import categories_of, read_annotations, write_training_file


@click.command("import-annotations")
@click.argument("source", type=click.Path(exists=True, path_type=Path))
@click.argument("target", type=click.Path(dir_okay=False, path_type=Path))
@click.option(
    "--photos",
    type=click.Path(exists=True, file_okay=False, path_type=Path),
    help="Where the photos are, if not beside the annotations.",
)
@click.option(
    "--map",
    "mapping",
    multiple=True,
    metavar="LABEL=CATEGORY",
    help="What a label of another name is: a category, `ignore`, or nothing. Repeatable.",
)
@click.option(
    "--keep-empty", is_flag=True, help="Photos without annotations show no garment: take them too."
)
@click.option("--partial", is_flag=True, help="Not all garments on these photos are annotated.")
@click.pass_context
def import_annotations(
    ctx: click.Context,
    *,
    source: Path,
    target: Path,
    photos: Path | None,
    mapping: tuple[str, ...],
    keep_empty: bool,
    partial: bool,
) -> None:
    """Read SOURCE, annotations by labelme, CVAT or in COCO's form, into TARGET.

    SOURCE is a folder of labelme's files, CVAT's annotations.xml ("CVAT for images 1.1") or a COCO
    file, such as `where-to-buy corrections export` writes. TARGET is DATA/NAME/train.json.
    """
    pairs = [entry.partition("=") for entry in mapping]
    if not all(sign for _, sign, _ in pairs):
        raise click.UsageError("--map takes LABEL=CATEGORY.")
    problems = []

    def report(name: str, fault: str) -> None:
        problems.append(name)
        click.echo(f"{name}: {fault}", err=True)

    found = read_annotations(source, photos, report)
    labels = {shape.label for photo in found for shape in photo.shapes if not shape.ignored}
    categories = categories_of(labels, {label: name.strip() for label, _, name in pairs})
    imported = write_training_file(
        found, target, categories, report, keep_empty=keep_empty, partial=partial
    )
    click.echo(f"{target}: {imported.photos} photos, {imported.garments} garments")
    for name, count in sorted(imported.by_category.items(), key=lambda entry: -entry[1]):
        click.echo(f"  {count:6} {name}")
    if imported.empty:
        click.echo(f"{imported.empty} photos without annotations were left out (--keep-empty).")
    if problems:
        click.echo(f"{len(problems)} problems, listed above.", err=True)
        ctx.exit(1)
