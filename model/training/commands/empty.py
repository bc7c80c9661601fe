"""Commands for pictures that show no garment."""

from pathlib import Path

import click
import cv2

from model.embedder import Embedder
from model.second_look import SecondLook
from model.training.commands.options import CONFIG, DATA
from model.training.data.dataset_names import load_dataset
from model.training.data.empty import write_drawn, write_edges
from model.training.detecting.detectors import described, onnx_detector
from model.training.measuring.evaluation import read_photos
from model.training.measuring.nothing import SURE, as_a_server, count_false_alarms
from model.training.network.config import load_config


@click.command()
@DATA
@CONFIG
@click.option("--onnx", type=click.Path(exists=True, path_type=Path), required=True)
@click.option(
    "--dataset",
    "datasets",
    multiple=True,
    default=("everyday_photos@held_out",),
    show_default=True,
    help="Pictures without garments. Repeatable.",
)
@click.option(
    "--served-score",
    type=float,
    help="From which score garments count as shown.  [default: what weights.json says]",
)
@click.option(
    "--second-look",
    is_flag=True,
    help="Count what is left after the second look of these weights, as a server shows it.",
)
@click.option(
    "--sheet",
    type=click.Path(file_okay=False, path_type=Path),
    help="Also draw the pictures that show something there, one contact sheet a data set.",
)
def nothing(
    *,
    data: tuple[Path, ...],
    config: str | None,
    onnx: Path,
    datasets: tuple[str, ...],
    served_score: float | None,
    second_look: bool,
    sheet: Path | None,
) -> None:
    """Count the pictures without garments on which an exported graph shows one."""
    entry = described(onnx, load_config(config))
    score = entry.score_threshold if served_score is None else served_score
    detector = onnx_detector(onnx, entry, least_score=score)
    if second_look:
        layers = SecondLook.of_weights(Embedder(onnx.parent), onnx.parent)
        if layers is None:
            raise click.UsageError(f"The weights in {onnx.parent} have nothing for a second look.")
        detector = as_a_server(detector, layers, score)
    click.echo(f"| pictures without garments | pictures | from {score:g} | from {SURE:g} |")
    click.echo("| --- | --- | --- | --- |")
    for name in datasets:
        found = count_false_alarms(detector, read_photos(load_dataset(name, data)), score)
        shown, sure = 100 * found.share(score), 100 * found.share(max(score, SURE))
        click.echo(f"| {name} | {found.pictures} | {shown:.1f} of 100 | {sure:.1f} of 100 |")
        if sheet:
            sheet.mkdir(parents=True, exist_ok=True)
            cv2.imwrite(str(sheet / f"{name}.jpg"), found.sheet())


@click.command("draw-nothing")
@DATA
@click.option(
    "--dataset",
    default="street_train@fit",
    show_default=True,
    help="Photos whose heads, bare legs and surroundings are cut out.",
)
@click.option("--count", default=800, show_default=True, help="Drawn pictures.")
@click.option("--to", "folder", type=click.Path(path_type=Path), required=True)
def draw_nothing(*, data: tuple[Path, ...], dataset: str, count: int, folder: Path) -> None:
    """Write pictures without garments to train on: TO/drawn and TO/edges.

    TO is then one more `--data`. It holds cuttings of the photos and belongs outside of
    the project, as they do.
    """
    records = load_dataset(dataset, data)
    write_drawn(folder / "drawn", count)
    written = write_edges(folder / "edges", records)
    click.echo(f"{count} drawn pictures and {written} cuttings in {folder}")
